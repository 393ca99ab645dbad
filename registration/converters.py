"""Reference codes in addresses, exactly as they are printed."""

from registration.references import ALPHABET


class ReferenceConverter:
    regex = rf"JKT-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
