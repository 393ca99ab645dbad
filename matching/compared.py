"""What a comparison says of each field, in a few letters: four verdicts in five say "N100BSKAJ".

As JSON that was more than half of a verdict's row, and it is written a million times. Fields come in the order of
`LETTERS`, each as its letter: a capital agrees, a small one differs. After the name stand its score and whether it is
equal after folding, after a kelurahan the level from which on it differs: "n85=BSka2J". Nothing compared is "". What
cannot be said exactly in letters stands as JSON, which begins with "{".
"""

import json
import re
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from django.db import models

from matching.vocabulary import AGREES, DIFFERS, AreaLevel

if TYPE_CHECKING:
    _Text = models.Field[dict[str, Any], dict[str, Any]]  # the stubs' TextField is of str, whatever one says
else:
    _Text = models.TextField

LETTERS: Final = {"name": "N", "birth_date": "B", "sex": "S", "kk": "K", "kelurahan": "A", "occupation": "J"}
LEVELS: Final = {AreaLevel.PROVINCE: "1", AreaLevel.KOTA: "2", AreaLevel.KECAMATAN: "3", AreaLevel.KELURAHAN: "4"}
FOLDED: Final = {True: "=", False: "!"}


def said_briefly(fields: dict[str, Any]) -> str:
    """What is stored for `PersonVerdict.fields`: letters, or JSON. Raises as json.dumps does."""
    signs = [_SIGNS.get((field, _as_json(fields[field])), "") for field in LETTERS if field in fields]
    return "".join(signs) if all(signs) and len(signs) == len(fields) else _as_json(fields)


def said_in_full(text: str) -> dict[str, Any]:
    """The other way round. Raises ValueError where the text is neither letters nor JSON."""
    if text.startswith("{"):
        return dict(json.loads(text))
    try:
        meant = [_MEANT[sign] for sign in _ONE_SIGN.findall(text)]
    except KeyError:
        raise ValueError("This is not the notation of compared fields (matching/compared.py).") from None
    return {field: dict(said) for field, said in meant}


class ComparedField(_Text):
    """A column of text in that notation; to Python it is the dict, as with a JSONField.

    Queries cannot look into it. They can compare it with {}, and with nothing else: older rows say all in JSON.
    """

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> dict[str, Any] | None:
        return None if value is None else said_in_full(value)

    def to_python(self, value: Any) -> dict[str, Any] | None:
        return value if value is None or isinstance(value, dict) else said_in_full(str(value))

    def get_prep_value(self, value: Any) -> str | None:
        fields = self.to_python(value)
        return None if fields is None else said_briefly(fields)

    def value_to_string(self, obj: models.Model) -> str:
        return said_briefly(self.value_from_object(obj))


def _as_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, allow_nan=False)


# What may follow the letter of a field, and what it adds to "result".
_SCORES: dict[str, dict[str, Any]] = {"": {}} | {str(score): {"score": score} for score in range(101)}
_FOLDED: dict[str, dict[str, Any]] = {"": {}} | {sign: {"folded_equal": said} for said, sign in FOLDED.items()}
_ADDED: dict[str, dict[str, dict[str, Any]]] = {
    "name": {score + folded: _SCORES[score] | _FOLDED[folded] for score, folded in product(_SCORES, _FOLDED)},
    "kelurahan": {"": {}} | {digit: {"level": level.value} for level, digit in LEVELS.items()},
}
# Every sign there is, with its field and what it says of it: compared as JSON, since in Python True == 1 == 1.0.
_MEANT: dict[str, tuple[str, dict[str, Any]]] = {
    letter + more: (field, {"result": result, **added})
    for field, capital in LETTERS.items()
    for letter, result in ((capital, AGREES), (capital.lower(), DIFFERS))
    for more, added in _ADDED.get(field, {"": {}}).items()
}
_SIGNS = {(field, _as_json(said)): sign for sign, (field, said) in _MEANT.items()}
_ONE_SIGN = re.compile(r"[A-Za-z][0-9]*[=!]?|.", re.DOTALL)
