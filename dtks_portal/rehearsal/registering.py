"""Stage 2 of the rehearsal: people sign up and register, several at once, through the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Role, User
from accounts.services import create_citizen, create_staff
from areas.models import Area
from dtks_portal.made_up.entering import enter
from dtks_portal.made_up.households import MadeUpHousehold
from dtks_portal.rehearsal.spawned import spawned_pool
from registration.models import Phase

HOUSEHOLDS_PER_ACCOUNT = 10
PASSWORD_BYTES = 12


@dataclass(frozen=True)
class Registered:
    """`household` is None where the family's own statements met a hard rule; then nothing was registered."""

    number: int
    household: UUID | None


@dataclass(frozen=True)
class Task:
    phase: int
    account: UUID
    officers: dict[str, UUID]
    households: list[MadeUpHousehold]
    today: date
    seed: int


def officers_of(codes: Sequence[str], *, password: str | None) -> dict[str, User]:
    """One officer for each kelurahan."""
    return {
        code: create_staff(
            username=f"petugas-{code.replace('.', '')}",
            name="Petugas Gladi",
            email=f"petugas-{code.replace('.', '')}@contoh.example",
            password=password,
            role=Role.OFFICER,
            area=Area.objects.get(pk=code),
        )
        for code in codes
    }


def register_all(
    households: Sequence[MadeUpHousehold],
    *,
    phase: Phase,
    officers: dict[str, User],
    today: date,
    seed: int,
    environment: dict[str, str],
) -> list[Registered]:
    """Enter every household, with one process per processor; each account registers several households."""
    tasks = []
    for start in range(0, len(households), HOUSEHOLDS_PER_ACCOUNT):
        some = list(households[start : start + HOUSEHOLDS_PER_ACCOUNT])
        head = some[0].people[0]
        account = create_citizen(nik=head.nik, name=head.name, phone="", password=None)
        ids = {code: user.pk for code, user in officers.items()}
        tasks.append(Task(phase.pk, account.pk, ids, some, today, seed))
    with spawned_pool(environment) as pool:
        return [one for many in pool.imap_unordered(_register_some, tasks) for one in many]


def _register_some(task: Task) -> list[Registered]:
    phase = Phase.objects.get(pk=task.phase)
    citizen = User.objects.get(pk=task.account)
    officers = {user.pk: user for user in User.objects.filter(pk__in=task.officers.values())}
    done = []
    for made_up in task.households:
        by, counter = citizen, None
        if made_up.walks_in:
            by = officers[task.officers[made_up.kelurahan]]
            counter = Area.objects.get(pk=made_up.kelurahan)
        entered = enter(made_up, by=by, phase=phase, today=task.today, seed=task.seed, kelurahan=counter)
        done.append(Registered(made_up.number, entered.household.pk if entered.household else None))
    return done
