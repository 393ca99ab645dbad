"""A population run that asks a register over the network: first the asking, in commits of its own, then the verdicts.

What has been paid for survives a kill: answers are stored one by one, before the shard's transaction. Asking ends in
good time before the lease does. Nobody is called a mismatch because a register did not answer.
"""

import random
import time
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from identity.indexes import current_index_key_id
from jobs.engine import NotNow
from jobs.leases import prove_lease
from jobs.models import Run, Shard
from matching import members
from matching.models import PersonVerdict
from matching.sources import answers, breaker, budget, configured
from matching.sources.configured import NotConfigured, Service
from matching.sources.dci import CivilRegistry
from matching.sources.people import people_of
from matching.sources.protocol import Answer, NoAnswer, Person, QuotaSpent, Register
from matching.sources.web_service import WebService
from matching.vocabulary import NO_NIK, Source, SourceKind
from registration.models import Phase

TRIES = 3  # of one call, while the register's machine does not answer
PAUSE_SECONDS = 0.5  # before the second try, at most; doubled for the third, and cut at random
REGISTERS: dict[SourceKind, type[WebService] | type[CivilRegistry]] = {
    SourceKind.WEB_SERVICE: WebService,
    SourceKind.DCI: CivilRegistry,
}
NO_HITS_LEFT = gettext_noop("Today's hits of the register are used up.")
IS_DOWN = gettext_noop("The register does not answer.")
TIME_IS_UP = gettext_noop("The next people are asked about under a fresh lease.")
NOT_ASKED_YET = gettext_noop("Somebody's data changed while the register was asked.")
CANNOT_BE_ASKED = gettext_noop("The register is not configured on this worker.")
RETRY_SECONDS = 300


class Patience:
    """How much of a lease is left for asking, by this process's own clock."""

    def __init__(self, lease_seconds: float) -> None:
        self._end = time.monotonic() + lease_seconds * configured.LEASE_SHARE

    def is_enough_for_a_call(self) -> bool:
        return time.monotonic() + configured.longest_call() <= self._end


@dataclass
class Asking:
    """One shard being asked about: whom, of whom, under which lease. `asked`: (hash of what is asked, person)."""

    shard: Shard
    service: Service
    register: Register
    asked: list[tuple[bytes, Person]] = field(default_factory=list)

    @property
    def kind(self) -> SourceKind:
        return self.register.kind

    def unsettled(self) -> list[tuple[bytes, Person]]:
        """Who still has to be asked about, first those who were asked about in vain least often: nobody stands in
        everybody's way, and an outage is no single person's."""
        known = answers.settled(self.kind, self.asked)
        left = [(asked, person) for asked, person in self.asked if person.member_id not in known]
        failures = answers.failures(self.kind, left)
        random.shuffle(left)
        return sorted(left, key=lambda pair: failures.get(pair[1].member_id, 0))


def ask(run: Run, shard: Shard) -> None:
    """Ask about everybody in a shard who has no answer yet. Raises NotNow when it cannot go on."""
    asking = _begin(run, shard)
    patience = Patience(run.lease_seconds)
    while left := asking.unsettled():
        for asked, person in left:
            _ask_about(asking, asked, person, patience)


def work(run: Run, shard: Shard) -> int:
    """One verdict for each member of a shard, from the answers that are there. Raises NotNow if one is missing."""
    asking = _begin(run, shard)
    known = answers.settled(asking.kind, asking.asked)
    if len(known) < len(asking.asked):
        raise NotNow(NOT_ASKED_YET)
    PersonVerdict.objects.bulk_create(
        [_verdict(run, person, known[person.member_id]) for _asked, person in asking.asked], batch_size=500
    )
    answers.forget_failures(asking.kind, [person.key for _asked, person in asking.asked])
    decided = len(asking.asked)
    if asking.register.knows_people_without_nik:
        return decided
    return decided + members.not_checked(run, shard, Source.POPULATION, reason=NO_NIK)


def _begin(run: Run, shard: Shard) -> Asking:
    kind, threshold = SourceKind(run.params["source_kind"]), int(run.params["name_threshold"])
    try:
        service = configured.service_for(kind)
    except NotConfigured:
        raise NotNow(CANNOT_BE_ASKED, until=budget.in_seconds(RETRY_SECONDS)) from None
    register: Register = REGISTERS[kind](service, threshold=threshold)
    people = people_of(run, shard, without_nik=register.knows_people_without_nik)
    key_id = Phase.objects.values_list("index_key_id", flat=True).get(pk=run.scope_id) or current_index_key_id()
    asked = [(answers.asked_of(person, threshold=threshold, key_id=key_id), person) for person in people]
    return Asking(shard, service, register, asked)


def _ask_about(asking: Asking, asked: bytes, person: Person, patience: Patience) -> None:
    """Store the register's answer about one person, or that it gave none."""
    for number in range(1, TRIES + 1):
        knock = _permission(asking, patience)
        if knock.gate is breaker.Gate.GIVEN_UP:
            answers.note_failure(asking.kind, person, asked, times=answers.FAILURES)
            return
        try:
            answer = _call(asking, person)
        except NoAnswer as error:
            is_down = breaker.note_failure(asking.kind)
            if is_down or not error.may_try_again or number == TRIES:
                break
            time.sleep(random.uniform(0, PAUSE_SECONDS * 2 ** (number - 1)))  # noqa: S311
        else:
            breaker.note_success(asking.kind)
            answers.keep(asking.kind, person, asked, answer)
            return
    answers.note_failure(asking.kind, person, asked)


def _permission(asking: Asking, patience: Patience) -> breaker.Knock:
    """May one call be made now? Nothing of it has been paid for yet. Raises NotNow, LeaseLost or RunStopped."""
    if not patience.is_enough_for_a_call():
        raise NotNow(TIME_IS_UP)
    prove_lease(asking.shard)  # a stopped run spends nothing more
    knock = breaker.knock(asking.kind)
    if knock.gate is breaker.Gate.WAIT:
        raise NotNow(IS_DOWN, until=knock.until)
    return knock


def _call(asking: Asking, person: Person) -> Answer:
    """Pay, then ask. Raises NotNow when today's hits are used up, by our count or by the register's."""
    if not budget.spend(asking.kind, limit=asking.service.budget):
        raise NotNow(NO_HITS_LEFT, until=budget.next_day())
    try:
        return asking.register.compare(person)
    except QuotaSpent:
        budget.close_today(asking.kind)
        raise NotNow(NO_HITS_LEFT, until=budget.next_day()) from None


def _verdict(run: Run, person: Person, known: answers.Settled) -> PersonVerdict:
    answer = known.answer
    return PersonVerdict(
        run=run,
        member_id=person.member_id,
        source=Source.POPULATION,
        value=answer.value,
        fields=answer.fields,
        raw_code=answer.raw_code,
        threshold=answer.threshold,
        register_area_code=answer.area_code,
        register_occupation=answer.occupation,
        register_status=answer.status,
        as_of=known.as_of,
    )
