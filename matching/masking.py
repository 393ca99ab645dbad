"""Names shown to somebody who has to recognise a person without reading who it is."""


def mask_name(name: str) -> str:
    """The first letter of each word: "Siti Aminah" → "S••• A•••"."""
    return " ".join(f"{word[0]}•••" for word in name.split())
