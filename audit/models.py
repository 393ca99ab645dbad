"""Who did or saw what, when. Rows are added and never changed; they hold ids, no personal data."""

from collections.abc import Iterable
from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

SEEN = "seen"  # in the details of an act: ids of the rows a list or search has shown


class AppendOnly(models.Model):
    """Base of tables whose rows are never changed or removed.

    Two guards: triggers refuse UPDATE and DELETE whoever asks, and the grants of the application role (which read
    `append_only`) leave out UPDATE, DELETE and TRUNCATE. A model with its own Meta must inherit `AppendOnly.Meta`.
    """

    append_only: ClassVar[bool] = True

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class ActQuerySet(models.QuerySet["Act"]):
    def about(self, subject: models.Model) -> "ActQuerySet":
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))

    def by_actor(self, actor_id: Any) -> "ActQuerySet":
        return self.filter(actor_id=actor_id)

    def seeing(self, keys: Iterable[Any]) -> "ActQuerySet":
        """Acts of looking at several rows at once in which one of these rows was (`audit.services.record_seen`)."""
        among = models.Q(pk=None)
        for key in keys:
            among |= models.Q(data__has_key=SEEN, data__contains={SEEN: [str(key)]})
        return self.filter(among)


class Act(AppendOnly):
    """One act of one person or of the system (no actor). Actor and subject are ids without foreign keys, so that a
    person's data can be deleted while the act stays."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    actor_id = models.UUIDField(_("actor"), null=True, blank=True)
    actor_role = models.CharField(_("role"), max_length=20, blank=True)
    verb = models.CharField(_("act"), max_length=80)
    subject_type = models.CharField(_("kind of subject"), max_length=80, blank=True)
    subject_id = models.CharField(_("subject"), max_length=80, blank=True)
    area_code = models.CharField(_("area code"), max_length=13, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)

    objects = ActQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_act_subject"),
            models.Index(fields=["actor_id", "-id"], name="audit_act_actor"),
            models.Index(fields=["verb", "-id"], name="audit_act_verb"),
            GinIndex(
                fields=["data"],
                opclasses=["jsonb_path_ops"],
                condition=models.Q(data__has_key=SEEN),
                name="audit_act_seen",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(verb=""), name="audit_act_has_verb"),
            models.CheckConstraint(
                condition=models.Q(subject_type="", subject_id="")
                | ~(models.Q(subject_type="") | models.Q(subject_id="")),
                name="audit_act_subject_both_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type}:{self.subject_id}"


from audit.destruction import Destruction  # noqa: E402 – it stands on AppendOnly

__all__ = ["SEEN", "Act", "ActQuerySet", "AppendOnly", "Destruction"]
