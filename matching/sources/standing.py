"""How a source of people's verdicts stands at this moment, in words for whoever is about to ask it."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, Min
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.facts import Fact
from jobs.models import Run
from matching.models import Snapshot
from matching.sources import budget
from matching.sources.configured import NotConfigured, service_for
from matching.sources.tables import RegisterAnswer, RegisterBreaker
from matching.vocabulary import ASKED_KINDS, Source, SourceKind
from registration.models import Member, Phase


def grouped(number: int) -> str:
    """A number as people write it in the language of the page: "1,000" or "1.000"."""
    return number_format(number, force_grouping=True)


def name_of(kind: SourceKind) -> str:
    """The register as pages call it. Whoever reads of a made-up one is told so."""
    if kind in ASKED_KINDS and getattr(settings, "DTKS_REGISTERS_ARE_SIMULATED", False):
        return _("%(register)s: SIMULATOR, made-up people") % {"register": kind.label}
    return str(kind.label)


def source_of(run: Run) -> str:
    """Who was asked in a matching run."""
    return name_of(SourceKind(run.params.get("source_kind", SourceKind.SNAPSHOT)))


def facts_of_extract(source: Source, phase: Phase) -> Iterable[Fact]:
    """The extract a run would read if it were started now."""
    extract = Snapshot.objects.newest_for(source, phase.index_key_id)
    if extract is None:
        yield Fact(_("Extract"), _("none is loaded for this phase: upload one"), reverse("admin:matching_snapshot_add"))
        return
    about = ngettext("%(rows)s row, as of %(day)s", "%(rows)s rows, as of %(day)s", extract.row_count) % {
        "rows": grouped(extract.row_count),
        "day": date_format(extract.as_of),
    }
    yield Fact(_("Extract"), about, reverse("admin:matching_snapshot_change", args=[extract.pk]))


def facts_of_asking(kind: SourceKind, phase: Phase) -> Iterable[Fact]:
    """What asking about everybody in a phase would meet: the register's state, the hits left, the answers kept."""
    yield from facts_of_register(kind)
    active = Member.objects.filter(phase=phase, household__submitted_at__isnull=False, household__withdrawn_at=None)
    yield Fact(_("People of this phase"), _("%(people)s, one hit for each") % {"people": grouped(active.count())})
    kept = RegisterAnswer.objects.filter(kind=kind, answered_at__isnull=False, expires_at__gt=Now())
    told = kept.aggregate(number=Count("pk"), first=Min("answered_at"), last=Max("answered_at"))
    words = _("none")
    if told["number"]:
        days = {name: date_format(timezone.localtime(told[name])) for name in ("first", "last")}
        words = _("%(number)s, as of %(first)s to %(last)s; they are used again and cost nothing") % {
            "number": grouped(told["number"]),
            **days,
        }
    yield Fact(_("Answers kept"), words)


def facts_of_register(kind: SourceKind) -> Iterable[Fact]:
    yield Fact(_("Register"), name_of(kind))
    try:
        allowed = service_for(kind).budget
    except NotConfigured as problem:
        yield Fact(_("State of the register"), _("cannot be asked: %(reason)s") % {"reason": problem})
        return
    yield Fact(_("State of the register"), _state(kind), reverse("admin:matching_registerbreaker_changelist"))
    yield Fact(_("Hits left today"), _hits(kind, allowed), reverse("admin:matching_registerbudget_changelist"))


def answers_since(kind: SourceKind, moment: datetime) -> int:
    """How many people a register has answered about since then, as long as the answers are kept."""
    return RegisterAnswer.objects.filter(kind=kind, answered_at__gte=moment).count()


def _state(kind: SourceKind) -> str:
    """As the breaker that all workers share knows it."""
    row = RegisterBreaker.objects.filter(kind=kind).first()
    if row is None or (row.retry_at is None and not row.failures):
        return _("answers")
    if row.retry_at is None:
        return ngettext(
            "answers; the last %(number)d call failed", "answers; the last %(number)d calls failed", row.failures
        ) % {"number": row.failures}
    if row.retry_at <= timezone.now():
        return _("did not answer of late; the next call tries it")
    until = date_format(timezone.localtime(row.retry_at), "H:i:s")
    return _("does not answer; left alone until %(time)s") % {"time": until}


def _hits(kind: SourceKind, allowed: int) -> str:
    spent, is_closed = budget.standing_today(kind)
    if is_closed:
        return _("none: the register says that today's quota is used up")
    return _("%(left)s of %(allowed)s") % {"left": grouped(max(allowed - spent, 0)), "allowed": grouped(allowed)}
