"""Rough folding of addresses and names as SQL expressions: it chooses what is compared at all (blocking).

Looser than `identity.names`, and only a sieve: names that pass are compared there.
"""

from typing import Final

# In this order: a pattern of PostgreSQL and what takes its place. The address is in lower case, signs are spaces.
ADDRESS: Final = (
    (r"\m(rt|rw) *[0-9]+\M", ""),
    (r"\m(jalan|jln|jl)\M", "jl"),
    (r"\m(gang|gg)\M", "gg"),
    (r"\m(blok|blk)\M", "blok"),
    (r"\m(nomor|nomer|no)(?=[0-9 ]|$)", ""),
    (r"\m0+(?=[0-9])", ""),
    (r" +", ""),
)
# Consonants of a word, in one spelling: enough to bring variants and slips of vowels together.
WORD: Final = (
    (r"dj|j", "y"),
    (r"tj", "c"),
    (r"[aiueoh]", ""),
    (r"(.)\1+", r"\1"),
)


def folded_address(column: str) -> str:
    return _replaced(f"regexp_replace(lower({column}), '[^a-z0-9]+', ' ', 'g')", ADDRESS)


def plain_words(column: str) -> str:
    """Words of a name with single spaces between."""
    return f"btrim(regexp_replace(replace(lower({column}), '''', ''), '[^a-z]+', ' ', 'g'))"


def consonants(word: str) -> str:
    """Of a word in lower case; the word itself where it has none."""
    return f"coalesce(nullif({_replaced(word, WORD)}, ''), {word})"


def _replaced(expression: str, steps: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in steps:
        expression = f"regexp_replace({expression}, '{pattern}', '{replacement}', 'g')"
    return expression
