"""Writing down an act."""

import json
import re
from collections.abc import Iterable
from typing import Any, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from audit.models import SEEN, Act

# A number of 16 digits that stands alone is a NIK or KK number; inside a checksum it is not.
_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{16}(?![0-9A-Za-z])")


class Actor(Protocol):
    """A signed-in person, as far as an act needs to know."""

    @property
    def pk(self) -> Any: ...

    @property
    def role_name(self) -> str: ...


def record(
    *,
    by: Actor | None,
    verb: str,
    subject: models.Model | None = None,
    area_code: str = "",
    data: dict[str, Any] | None = None,
) -> Act:
    """Write one act, in the transaction of its cause.

    `verb` is "room.verb", such as "stages.advance"; `by` is None for the system; `data` holds codes, ids and counts
    that JSON can carry. Raises ValueError when `data` holds a NIK or KK number: acts are kept when people's data go.
    """
    details: dict[str, Any] = json.loads(json.dumps(data or {}, cls=DjangoJSONEncoder))
    if _IDENTITY_NUMBER.search(json.dumps(details)):
        raise ValueError(f"The act {verb!r} may not hold a NIK or KK number; give the id of the row instead.")
    return Act.objects.create(
        actor_id=by.pk if by is not None else None,
        actor_role=by.role_name if by is not None else "",
        verb=verb,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        area_code=area_code,
        data=details,
    )


def record_seen(
    *, by: Actor, verb: str, rows: Iterable[Any], area_code: str = "", data: dict[str, Any] | None = None
) -> Act | None:
    """Write that a list, a search or a file has shown these rows (or their keys): one act for all, none for no rows.

    The people behind a row read in "Data saya" who looked at it (`Act.objects.seeing`).
    """
    seen = list(dict.fromkeys(str(getattr(row, "pk", row)) for row in rows))
    if not seen:
        return None
    return record(by=by, verb=verb, area_code=area_code, data={**(data or {}), SEEN: seen})
