"""Names as they stand on the KTP, and how two spellings of one name are compared.

Folding suggests that a person should look; it never declares two people the same.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

SOFT_LIMIT = 60  # letters, Permendagri 73/2022; older documents may have more
HARD_LIMIT = 100

# Titles in front of a name, and degrees behind it. "St." in front is Siti, behind it a degree.
_TITLES_BEFORE = frozenset({"h", "hj", "kh", "drs", "dra", "ir", "dr", "drg", "prof", "alm", "almh", "rm", "rr", "tb"})
_TITLES_BEHIND = frozenset(
    {"alm", "almh", "sh", "se", "st", "ss", "spd", "spdi", "sag", "skom", "sos", "ssos", "skm", "sip", "sst", "skep"}
    | {"sfarm", "amd", "amk", "mm", "mpd", "msi", "mkom", "mh", "mag", "mkes", "mhum"}
)
_DEGREES = re.compile(
    r"(?<=[\s,])(?:s|m|a)\.\s?(?:h|e|t|s|m|p|pd|pdi|ag|kom|sos|kep|ip|si|st|hum|km|kes|farm|ked|ak|md|mk)\.?(?=[\s,.]|$)"
    r"|\bk\.\s?h\."
)
_WORDS = {
    word: folded
    for folded, words in {
        "muhamad": "muhammad muhamad mohammad mohamad mohamed muhamed mochamad mochammad mukhamad mukhammad mokhamad "
        "mokhammad moch moh muh mhd muhd mohd md m",
        "ahmad": "achmad ahmad akhmad ahmed achmed amad akhmed",
        "abdul": "abdul abd abdoel",
        "siti": "siti st sitti",
        "nur": "nur noor noer",
        "bin": "bin ibn",
        "binti": "binti bt bte binte",
    }.items()
    for word in words.split()
}
_DROPPED = frozenset({"bin", "binti"})
# Spelling before 1972; its j is today's y and its dj today's j, so all three fold into one letter.
_OLD_SPELLING = (
    ("oe", "u"),
    ("dj", "y"),
    ("tj", "c"),
    ("nj", "ny"),
    ("sj", "sy"),
    ("j", "y"),
    ("ch", "kh"),
    ("dh", "d"),
)
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


def plain_name(name: str) -> str:
    """Lower-case letters and digits with single spaces: how names are compared for equality."""
    decomposed = unicodedata.normalize("NFKD", name)
    text = "".join(character for character in decomposed if not unicodedata.combining(character)).lower()
    text = re.sub(r"['’‘`´ʼ]", "", text)  # Ma'ruf and Maruf are one name
    return " ".join("".join(character if character.isalnum() else " " for character in text).split())


def same_name(a: str, b: str) -> bool:
    """Equal but for case, spacing, accents and punctuation."""
    return plain_name(a).replace(" ", "") == plain_name(b).replace(" ", "")


def fold_name(name: str) -> str:
    """One spelling for the common variants of Indonesian names: titles go, Moch. → muhamad, oe → u, doubled letters.

    Words keep their order. A name of nothing but titles stays as it is.
    """
    words = plain_name(_DEGREES.sub(" ", name.lower())).split()
    while len(words) > 1 and words[0] in _TITLES_BEFORE:
        words = words[1:]
    while len(words) > 1 and words[-1] in _TITLES_BEHIND:
        words = words[:-1]
    kept = [folded for folded in map(_fold_word, words) if folded not in _DROPPED]
    return " ".join(kept or words)


@dataclass(frozen=True)
class NameComparison:
    """`score` 0 to 100: likeness after folding. `folded_equal`: the same after folding, spacing and order aside."""

    score: float
    folded_equal: bool


def compare_names(a: str, b: str) -> NameComparison:
    """How alike two names are, for a person to look at. Symmetric; equal names score 100."""
    first, second = fold_name(a), fold_name(b)
    if not first or not second:
        return NameComparison(score=0.0, folded_equal=False)
    joined = first.replace(" ", ""), second.replace(" ", "")
    equal = joined[0] == joined[1] or sorted(first.split()) == sorted(second.split())
    score = max(fuzz.token_sort_ratio(first, second), fuzz.ratio(*joined))
    return NameComparison(score=100.0 if equal else min(round(score, 1), 99.9), folded_equal=equal)


def _fold_word(word: str) -> str:
    known = _WORDS.get(word)
    if known is not None:
        return known
    for old, new in _OLD_SPELLING:
        word = word.replace(old, new)
    word = _DOUBLED.sub(r"\1", word.replace("noor", "nur"))
    return _WORDS.get(word, word)
