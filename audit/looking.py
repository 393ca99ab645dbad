"""Acts of looking, as against acts that changed something: what people read in "Data saya", and what is kept shorter.

They are told by their verb: "room.view_…", "room.list_…", "room.search" or "room.look_for_…".
"""

import re
from typing import Final

LOOKING: Final = r"^[a-z]+\.(view|list|search|look)(_[a-z_]+)?$"  # for Python and for PostgreSQL
_FORM = re.compile(LOOKING)


def is_looking(verb: str) -> bool:
    return _FORM.match(verb) is not None
