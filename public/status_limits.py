"""How often the status check answers, counted before the look-up and whatever its result.

One NIK and one name with birth date have a limit, so that nobody can try dates for a name or names for a NIK. A
network has none: a kelurahan office and a mobile carrier share one address among thousands. A busy one gets a longer
captcha instead.
"""

from datetime import timedelta
from typing import Final

from accounts.limits import spend
from identity.indexes import keyed_index
from identity.names import fold_name
from public.status import Claim

PER_PERSON: Final = 6
PERSON_WINDOW: Final = timedelta(hours=1)
PER_NETWORK: Final = 120
NETWORK_WINDOW: Final = timedelta(minutes=10)


def spend_for_person(claim: Claim) -> bool:
    """Count a try for the NIK and for the name with the birth date, always both; False if either is used up."""
    name_birth = keyed_index("name_birth", f"{fold_name(claim.name)}|{claim.birth_date.isoformat()}")
    nik = keyed_index("nik", claim.nik)
    allowed = [
        spend("public.status.nik", nik, limit=PER_PERSON, window=PERSON_WINDOW),
        spend("public.status.name_birth", name_birth, limit=PER_PERSON, window=PERSON_WINDOW),
    ]
    return all(allowed)


def spend_for_network(network: bytes) -> bool:
    """Count a try from a network; False if it is busy and has to solve the longer captcha."""
    return spend("public.status.network", network, limit=PER_NETWORK, window=NETWORK_WINDOW)
