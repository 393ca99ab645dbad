"""The questions asked about each person, beside who the person is: documents and school, work, health.

Who is asked what: school from 5 years, work from 10, the tax number from 17, pregnancy of women of 10 to 54 years (the
wider bounds of Regsosek; the BDT map narrows them). How well somebody sees, hears, walks … is asked only where the
family names an impairment: for everybody else the answer is "without difficulty".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_lazy as _

from registration.codes import Occupation, Sex
from registration.questionnaire import person_codes as codes
from registration.questionnaire.question import YES, Circumstances, Kind, Question
from registration.questionnaire.versions import WHOLE_ONLY

SCHOOL_AGE, WORKING_AGE, TAX_AGE = 5, 10, 17
PREGNANCY_AGES = range(10, 55)


def of_school_age(who: Circumstances) -> bool:
    return who.is_from(SCHOOL_AGE)


def of_working_age(who: Circumstances) -> bool:
    return who.is_from(WORKING_AGE)


def of_tax_age(who: Circumstances) -> bool:
    return who.is_from(TAX_AGE)


def may_be_pregnant(who: Circumstances) -> bool:
    return who.sex == Sex.FEMALE and who.age in PREGNANCY_AGES


def on_a_further_kk(who: Circumstances) -> bool:
    return who.in_further_family


IS_AT_SCHOOL = ("partisipasi", frozenset({"masih"}))
WAS_AT_SCHOOL = ("partisipasi", frozenset({"masih", "tidak_lagi"}))
WORKS = ("bekerja", frozenset({YES}))


def with_impairment(*kinds: str) -> tuple[str, frozenset[str]]:
    return "disabilitas", frozenset(kinds)


DOCUMENTS: Final = (
    Question("dokumen_sekolah", "kartu_identitas", _("Which documents does this person have?"), codes.DOCUMENTS,
             _("Mark all that exist, even if they are not at home now."), kind=Kind.MANY),
    Question("dokumen_sekolah", "tercantum_di_kk", _("Is this person written on the KK?"), kind=Kind.YES_NO),
    Question("dokumen_sekolah", "hubungan_krt", _("Relation to the head of the first family in this dwelling"),
             codes.RELATION_TO_HOUSEHOLD, compact=True, asked=on_a_further_kk),
)  # fmt: skip
SCHOOL: Final = (
    Question("dokumen_sekolah", "partisipasi", _("School"), codes.PARTICIPATION, asked=of_school_age,
             help=_("PAUD and TK do not count as school yet.")),
    Question("dokumen_sekolah", "jenjang", _("School attended now, or the last one attended"), codes.SCHOOLS,
             after=WAS_AT_SCHOOL, asked=of_school_age),
    Question("dokumen_sekolah", "kelas", _("Class or year there"), codes.CLASSES, compact=True,
             after=WAS_AT_SCHOOL, asked=of_school_age),
    Question("dokumen_sekolah", "ijazah", _("Highest diploma (ijazah)"), codes.DIPLOMAS, compact=True,
             after=WAS_AT_SCHOOL, asked=of_school_age),
    Question("dokumen_sekolah", "nama_sekolah", _("Name of the school"), high=100, kind=Kind.TEXT, required=False,
             after=IS_AT_SCHOOL, asked=of_school_age, help=_("Helps where KJP Plus is asked for.")),
    Question("dokumen_sekolah", "nisn", _("NISN"), low=10, high=10, kind=Kind.DIGITS, required=False,
             after=IS_AT_SCHOOL, asked=of_school_age,
             help=_("The ten digits of the pupil, on the report book. You may leave it empty.")),
)  # fmt: skip
WORK: Final = (
    Question("pekerjaan", "bekerja", _("Works to earn money?"), kind=Kind.YES_NO, asked=of_working_age,
             help=_("Day labour, trading and driving count too.")),
    Question("pekerjaan", "pekerjaan", _("Occupation"), tuple(Occupation.choices), asked=of_working_age),
    Question("pekerjaan", "lapangan_usaha", _("In which kind of business?"), codes.INDUSTRIES,
             after=WORKS, asked=of_working_age, help=_("What the place does where this person works.")),
    Question("pekerjaan", "status_pekerjaan", _("In which position?"), codes.EMPLOYMENT, compact=True,
             after=WORKS, asked=of_working_age),
    Question("pekerjaan", "jam_kerja", _("Hours worked last week"), low=0, high=98, kind=Kind.NUMBER, unit=_("hours"),
             after=WORKS, asked=of_working_age, help=_("An estimate is enough.")),
    Question("pekerjaan", "penghasilan", _("Income of this person a month"), codes.INCOME, compact=True,
             after=WORKS, asked=of_working_age, help=_("An estimate is enough. Only the officers in charge see it.")),
    Question("pekerjaan", "jaminan_kerja", _("Insurance that goes with the work"), codes.WORK_INSURANCE,
             kind=Kind.MANY, after=WORKS, asked=of_working_age),
    Question("pekerjaan", "npwp", _("Does this person have a tax number (NPWP)?"), codes.TAX_NUMBER,
             asked=of_tax_age),
)  # fmt: skip
HEALTH: Final = (
    Question("kesehatan", "hamil", _("Is she pregnant?"), kind=Kind.YES_NO, asked=may_be_pregnant),
    Question("kesehatan", "hamil_sejak", _("Since when is she pregnant?"), kind=Kind.DAY,
             after=("hamil", frozenset({YES})), asked=may_be_pregnant,
             help=_("The first day of the last period. An estimate is enough.")),
    Question("kesehatan", "disabilitas", _("Does this person have a disability?"), codes.IMPAIRMENTS,
             kind=Kind.MANY, help=_("Mark all that apply.")),
    Question("kesehatan", "melihat", _("Seeing"), codes.ABILITY, after=with_impairment("netra")),
    Question("kesehatan", "mendengar", _("Hearing (sounds and voices)"), codes.ABILITY, after=with_impairment("rungu")),
    Question("kesehatan", "berjalan", _("Walking and climbing stairs"), codes.ABILITY, after=with_impairment("fisik")),
    Question("kesehatan", "tangan", _("Using hands and fingers"), codes.ABILITY, after=with_impairment("fisik")),
    Question("kesehatan", "belajar", _("Learning and understanding"), codes.ABILITY,
             after=with_impairment("intelektual")),
    Question("kesehatan", "perilaku", _("Controlling behaviour and feelings"), codes.ABILITY,
             after=with_impairment("mental", "intelektual")),
    Question("kesehatan", "berbicara", _("Speaking and being understood"), codes.ABILITY,
             after=with_impairment("wicara", "rungu")),
    Question("kesehatan", "mengurus_diri", _("Looking after oneself: washing, dressing, eating"), codes.ABILITY,
             after=with_impairment("fisik", "netra", "rungu", "wicara", "intelektual", "mental")),
    Question("kesehatan", "mengingat", _("Remembering and concentrating"), codes.ABILITY,
             after=with_impairment("intelektual", "mental")),
    Question("kesehatan", "penyakit", _("Does this person have a long illness?"), codes.ILLNESSES,
             help=_("If there are several, choose the one that weighs most.")),
    Question("kesehatan", "jaminan_kesehatan", _("Health insurance"), codes.HEALTH_INSURANCE, kind=Kind.MANY),
)  # fmt: skip
ABILITIES: Final = (
    "melihat", "mendengar", "berjalan", "tangan", "belajar", "perilaku", "berbicara", "mengurus_diri", "mengingat",
)  # fmt: skip
# The short questionnaire asks these things on one page of its own (`registration.forms.people.ActivityForm`).
QUESTIONS: Final[tuple[Question, ...]] = tuple(
    replace(question, editions=WHOLE_ONLY, sealed=True) for question in (*DOCUMENTS, *SCHOOL, *WORK, *HEALTH)
)
