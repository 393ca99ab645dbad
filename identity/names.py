"""Names as they stand on the KTP, and how two spellings of one name are compared.

Folding suggests that a person should look; it never declares two people the same.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from identity.name_variants import (
    DEGREE_BEGINS,
    DEGREE_ENDS,
    DROPPED,
    OLD_SPELLING,
    SPELLINGS,
    TITLES_BEFORE,
    TITLES_BEHIND,
)

SOFT_LIMIT = 60  # letters, Permendagri 73/2022; older documents may have more
HARD_LIMIT = 100

_DEGREES = re.compile(
    rf"(?<=[\s,])(?:{'|'.join(DEGREE_BEGINS)})\.\s?(?:{'|'.join(DEGREE_ENDS)})\.?(?=[\s,.]|$)|\bk\.\s?h\."
)
_SIGNS = re.compile(r"[^a-z0-9]+")
_DOUBLED = re.compile(r"(.)\1+")


def clean_name(text: str) -> str:
    """A name as typed, in one Unicode form and with single spaces. Case, dots and digits stay as on the KTP.

    Raises ValidationError (codes empty, characters, too_long) with a sentence that says what to do.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not name:
        raise ValidationError(_("Type the full name as it stands on the KTP."), code="empty")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") for character in name):
        raise ValidationError(
            _("The name holds characters that cannot be shown. Type it anew instead of copying it."), code="characters"
        )
    if not any(character.isalpha() for character in name):
        raise ValidationError(_("A name has letters. Type the full name as it stands on the KTP."), code="letters")
    if len(name) > HARD_LIMIT:
        raise ValidationError(
            _("A name has at most %(limit)s letters here. Type it as it stands on the KTP."),
            code="too_long",
            params={"limit": HARD_LIMIT},
        )
    return name


def is_unusually_long(name: str) -> bool:
    """Longer than new documents allow: worth a second look, no error."""
    return len(name) > SOFT_LIMIT


@lru_cache(maxsize=8)  # whoever compares two names asks for each of them, and folds it next
def plain_name(name: str) -> str:
    """Lower-case letters and digits with single spaces: how names are compared for equality."""
    if name.isascii():
        return _SIGNS.sub(" ", name.lower().replace("'", "").replace("`", "")).strip()
    decomposed = unicodedata.normalize("NFKD", name)
    text = "".join(character for character in decomposed if not unicodedata.combining(character)).lower()
    text = re.sub(r"['’‘`´ʼ]", "", text)  # Ma'ruf and Maruf are one name
    return " ".join("".join(character if character.isalnum() else " " for character in text).split())


def fold_name(name: str) -> str:
    """One spelling for the common variants of Indonesian names: titles go, Moch. → muhamad, oe → u, doubled letters.

    Words keep their order. A name of nothing but titles stays as it is.
    """
    return " ".join(_folded_words(name))


def _folded_words(name: str) -> list[str]:
    words = plain_name(_DEGREES.sub(" ", name.lower()) if "." in name else name).split()
    while len(words) > 1 and words[0] in TITLES_BEFORE:
        words = words[1:]
    while len(words) > 1 and words[-1] in TITLES_BEHIND:
        words = words[:-1]
    kept = [folded for folded in map(_fold_word, words) if folded not in DROPPED]
    return kept or words


@dataclass(frozen=True)
class NameComparison:
    """`score` 0 to 100: likeness after folding. `folded_equal`: the same after folding, spacing and order aside."""

    score: float
    folded_equal: bool


def compare_names(a: str, b: str) -> NameComparison:
    """How alike two names are, for a person to look at. Symmetric; equal names score 100."""
    return compare_folded(FoldedName.of(a), FoldedName.of(b))


class FoldedName(NamedTuple):
    """A name after folding, for comparing it with many others: without spaces, and its words in order."""

    joined: str
    in_order: str

    @classmethod
    def of(cls, name: str) -> "FoldedName":
        words = _folded_words(name)
        return cls("".join(words), " ".join(sorted(words)))

    def is_equal_to(self, other: "FoldedName") -> bool:
        """The same but for spacing and order. An empty name equals nothing."""
        if not self.joined or not other.joined:
            return False
        return self.joined == other.joined or self.in_order == other.in_order


def compare_folded(first: FoldedName, second: FoldedName) -> NameComparison:
    """`compare_names` of two names that have been folded before."""
    if not first.joined or not second.joined:
        return NameComparison(score=0.0, folded_equal=False)
    if first.is_equal_to(second):
        return NameComparison(score=100.0, folded_equal=True)
    score = max(fuzz.ratio(first.in_order, second.in_order), fuzz.ratio(first.joined, second.joined))
    return NameComparison(score=min(round(score, 1), 99.9), folded_equal=False)


@lru_cache(maxsize=1 << 15)  # words of names come again and again
def _fold_word(word: str) -> str:
    known = SPELLINGS.get(word)
    if known is not None:
        return known
    for old, new in OLD_SPELLING:
        word = word.replace(old, new)
    word = _DOUBLED.sub(r"\1", word)
    return SPELLINGS.get(word, word)
