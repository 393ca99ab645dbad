"""Households as registered: one dwelling, its families (one KK each) and their members."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from identity.fields import KeyedIndexField, SealedJSONField, SealedTextField
from registration.codes import Marital, Occupation, Relation, SchoolLevel, Sex
from registration.models.phase import Phase
from registration.questionnaire.versions import Edition
from registration.references import PATTERN, new_reference

if TYPE_CHECKING:
    from accounts.models import User

# Digests of 16 bytes, the same for all neighbours and for all who are of one birth date and sex: a phase is cut into
# even parts by them, none of which parts two that may be one.
NEIGHBOURHOOD = "decode(md5(kelurahan_id || rt || rw), 'hex')"
BORN_ALIKE = "decode(md5((birth_date - DATE '1900-01-01')::text || sex), 'hex')"
# What registers are asked about is read in one go from an index of the people, in the order of their numbers. It needs
# these copies of what a family and a household say; the database alone keeps them (migration 0004).
ROSTER = ("roster_active", "roster_kk_index", "roster_kelurahan")
THREE_DIGITS = r"^[0-9]{3}$"
THREE_DIGITS_OR_NONE = r"^([0-9]{3})?$"


class Channel(models.TextChoices):
    ONLINE = "online", _("Online")
    COUNTER = "counter", _("At the kelurahan")


class Outcome(models.TextChoices):
    """What has been decided about a family; written by decisions only. The sentence shown is its standing."""

    PROCESSING = "PROCESSING", _("In process")
    NEEDS_FIX = "NEEDS_FIX", _("Needs a fix")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    NOT_PROPOSED = "NOT_PROPOSED", _("Not proposed")
    IN_DST = "IN_DST", _("In the final target list (DST)")
    SENT = "SENT", _("Sent to the ministry")
    RETURNED = "RETURNED", _("Returned")
    DETERMINED = "DETERMINED", _("Determined")
    NOT_DETERMINED = "NOT_DETERMINED", _("Not determined")


class Kind(models.TextChoices):
    """Whether the registry knows somebody of the household already: then it is an update, no second entry."""

    NEW = "baru", _("New entry")
    UPDATE = "pemutakhiran", _("Update (pemutakhiran)")


class HouseholdQuerySet(models.QuerySet["Household"]):
    def submitted(self) -> HouseholdQuerySet:
        return self.filter(submitted_at__isnull=False)

    def active(self) -> HouseholdQuerySet:
        """Submitted and not withdrawn."""
        return self.submitted().filter(withdrawn_at__isnull=True)

    def in_kelurahan(self, codes: Iterable[str]) -> HouseholdQuerySet:
        return self.filter(kelurahan__in=list(codes))

    def visible_to(self, user: User | AnonymousUser) -> HouseholdQuerySet:
        """One's own; for officers also those living in the kelurahan they serve; for admins all; for strangers none."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_admin:
            return self.all()
        visible = Q(account=user)
        if user.is_officer:
            visible |= Q(kelurahan__in=list(user.kelurahan_codes))
        return self.filter(visible)


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["contact_phone", "details"])
class Household(models.Model):
    """`kelurahan`, `address`, `rt`, `rw` are where the household lives; `ktp_*` what its head's KTP says.

    `dwelling` holds {question key: neutral code or number} (`registration.dwelling`), `declarations` the answers to
    the six questions as {question key: "ya" or "tidak"}, `programmes` the keys of those it asks to be proposed for.
    `questionnaire` is the edition it answered; `details` holds, sealed, what else that edition asked, by question key.
    `account` is empty for walk-in citizens.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="households")
    reference = models.CharField(_("reference code"), max_length=13, unique=True, default=new_reference)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="households"
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="registered_households"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices, default=Kind.NEW)
    for_others = models.BooleanField(_("registered for somebody else"), default=False)
    registrant_relation = models.CharField(_("relation of the registrant"), max_length=100, blank=True)
    consent_basis = models.CharField(_("how the household agreed"), max_length=40, blank=True)
    consent_given_at = models.DateTimeField(_("consent given"), null=True, blank=True)
    kelurahan = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="households")
    address = models.CharField(_("present address"), max_length=300)
    rt = models.CharField("RT", max_length=3)
    rw = models.CharField("RW", max_length=3)
    ktp_kelurahan = models.ForeignKey(
        "areas.Area", on_delete=models.PROTECT, null=True, blank=True, related_name="households_by_ktp"
    )
    ktp_address = models.CharField(_("address on the KTP"), max_length=300, blank=True)
    ktp_rt = models.CharField(_("RT on the KTP"), max_length=3, blank=True)
    ktp_rw = models.CharField(_("RW on the KTP"), max_length=3, blank=True)
    ktp_region_text = models.CharField(_("region on the KTP, outside Jakarta"), max_length=200, blank=True)
    contact_phone = SealedTextField(null=True, blank=True)
    dwelling = models.JSONField(default=dict)
    declarations = models.JSONField(default=dict)
    details = SealedJSONField(null=True, blank=True)
    programmes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    questionnaire = models.CharField(max_length=20, choices=Edition.choices, default=Edition.SHORT)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    withdrawn_with_code = models.BooleanField(_("withdrawn by the family, without an account"), default=False)
    opted_out = models.BooleanField(_("opted out of the public status check"), default=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        indexes = [
            models.Index(fields=["phase", "kelurahan", "submitted_at"], name="household_of_kelurahan"),
            models.Index("phase", RawSQL(NEIGHBOURHOOD, ()), name="household_of_neighbourhood"),  # noqa: S611
        ]
        constraints = [
            models.CheckConstraint(name="household_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="household_reference_form", condition=Q(reference__regex=PATTERN)),
            models.CheckConstraint(
                name="household_has_registrant",
                condition=Q(channel=Channel.ONLINE, account__isnull=False)
                | Q(channel=Channel.COUNTER, registered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="household_rt_rw_form", condition=Q(rt__regex=THREE_DIGITS, rw__regex=THREE_DIGITS)
            ),
            models.CheckConstraint(
                name="household_ktp_rt_rw_form",
                condition=Q(ktp_rt__regex=THREE_DIGITS_OR_NONE, ktp_rw__regex=THREE_DIGITS_OR_NONE),
            ),
            models.CheckConstraint(
                name="household_ktp_region_one", condition=Q(ktp_kelurahan__isnull=True) | Q(ktp_region_text="")
            ),
            models.CheckConstraint(
                name="household_submitted_pair",
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="household_withdrawn_pair",
                condition=Q(
                    withdrawn_at__isnull=True,
                    withdrawn_by__isnull=True,
                    withdrawal_reason="",
                    withdrawn_with_code=False,
                )
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, withdrawn_with_code=False)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=True, withdrawn_with_code=True),
            ),
            models.CheckConstraint(
                name="household_withdrawn_after_submitted",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("submitted_at")),
            ),
            models.CheckConstraint(
                name="household_consent_for_others",
                condition=Q(for_others=False) | (Q(consent_given_at__isnull=False) & ~Q(registrant_relation="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["kk", "kk_index"])
class Family(models.Model):
    """The people on one family card (KK). The outcome is decided per family."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="families")
    number = models.PositiveSmallIntegerField(default=1)
    kk = SealedTextField()
    kk_index = KeyedIndexField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.PROCESSING)

    class Meta:
        verbose_name = _("family")
        verbose_name_plural = _("families")
        ordering = ["household", "number"]
        indexes = [models.Index(fields=["kk_index"], name="family_of_kk")]
        constraints = [
            models.UniqueConstraint(fields=["household", "number"], name="family_number_once"),
            models.CheckConstraint(name="family_number_1_to_20", condition=Q(number__gte=1, number__lte=20)),
            models.CheckConstraint(name="family_outcome_known", condition=Q(outcome__in=Outcome.values)),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} KK {self.number}"


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["nik", "nik_index", "details", *ROSTER])
class Member(models.Model):
    """One person. `nik` is empty only for infants who do not have one yet.

    `details` holds, sealed, what the questionnaire asks about a person's documents, school, work, health and mother.
    Health, pregnancy and disability too, is specific personal data (UU 27/2022, art. 4): none of it is in a column.
    The columns of ROSTER are the database's own copies: whether the household is submitted and not withdrawn, the index
    of the family's KK number, the kelurahan of the KTP. What is written to them is not kept, and a row that was just
    saved does not show them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="members")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="members")
    number = models.PositiveSmallIntegerField(default=1)
    nik = SealedTextField(null=True, blank=True)
    nik_index = KeyedIndexField(null=True, blank=True)
    name = models.CharField(_("name"), max_length=100)
    birth_place = models.CharField(_("place of birth"), max_length=100, blank=True)
    birth_date = models.DateField(_("date of birth"))
    sex = models.CharField(max_length=1, choices=Sex.choices)
    relation = models.CharField(max_length=20, choices=Relation.choices)
    marital = models.CharField(max_length=20, choices=Marital.choices, default=Marital.SINGLE)
    occupation = models.CharField(max_length=40, choices=Occupation.choices, default=Occupation.NONE)
    in_school = models.BooleanField(default=False)
    school_level = models.CharField(max_length=20, choices=SchoolLevel.choices, blank=True, default="")
    works = models.BooleanField(default=False)
    details = SealedJSONField(null=True, blank=True)
    is_head = models.BooleanField(default=False)
    roster_active = models.BooleanField(default=False, editable=False)
    roster_kk_index = KeyedIndexField(null=True, editable=False)
    roster_kelurahan = models.CharField(max_length=13, null=True, editable=False)  # noqa: DJ001 as in the household

    class Meta:
        verbose_name = _("family member")
        verbose_name_plural = _("family members")
        ordering = ["family", "number"]
        indexes = [
            models.Index(
                fields=["phase", "nik_index"],
                name="member_of_nik",
                include=["id", "name", "birth_date", "sex", "occupation", *ROSTER],
            ),
            models.Index(fields=["nik_index"], name="member_nik_any_phase"),
            models.Index("phase", RawSQL(BORN_ALIKE, ()), name="member_born_alike"),  # noqa: S611
        ]
        constraints = [
            models.UniqueConstraint(fields=["family", "number"], name="member_number_once"),
            models.UniqueConstraint(fields=["family"], condition=Q(is_head=True), name="family_has_one_head"),
            models.CheckConstraint(name="member_number_1_to_40", condition=Q(number__gte=1, number__lte=40)),
            models.CheckConstraint(name="member_sex_known", condition=Q(sex__in=Sex.values)),
            models.CheckConstraint(name="member_relation_known", condition=Q(relation__in=Relation.values)),
            models.CheckConstraint(
                name="member_head_is_head",
                condition=Q(is_head=True, relation=Relation.HEAD) | (Q(is_head=False) & ~Q(relation=Relation.HEAD)),
            ),
            models.CheckConstraint(
                name="member_nik_with_index",
                condition=Q(nik__isnull=True, nik_index__isnull=True) | Q(nik__isnull=False, nik_index__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.family_id} {self.number}"

    @property
    def pregnant(self) -> bool | None:
        """None where it was not asked, as of men."""
        said = (self.details or {}).get("hamil")
        return said == "ya" if said is not None and self.sex == Sex.FEMALE else None

    @property
    def disability(self) -> list[str]:
        """Codes of `registration.codes.Disability`."""
        return list((self.details or {}).get("disabilitas", []))
