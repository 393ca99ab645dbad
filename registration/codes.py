"""Answers about people and dwellings in their neutral, richest form.

Each list keeps every distinction that either official code list makes (BDT 2015/SIKS or Regsosek 2022.K), so that both
can be derived at export; the official numbers themselves exist only in the export maps. Example: BDT puts gas bottles
of 5.5 and 12 kg together, Regsosek does not, so they are apart here.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    MALE = "L", _("Male")
    FEMALE = "P", _("Female")


class Relation(TextChoices):
    """Relation to the head of family (SHDK of the civil registry, which is richer than both survey lists)."""

    HEAD = "kepala", _("Head of family")
    HUSBAND = "suami", _("Husband")
    WIFE = "istri", _("Wife")
    CHILD = "anak", _("Child")
    CHILD_IN_LAW = "menantu", _("Son- or daughter-in-law")
    GRANDCHILD = "cucu", _("Grandchild")
    PARENT = "orang_tua", _("Parent")
    PARENT_IN_LAW = "mertua", _("Parent-in-law")
    OTHER_FAMILY = "famili_lain", _("Other relative")
    DOMESTIC_HELPER = "pembantu", _("Domestic helper or driver")
    OTHER = "lainnya", _("Other")


class Marital(TextChoices):
    SINGLE = "belum_kawin", _("Not married")
    MARRIED = "kawin", _("Married")
    DIVORCED = "cerai_hidup", _("Divorced")
    WIDOWED = "cerai_mati", _("Widowed")


class Occupation(TextChoices):
    """Occupation as printed on the KK, where it matters to the rules or is common among applicants."""

    NONE = "belum_bekerja", _("Not (yet) working")
    HOMEMAKER = "mengurus_rumah_tangga", _("Looks after the household")
    STUDENT = "pelajar", _("Pupil or student")
    PENSIONER = "pensiunan", _("Pensioner")
    DAY_LABOURER = "buruh_harian", _("Day labourer")
    PRIVATE_EMPLOYEE = "karyawan_swasta", _("Employee of a private company")
    CONTRACT_EMPLOYEE = "karyawan_honorer", _("Honorary or contract employee of the government")
    TRADER = "pedagang", _("Trader")
    SELF_EMPLOYED = "wiraswasta", _("Self-employed")
    DRIVER = "sopir", _("Driver, ojek included")
    DOMESTIC_WORKER = "pembantu_rumah_tangga", _("Domestic worker")
    FISHER = "nelayan", _("Fisher")
    FARMER = "petani", _("Farmer")
    CIVIL_SERVANT = "pns", _("Civil servant (PNS/ASN)")
    SOLDIER = "tni", _("Soldier (TNI)")
    POLICE = "polri", _("Police officer (Polri)")
    BUMN_EMPLOYEE = "karyawan_bumn", _("Employee of a state company (BUMN)")
    BUMD_EMPLOYEE = "karyawan_bumd", _("Employee of a regional company (BUMD)")
    LEGISLATOR = "anggota_legislatif", _("Member of DPR, DPD or DPRD")
    OTHER = "lainnya", _("Other")


class SchoolLevel(TextChoices):
    """Level attended now, or the highest one attended before. Empty: never went to school."""

    NONE = "", _("Never went to school, or not yet")
    KINDERGARTEN = "paud", _("PAUD or TK")
    PRIMARY = "sd", _("SD, MI or Paket A")
    JUNIOR = "smp", _("SMP, MTs or Paket B")
    SENIOR = "sma", _("SMA, MA or Paket C")
    VOCATIONAL = "smk", _("SMK or MAK")
    DIPLOMA = "diploma", _("D1, D2 or D3")
    UNIVERSITY = "s1", _("D4, S1 or profession")
    POSTGRADUATE = "s2", _("S2 or S3")


class Disability(TextChoices):
    """Kinds of impairment; a person may have several. Combinations of the official list are unions of these."""

    PHYSICAL = "fisik", _("Physical (movement)")
    SIGHT = "netra", _("Sight")
    HEARING = "rungu", _("Hearing")
    SPEECH = "wicara", _("Speech")
    INTELLECTUAL = "intelektual", _("Intellectual")
    MENTAL = "mental", _("Mental health")
