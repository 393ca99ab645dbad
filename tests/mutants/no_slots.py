"""A submission takes no slots: whoever comes second is registered, too."""

from registration import building

building.slots_of = lambda *rows: []
