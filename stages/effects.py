"""What happens in the transaction of a move. Messages go through the outbox, so they leave if the move does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Role, RoleGrant, User
from jobs.models import Channel
from jobs.outbox import enqueue
from jobs.wakeups import wake
from registration.stage import Stage
from stages.conflict_run import look_for_conflicts
from stages.flagging import flag_families_of
from stages.models import EntryKind, StageEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import Promise


def tell_staff(entry: StageEntry) -> None:
    """A line by e-mail to every admin who has an address."""
    _tell(entry, _people(Role.ADMIN) | {entry.by})


def tell_officers(entry: StageEntry) -> None:
    """The prelists are out: a line by e-mail to the officers who will hold the meetings."""
    _tell(entry, _people(Role.OFFICER))


def flag_families(entry: StageEntry) -> None:
    flag_families_of(phase=entry.phase, by=entry.by)


def list_conflicts(entry: StageEntry) -> None:
    """A worker begins once the move is committed; the stage is not left before the run has ended."""
    look_for_conflicts(phase=entry.phase, by=entry.by)


def purge_extracts(entry: StageEntry) -> None:
    """The closed phase needs no register extract any more: a worker drops the rows once the move is committed."""
    wake("stages.purge_extracts")


def _people(role: Role) -> set[User]:
    grants = RoleGrant.objects.active().filter(role=role, user__is_active=True, user__email_index__isnull=False)
    return {grant.user for grant in grants.select_related("user")}


def _tell(entry: StageEntry, people: Iterable[User]) -> None:
    for person in sorted(people, key=lambda one: str(one.pk)):
        if not person.email:
            continue
        with translation.override(person.language):
            enqueue(
                channel=Channel.EMAIL,
                recipient=person.email,
                subject=f"{entry.phase.name}: {entry.get_kind_display()}",
                body=_body(entry),
                dedupe_key=f"stage-entry-{entry.pk}-{person.pk}",
            )


def _body(entry: StageEntry) -> str:
    stage: Promise | str = Stage(entry.to_stage).label
    lines = [
        _("%(phase)s: %(what)s.") % {"phase": entry.phase.name, "what": entry.get_kind_display()},
        _("Stage now: %(number)d of 11, %(stage)s.") % {"number": entry.to_stage, "stage": stage},
    ]
    if entry.kind == EntryKind.CLOSE:
        lines[1] = _("The phase is closed. Thank you for your work.")
    if entry.note:
        lines.append(_("Note: %(note)s") % {"note": entry.note})
    return "\n".join(lines)
