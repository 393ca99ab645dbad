"""Reference codes that can be read aloud over a bad line: no 0/O, 1/I/L, U/V pairs."""

import re
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PATTERN = rf"^JKT-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}$"


def new_reference() -> str:
    """A fresh code such as "JKT-7K2M-Q4XH" (39 random bits; uniqueness is the database's to guarantee)."""
    letters = [secrets.choice(ALPHABET) for _ in range(8)]
    return f"JKT-{''.join(letters[:4])}-{''.join(letters[4:])}"


def tidy_reference(text: str) -> str | None:
    """The code in its written form from anything people type ("jkt 7k2m q4xh"), or None if it cannot be one."""
    letters = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())
    letters = letters.removeprefix("JKT")
    if len(letters) != 8 or any(letter not in ALPHABET for letter in letters):
        return None
    return f"JKT-{letters[:4]}-{letters[4:]}"
