"""Names of areas as people type them."""

import re
import unicodedata

_SHORT_FORMS = {"kel": "", "kelurahan": "", "kec": "", "kecamatan": "", "kep": "kepulauan", "jl": "jalan"}


def search_key(text: str) -> str:
    """Lower-case words without accents, punctuation and the words kelurahan and kecamatan."""
    plain = unicodedata.normalize("NFKD", text[:200])
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)).lower())
    return " ".join(filter(None, (_SHORT_FORMS.get(word, word) for word in words)))
