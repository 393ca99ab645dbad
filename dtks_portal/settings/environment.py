"""Settings that must come from outside. All that is missing is named at once, each with an example."""

import os
from pathlib import Path

MISSING_HEADING = "The portal cannot start, because these settings are missing from the environment:"
FILE_HINT = "(each may instead be given as NAME_FILE, the path of a file that holds it)"


class Environment:
    """Reads NAME, or the file that NAME_FILE points to (as secrets are handed to containers)."""

    def __init__(self) -> None:
        self.missing: list[str] = []

    def optional(self, name: str, default: str = "") -> str:
        if os.environ.get(name):
            return os.environ[name]
        if place := os.environ.get(f"{name}_FILE", ""):
            try:
                return Path(place).read_text().strip()
            except OSError as error:
                raise SystemExit(f"{name}_FILE cannot be read: {error.strerror}: {place}") from None
        return default

    def required(self, name: str, *, example: str) -> str:
        value = self.optional(name)
        if not value:
            self.missing.append(f"  {name}   for example  {example}")
        return value

    def required_list(self, name: str, *, example: str) -> list[str]:
        return [part.strip() for part in self.required(name, example=example).split(",") if part.strip()]

    def whole_number(self, name: str, default: int) -> int:
        given = self.optional(name, str(default))
        if not given.isascii() or not given.isdigit():
            raise SystemExit(f"{name} must be a whole number, for example {default}; it is {given!r}.")
        return int(given)

    def stop_if_incomplete(self) -> None:
        if self.missing:
            raise SystemExit("\n".join([MISSING_HEADING, *self.missing, FILE_HINT]))
