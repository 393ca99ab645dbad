"""What comparing only suggests: what a mistyped NIK may have meant. A person looks at each; nothing is applied."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import KeyedIndexField

DIGITS = 16


class Way(models.TextChoices):
    """How a suggestion was found."""

    DIGIT = "angka", _("one digit is another")
    SWAP = "tertukar", _("two neighbouring digits have changed places")
    FAMILY = "kk", _("stands on the same KK")
    DETAILS = "data", _("same date of birth, sex and kelurahan")


BY_DIGITS = (Way.DIGIT, Way.SWAP)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def standing(self) -> CandidateQuerySet:
        """Suggestions about a number that has not been changed since, of a household that is still registered."""
        return self.filter(
            typed_index=F("member__nik_index"),
            member__household__submitted_at__isnull=False,
            member__household__withdrawn_at__isnull=True,
        )


class Candidate(models.Model):
    """An entry of the register that may be a member whose NIK it does not hold.

    Of the entry there is its keyed index and its masked name only; `agrees` names the fields in which it is like the
    member, `position` the digit of the NIK that differs (of a swap, the first of the two). Nobody copies the number
    from here: the officer and the family read it from the card.
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
