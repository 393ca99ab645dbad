"""A phase (tahap) of registration, e.g. "Tahap II 2022"."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from identity.indexes import current_index_key_id
from registration.attachments.kinds import PhotoKind, every_kind
from registration.questionnaire.versions import Edition
from registration.stage import Stage


class PhaseQuerySet(models.QuerySet["Phase"]):
    def current(self) -> Phase | None:
        """The latest phase that is not closed, else the latest one, else None."""
        return self.order_by(F("closed_at").desc(nulls_first=True), "-opens_at", "-id").first()

    def names_of(self, ids: Collection[int]) -> dict[int, str]:
        """{id: name} of those that there are."""
        return dict(self.filter(pk__in=ids).values_list("pk", "name"))


class Phase(models.Model):
    """`stage` is the operational truth, written only by `stages.services.advance` and its siblings.

    Registration is open from `opens_at` up to, not including, `closes_at`, in stage 2, unless suspended; who submits
    takes this row FOR SHARE first (`registration.phase_lock`). `rules_on` chooses the dated rules that apply,
    `questionnaire` the edition of the questions families are asked.
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    registry_name = models.CharField(_("registry"), max_length=40, default="DTKS")
    stage = models.PositiveSmallIntegerField(_("stage"), choices=Stage.choices, default=Stage.SOSIALISASI)
    stage_changed_at = models.DateTimeField(_("in this stage since"))
    suspended = models.BooleanField(_("suspended"), default=False)
    opens_at = models.DateTimeField(_("registration opens"))
    closes_at = models.DateTimeField(_("registration closes"))
    rules_on = models.DateField(_("rules as of"))
    questionnaire = models.CharField(_("questionnaire"), max_length=20, choices=Edition.choices, default=Edition.WHOLE)
    index_key_id = models.CharField(_("index key"), max_length=40, default=current_index_key_id)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    photos_asked = ArrayField(
        models.CharField(max_length=20, choices=PhotoKind.choices),
        verbose_name=_("photos that are asked for"),
        default=every_kind,
        blank=True,
    )
    photos_required = ArrayField(
        models.CharField(max_length=20, choices=PhotoKind.choices),
        verbose_name=_("photos without which nothing can be sent"),
        default=list,
        blank=True,
    )

    objects = PhaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.CheckConstraint(name="phase_stage_1_to_11", condition=Q(stage__gte=1, stage__lte=11)),
            models.CheckConstraint(name="phase_opens_before_it_closes", condition=Q(opens_at__lt=F("closes_at"))),
            models.CheckConstraint(
                name="phase_closed_only_in_last_stage",
                condition=Q(closed_at__isnull=True) | Q(stage=Stage.PENETAPAN_DTKS),
            ),
            models.CheckConstraint(name="phase_photos_known", condition=Q(photos_asked__contained_by=PhotoKind.values)),
            models.CheckConstraint(
                name="phase_photos_required_are_asked", condition=Q(photos_required__contained_by=F("photos_asked"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stage_name(self) -> str:
        return str(Stage(self.stage).label)
