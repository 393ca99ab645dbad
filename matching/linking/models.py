"""What comparing only suggests: what a mistyped NIK may have meant, and who may be registered twice.

A person looks at each; nothing is applied.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import KeyedIndexField
from registration.models import Household

if TYPE_CHECKING:
    from accounts.models import User

DIGITS = 16


class Way(models.TextChoices):
    """How a suggestion was found."""

    DIGIT = "angka", _("one digit is another")
    SWAP = "tertukar", _("two neighbouring digits have changed places")
    FAMILY = "kk", _("stands on the same KK")
    DETAILS = "data", _("same date of birth, sex and kelurahan")


BY_DIGITS = (Way.DIGIT, Way.SWAP)


class RuledOut(models.Model):
    """An entry of the register that is not this member, as a person says. It outlives the suggestion: a later run that
    suggests the entry again is not shown. Undone, it stays as it was, with who undid it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey("registration.Member", on_delete=models.CASCADE, related_name="ruled_out")
    register_index = KeyedIndexField()
    reason = models.CharField(_("reason"), max_length=500)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), db_default=Now(), editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_because = models.CharField(_("why undone"), max_length=500, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("suggestion that was ruled out")
        verbose_name_plural = _("suggestions that were ruled out")
        ordering = ["-decided_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "register_index"], condition=Q(undone_at=None), name="matching_ruled_out_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="matching_ruled_out_with_a_reason"),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None, undone_because="")
                | (Q(undone_by__isnull=False, undone_at__isnull=False) & ~Q(undone_because="")),
                name="matching_ruled_out_undone_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def standing(self) -> CandidateQuerySet:
        """Those of `about_registered` that nobody has ruled out."""
        ruled_out = RuledOut.objects.filter(
            member=OuterRef("member"), register_index=OuterRef("register_index"), undone_at=None
        )
        return self.about_registered().filter(~Exists(ruled_out))

    def about_registered(self) -> CandidateQuerySet:
        """Suggestions about a number that has not been changed since, of a household that is still registered."""
        return self.filter(
            typed_index=F("member__nik_index"),
            member__household__submitted_at__isnull=False,
            member__household__withdrawn_at__isnull=True,
        )


class Candidate(models.Model):
    """An entry of the register that may be a member whose NIK it does not hold.

    Of the entry there is its keyed index and its masked name only; `agrees` names the fields in which it is like the
    member, `position` the digit of the NIK that differs (of a swap, the first of the two). `weighed` holds the levels
    of the fields, and the bits that the model of that version gave them, so that an old suggestion can be explained.
    Nobody copies the number from here: the officer and the family read it from the card.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, related_name="+", verbose_name=_("run"))
    member = models.ForeignKey(
        "registration.Member", on_delete=models.CASCADE, related_name="candidates", db_index=False
    )
    snapshot = models.ForeignKey("matching.Snapshot", on_delete=models.PROTECT, related_name="+", db_index=False)
    typed_index = KeyedIndexField()
    register_index = KeyedIndexField()
    way = models.CharField(_("found by"), max_length=10, choices=Way.choices)
    position = models.PositiveSmallIntegerField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(_("score"))
    name_score = models.PositiveSmallIntegerField(_("likeness of the names"))
    agrees = models.JSONField(_("what agrees"), default=list)
    masked_name = models.CharField(_("name in the register, masked"), max_length=300)
    model = models.CharField(_("linkage model"), max_length=60, blank=True, default="", db_default="")
    weight = models.FloatField(_("weight in bits"), null=True, blank=True)
    weighed = models.JSONField(_("what each field weighs"), default=dict, db_default={}, blank=True)
    found_at = models.DateTimeField(_("found"), db_default=Now(), editable=False)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion for a NIK")
        verbose_name_plural = _("suggestions for NIK that were not found")
        ordering = ["member", "-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "run", "register_index"], name="matching_candidate_once"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="matching_candidate_way"),
            models.CheckConstraint(
                condition=Q(score__lte=100, name_score__lte=100), name="matching_candidate_score_of_100"
            ),
            models.CheckConstraint(
                condition=Q(way__in=BY_DIGITS, position__gte=1, position__lte=DIGITS)
                | (~Q(way__in=BY_DIGITS) & Q(position__isnull=True)),
                name="matching_candidate_position",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.score}"


class PairKind(models.TextChoices):
    """In what two registrations of a phase are alike."""

    NIK = "nik", _("Same NIK")
    KK = "kk", _("Same KK number")
    PERSON = "orang", _("Perhaps the same person")
    DWELLING = "rumah", _("Perhaps the same dwelling")


class PairState(models.TextChoices):
    OPEN = "open", _("Not decided yet")
    SAME = "same", _("The same")
    DIFFERENT = "different", _("Not the same")


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    def open(self) -> DuplicatePairQuerySet:
        return self.filter(state=PairState.OPEN)

    def standing(self) -> DuplicatePairQuerySet:
        """Pairs both of whose households are still registered."""
        return self.filter(household__withdrawn_at__isnull=True, other_household__withdrawn_at__isnull=True)

    def visible_to(self, user: User) -> DuplicatePairQuerySet:
        """For officers, pairs with a household of their kelurahan; for admins all."""
        own = Household.objects.visible_to(user)
        if not user.is_admin:
            own = own.in_kelurahan(user.kelurahan_codes)
        return self.filter(Q(household__in=own) | Q(other_household__in=own))


class DuplicatePair(models.Model):
    """Two registrations of a phase that may be one. `household` and `member` are those with the smaller ids.

    A later run finds the row again and leaves it as it is, decided or not. `reasons` are codes of
    `matching.linking.pairs.REASONS`. What is decided here changes neither household: that is done with the family.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phase = models.ForeignKey("registration.Phase", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, related_name="+", verbose_name=_("run"))
    kind = models.CharField(_("kind"), max_length=10, choices=PairKind.choices)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="duplicate_pairs")
    other_household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="+", verbose_name=_("other household")
    )
    member = models.ForeignKey(
        "registration.Member", on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    other_member = models.ForeignKey(
        "registration.Member", on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    score = models.PositiveSmallIntegerField(_("score"))
    reasons = models.JSONField(_("reasons"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=PairState.choices, default=PairState.OPEN)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    found_at = models.DateTimeField(_("found"), db_default=Now(), editable=False)

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair that may be one")
        verbose_name_plural = _("pairs that may be one")
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "kind", "household", "other_household", "member", "other_member"],
                nulls_distinct=False,
                name="matching_pair_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=PairKind.values), name="matching_pair_kind"),
            models.CheckConstraint(condition=Q(score__lte=100), name="matching_pair_score_of_100"),
            models.CheckConstraint(
                condition=Q(member__isnull=True, other_member__isnull=True)
                | Q(member__isnull=False, other_member__isnull=False),
                name="matching_pair_of_two_members",
            ),
            models.CheckConstraint(
                condition=~Q(household=F("other_household")) | ~Q(member=F("other_member")),
                name="matching_pair_of_two",
            ),
            models.CheckConstraint(
                condition=Q(state=PairState.OPEN, decided_by__isnull=True, decided_at__isnull=True, reason="")
                | (
                    Q(state__in=[PairState.SAME, PairState.DIFFERENT])
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(reason="")
                ),
                name="matching_pair_decided_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.household_id}"
