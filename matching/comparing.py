"""Both sides of a verdict for a person to judge: what the family says, and what the register holds."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from areas.models import Area
from matching.models import AssetEvidence, PersonVerdict, PopulationRecord
from matching.vocabulary import DIFFERS, RegisterStatus, Source
from registration.codes import Sex
from registration.models import Member

NOTHING = "–"


@dataclass(frozen=True)
class Side:
    """One line: a field as the family gave it and as the register holds it. No NIK, no KK number."""

    label: str
    ours: str
    theirs: str
    differs: bool = False


def sides_of(verdict: PersonVerdict) -> list[Side]:
    """`verdict` comes with its member and household."""
    if verdict.source == Source.ASSETS:
        return [*_names(verdict.member, None), *_items(verdict)]
    if verdict.snapshot_id is None:
        return [*_answered(verdict)]
    found = PopulationRecord.objects.filter(snapshot=verdict.snapshot_id, nik_index=verdict.member.nik_index).first()
    return [*_names(verdict.member, found), *_fields(verdict, found)]


def _answered(verdict: PersonVerdict) -> list[Side]:
    """A register that was asked over the network says which fields agree, and hands out nothing to look at."""
    member = verdict.member
    ours = {
        "name": (_("name"), member.name),
        "birth_date": (_("date of birth"), date_format(member.birth_date)),
        "sex": (_("sex"), member.get_sex_display()),
        "kk": (_("KK number"), NOTHING),
        "kelurahan": (_("kelurahan of the KTP"), _area(member.household.ktp_kelurahan)),
        "occupation": (_("occupation"), member.get_occupation_display()),
    }
    status = RegisterStatus(verdict.register_status).label if verdict.register_status else NOTHING
    return [
        *(
            Side(label, value, _said(verdict, field), _differs(verdict, field))
            for field, (label, value) in ours.items()
        ),
        Side(_("status in the register"), NOTHING, str(status)),
    ]


def _said(verdict: PersonVerdict, field: str) -> str:
    """What a register says of one field, with the score of a name."""
    compared = verdict.fields.get(field)
    if not isinstance(compared, dict):
        return NOTHING
    words = _("another one") if compared.get("result") == DIFFERS else _("the same")
    return f"{words} ({compared['score']})" if "score" in compared else str(words)


def _area(area: Area | None) -> str:
    return f"{area.name} ({area.pk})" if area else NOTHING


def is_register_gone(verdict: PersonVerdict) -> bool:
    """Whether the rows of the extract have been deleted, so that only the verdict itself is left."""
    return verdict.snapshot is not None and verdict.snapshot.ready_at is not None and verdict.snapshot.state != "ready"


def _names(member: Member, found: PopulationRecord | None) -> list[Side]:
    return [Side(_("name"), member.name, found.name if found else NOTHING)]


def _fields(verdict: PersonVerdict, found: PopulationRecord | None) -> list[Side]:
    member = verdict.member
    status = RegisterStatus(found.status).label if found else NOTHING
    born = date_format(found.birth_date) if found and found.birth_date else NOTHING
    ours, code = member.household.ktp_kelurahan, found.kelurahan_code if found else ""
    theirs = ours if ours and ours.pk == code else Area.objects.filter(pk=code).first() if code else None
    sex = {letter: str(label) for letter, label in Sex.choices}.get(found.sex, NOTHING) if found else NOTHING
    same_kk = {True: _("the same"), False: _("another one"), None: NOTHING}
    said = verdict.fields.get("kk", {}).get("result") if isinstance(verdict.fields.get("kk"), dict) else None
    return [
        Side(_("date of birth"), date_format(member.birth_date), born, _differs(verdict, "birth_date")),
        Side(_("sex"), member.get_sex_display(), sex, _differs(verdict, "sex")),
        Side(_("KK number"), NOTHING, str(same_kk[None if said is None else said != DIFFERS]), _differs(verdict, "kk")),
        Side(
            _("kelurahan of the KTP"),
            _area(ours),
            _area(theirs) if theirs else code or NOTHING,
            _differs(verdict, "kelurahan"),
        ),
        Side(_("status in the register"), NOTHING, str(status)),
    ]


def _differs(verdict: PersonVerdict, field: str) -> bool:
    compared = verdict.fields.get(field)
    return isinstance(compared, dict) and compared.get("result") == DIFFERS


def _items(verdict: PersonVerdict) -> list[Side]:
    items = AssetEvidence.objects.filter(run=verdict.run_id, member=verdict.member_id).order_by("record_line")
    return [
        Side(item.get_kind_display(), NOTHING, NOTHING if item.value is None else f"Rp{item.value:,}") for item in items
    ]
