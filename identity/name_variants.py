"""Variants of Indonesian names as tables: which spellings are one name, and what stands around a name.

Common knowledge rather than law, so it may suggest that a person looks and must never declare two people the same.
"""

from typing import Final


def _words(text: str) -> list[str]:
    return text.split()


def _by_word(table: dict[str, str]) -> dict[str, str]:
    return {word: folded for folded, words in table.items() for word in words.split()}


# Titles in front of a name and degrees behind it, in lower case without dots. "St." in front is Siti, behind a degree.
TITLES_BEFORE: Final = frozenset(
    _words("h hj kh drs dra ir dr drg drh prof alm almh almarhum almarhumah rm rr tb tn ny nn sdr sdri bpk ust ustadz")
)
TITLES_BEHIND: Final = frozenset(
    _words(
        "al alm almh almarhum almarhumah sh se st ss spd spdi sag skom sos ssos skm sip sst skep sfarm shum sked spsi "
        "ssi amd amk amkeb mm mpd msi mkom mh mag mkes mhum mt mba phd lc"
    )
)
# What may follow the first letter of a degree with dots between: S.Pd., S. E., A.Md., M.Si.
DEGREE_BEGINS: Final = _words("s m a")
DEGREE_ENDS: Final = _words("h e t s m p pd pdi ag kom sos kep ip si st hum km kes farm ked psi ak md mk keb")

# Folded form → its spellings, as whole words.
SPELLINGS: Final = _by_word(
    {
        "muhamad": "muhammad muhamad mohammad mohamad mohamed muhamed mochamad mochammad mochamed mukhamad mukhammad "
        "mokhamad mokhammad moch moh muh mhd muhd mohd md m",
        "ahmad": "achmad ahmad akhmad ahmed achmed amad akhmed achmat ahmat",
        "abdul": "abdul abd abdoel abdur abdus abdun abdut abdud",
        "siti": "siti st sitti",
        "nur": "nur noor noer",
        "bin": "bin ibn",
        "binti": "binti bt bte binte",
    }
)
DROPPED: Final = frozenset({"bin", "binti"})  # "child of": written or left out

# Spelling before 1972; its j is today's y and its dj today's j, so all three fold into one letter. In this order.
OLD_SPELLING: Final = (
    ("oe", "u"),
    ("dj", "y"),
    ("tj", "c"),
    ("nj", "ny"),
    ("sj", "sy"),
    ("j", "y"),
    ("ch", "kh"),
    ("dh", "d"),
    ("noor", "nur"),  # inside a word: Noorhayati
)
