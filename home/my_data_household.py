"""What is held about the asker's own households: answers, versions, evidence, findings, decisions, notices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Prefetch, Q, QuerySet

from accounts.models import User
from assessment.explain import explain
from assessment.models import CleaningIssue, Finding
from grievances.models import Objection
from home.my_data_drafts import DraftTrail, photo
from home.my_data_values import Numbers, fields_of, moment
from identity.indexes import keyed_indexes
from identity.names import fold_name
from matching.models import AssetEvidence, PersonVerdict
from notices.models import Notice
from registration.models import ROSTER, Attachment, Family, FamilyObjection, Household, Member, Receipt, Submission
from stages.models import Determination, MuskelDecision, OutcomeDecision
from stages.reasons import reason_words

HISTORY = ("HouseholdEvent", "FamilyEvent", "MemberEvent")
Row = dict[str, Any]


@dataclass(frozen=True)
class Mine:
    """A household with the families the asker may be told about; `others` counts those of other people in it."""

    household: Household
    families: tuple[Family, ...]
    others: int

    @property
    def people(self) -> list[Member]:
        return [member for family in self.families for member in family.members.all()]


def own_households(found: QuerySet[Household]) -> list[Household]:
    members = Prefetch("members", Member.objects.order_by("number"))
    families = Prefetch("families", Family.objects.order_by("number").prefetch_related(members))
    return list(found.prefetch_related(families))


def own_part(household: Household, user: User) -> Mine:
    """The family with the asker's NIK; all of them where none has it."""
    families = list(household.families.all())
    indexes = set(keyed_indexes("nik", user.nik)) if user.nik else set()
    own = [family for family in families if any(member.nik_index in indexes for member in family.members.all())]
    mine = own or families
    return Mine(household, tuple(mine), len(families) - len(mine))


def facts_about(households: Sequence[Household], trail: DraftTrail, user: User, numbers: Numbers) -> list[Row]:
    """One entry for each household; the number of queries does not depend on how many there are."""
    mine = [own_part(household, user) for household in households]
    held = Held([one.household.pk for one in mine], [f.pk for one in mine for f in one.families], mine)
    return [_about(one, held, trail, user, numbers) for one in mine]


class Held:
    """The rows about some households and families, each table read once."""

    def __init__(self, households: list[Any], families: list[Any], mine: list[Mine]) -> None:
        own = Q(household__in=households) & (Q(family=None) | Q(family__in=families))
        people = [member.pk for one in mine for member in one.people]
        self.submissions = _by(Submission.objects.filter(household__in=households).order_by("number"), "household_id")
        self.receipts = _by(Receipt.objects.filter(household__in=households).order_by("number"), "household_id")
        self.photos = _by(Attachment.objects.filter(household__in=households), "household_id")
        self.refusals = _by(FamilyObjection.objects.filter(household__in=households), "household_id")
        self.issues = _by(CleaningIssue.objects.filter(own), "household_id")
        findings = Finding.objects.filter(own).select_related("family", "member", "household").order_by("created_at")
        self.findings = _by(findings, "household_id")
        told = Objection.objects.filter(household__in=households).filter(
            Q(finding__family=None) | Q(finding__family__in=families)
        )
        self.objections = _by(told, "household_id")
        self.notices = _by(Notice.objects.filter(own).order_by("created_at"), "household_id")
        reached = PersonVerdict.objects.filter(member__in=people).order_by("decided_at", "id")  # ids come in blocks
        self.verdicts = _by(reached, "member_id")
        self.assets = _by(AssetEvidence.objects.filter(family__in=families).order_by("id"), "family_id")
        met = MuskelDecision.objects.filter(family__in=families, muskel__locked_at__isnull=False).exclude(result="")
        self.meetings = _by(met.select_related("muskel"), "family_id")
        self.decisions = _by(OutcomeDecision.objects.filter(family__in=families).order_by("id"), "family_id")
        self.determined = self._determinations(mine)
        self.history = {
            "HouseholdEvent": _events("HouseholdEvent", households),
            "FamilyEvent": _events("FamilyEvent", families),
            "MemberEvent": _events("MemberEvent", people),
        }

    def _determinations(self, mine: list[Mine]) -> dict[Any, list[Determination]]:
        """By NIK index; whoever typed a stranger's NIK must also have typed the stranger's name and birth date."""
        indexes = [index for one in mine for member in one.people if member.nik_index for index in _indexes(member)]
        return _by(Determination.objects.about(indexes), "nik_index")


def _indexes(member: Member) -> list[bytes]:
    return keyed_indexes("nik", member.nik) if member.nik else []


def _by(rows: Iterable[Any], key: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _events(name: str, ids: list[Any]) -> dict[Any, list[Model]]:
    events: Any = apps.get_model("registration", name)
    return _by(events.objects.filter(pgh_obj__in=ids).order_by("pgh_id"), "pgh_obj_id")


def _about(mine: Mine, held: Held, trail: DraftTrail, user: User, numbers: Numbers) -> Row:
    household, pk = mine.household, mine.household.pk
    return {
        "reference": household.reference,
        "phase": household.phase.name,
        **fields_of(household, numbers, but=("reference", "phase")),
        "families": [_family(family, held, numbers) for family in mine.families],
        "other_families": mine.others,
        "versions": [_submission(row, user, numbers) for row in held.submissions[pk]],
        "receipts": [fields_of(row, numbers, only=("number", "submitted_at", "made_at")) for row in held.receipts[pk]],
        "photos": [photo(row, numbers) for row in held.photos[pk]],
        "help": _help(household, numbers),
        **trail.steps(trail.of_household(household), user, numbers),
        "findings": [_finding(row) for row in held.findings[pk]],
        "cleaning": [
            fields_of(row, numbers, only=("kind", "state", "reason", "created_at")) for row in held.issues[pk]
        ],
        "objections": [_objection(row, numbers) for row in held.objections[pk]],
        "refusals": [fields_of(row, numbers) for row in held.refusals[pk]],
        "notices": [
            fields_of(row, numbers, only=("subject", "body", "created_at", "read_at", "handed_over_at"))
            for row in held.notices[pk]
        ],
        "history": _history(mine, held, numbers),
    }


def _help(household: Household, numbers: Numbers) -> Row | None:
    """What the helper stated of a family that has since taken its registration over."""
    stated = getattr(household, "representation", None)
    only = ("agreed_by", "agreed_on", "phone", "taken_over_at", "helper_may_see")
    return fields_of(stated, numbers, only=only) if stated else None


def _family(family: Family, held: Held, numbers: Numbers) -> Row:
    return {
        **fields_of(family, numbers),
        "people": [_person(member, held, numbers) for member in family.members.all()],
        "assets": [fields_of(row, numbers, only=("basis", "kind", "value")) for row in held.assets[family.pk]],
        "meetings": [
            {
                "held_on": str(row.muskel.held_on),
                "result": row.result,
                "reason": str(reason_words(f"muskel.{row.reason}", {}, row.note).sentence),
            }
            for row in held.meetings[family.pk]
        ],
        "decisions": [
            {
                "at": moment(row.at),
                "outcome": row.outcome,
                "reason": str(reason_words(row.reason_code, row.reason_data, row.reason_text).sentence),
            }
            for row in held.decisions[family.pk]
        ],
    }


def _person(member: Member, held: Held, numbers: Numbers) -> Row:
    name = fold_name(member.name).replace(" ", "")
    listed = [row for index in _indexes(member) for row in held.determined[index]]
    same = [row for row in listed if row.name.replace(" ", "") == name and row.birth_date == member.birth_date]
    return {
        **fields_of(member, numbers, but=ROSTER),
        "verdicts": [fields_of(row, numbers, but=("threshold",)) for row in held.verdicts[member.pk]],
        "determinations": [
            fields_of(row, numbers, only=("status", "programmes", "reason", "as_of", "registry_name", "source"))
            for row in same
        ],
    }


def _submission(row: Submission, user: User, numbers: Numbers) -> Row:
    """One version as it was sent, with the asker's own family of it."""
    payload: dict[str, Any] = row.payload
    families = payload.get("families", [])
    own = [one for one in families if user.nik and any(who.get("nik") == user.nik for who in one.get("people", []))]
    told = {**payload, "families": own or families}
    return {"number": row.number, "submitted_at": moment(row.submitted_at), "answers": numbers.nested(told)}


def _finding(row: Finding) -> Row:
    words = explain(row)
    return {
        "title": words.title,
        "what": words.what,
        "source": words.source,
        "as_of": str(words.date) if words.date else None,
        "remedy": words.remedy,
        "basis": words.basis,
        "verdict": row.verdict,
        "is_current": row.is_current,
        "created_at": moment(row.created_at),
    }


def _objection(row: Objection, numbers: Numbers) -> Row:
    told = fields_of(row, numbers, only=("text", "created_at", "state", "decided_at", "reason"))
    return {**told, "has_picture": row.attachment_id is not None}


def _history(mine: Mine, held: Held, numbers: Numbers) -> list[Row]:
    """Earlier values of the household's own rows."""
    keys = {
        "HouseholdEvent": [mine.household.pk],
        "FamilyEvent": [family.pk for family in mine.families],
        "MemberEvent": [member.pk for member in mine.people],
    }
    return [
        {"of": name.removesuffix("Event").lower(), **fields_of(event, numbers)}
        for name in HISTORY
        for key in keys[name]
        for event in held.history[name][key]
    ]
