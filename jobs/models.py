"""Work that must happen exactly as promised: runs and their shards, and messages waiting to be sent."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from identity.fields import SealedTextField
from jobs.document import Document, DocumentState
from jobs.titles import title_of

__all__ = [
    "LIVE",
    "UNDER_WAY",
    "Channel",
    "Document",
    "DocumentState",
    "MessageState",
    "OutboxMessage",
    "Run",
    "RunState",
    "Shard",
    "ShardState",
    "as_bytes",
]


class RunState(models.TextChoices):
    PLANNED = "planned", _("Waiting for a worker")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused by a person")
    DONE = "done", _("Finished")
    FAILED = "failed", _("Failed")
    ABORTED = "aborted", _("Stopped by a person")


LIVE = (RunState.PLANNED, RunState.RUNNING)  # these want a worker
UNDER_WAY = (*LIVE, RunState.PAUSED)  # these keep their place: no other of the kind and phase beside them
CAN_GO_ON = (RunState.PAUSED, RunState.ABORTED, RunState.FAILED)


class ShardState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    LEASED = "leased", _("Being worked on")
    DONE = "done", _("Done")
    POISON = "poison", _("Could not be worked on")


class RunQuerySet(models.QuerySet["Run"]):
    def live(self) -> "RunQuerySet":
        """Runs that still want a worker."""
        return self.filter(state__in=LIVE)

    def under_way(self) -> "RunQuerySet":
        """Runs that have not ended: those of `live`, and paused ones."""
        return self.filter(state__in=UNDER_WAY)

    def for_scope(self, kind: str, scope_id: int) -> "RunQuerySet":
        """The runs of a kind that count for a phase. Dry ones never do."""
        return self.filter(kind=kind, scope_id=scope_id, is_dry=False)

    def latest_dry(self, kind: str, scope_id: int) -> "Run | None":
        return self.filter(kind=kind, scope_id=scope_id, is_dry=True).order_by("-created_at", "-id").first()

    def latest_for(self, kind: str, scope_id: int) -> "Run | None":
        """The newest run of a kind that counts for a phase, whatever its state."""
        return self.for_scope(kind, scope_id).order_by("-created_at", "-id").first()


class Run(models.Model):
    """One batch over one phase. Its rows of work are `Shard`; what it may do is told by the handler of its kind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    scope_id = models.BigIntegerField(_("phase"), help_text=_("Number of the phase this run is for"))
    params = models.JSONField(default=dict, blank=True)
    config_hash = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.PLANNED)
    is_dry = models.BooleanField(
        _("dry run"), default=False, db_default=False, help_text=_("Its results are looked at and never relied on")
    )
    lease_seconds = models.FloatField(default=60)
    rows_planned = models.BigIntegerField(null=True, blank=True)
    step_attempts = models.PositiveSmallIntegerField(
        default=0, help_text=_("Tries of the planning or finishing step, counted before the work")
    )
    error = models.CharField(max_length=200, blank=True)
    started_by_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(_("started"), db_default=Now())
    resumed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    signed_off_by_id = models.UUIDField(null=True, blank=True)
    signed_off_at = models.DateTimeField(_("signed off"), null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        indexes = [models.Index(fields=["kind", "scope_id", "-created_at"], name="jobs_run_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope_id", "is_dry"],
                condition=Q(state__in=UNDER_WAY),
                name="jobs_run_one_live_per_scope",
            ),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="jobs_run_state"),
            models.CheckConstraint(
                condition=Q(signed_off_by_id__isnull=True, signed_off_at__isnull=True)
                | Q(signed_off_by_id__isnull=False, signed_off_at__isnull=False, state=RunState.DONE),
                name="jobs_run_signed_off_when_done",
            ),
            models.CheckConstraint(condition=Q(lease_seconds__gt=0), name="jobs_run_lease_positive"),
            models.CheckConstraint(
                condition=Q(is_dry=False) | Q(signed_off_at__isnull=True), name="jobs_run_dry_unsigned"
            ),
        ]

    def __str__(self) -> str:
        """Such as "Matching with Dukcapil, June 12, 2026, 9:30 a.m. · dry run"."""
        began = self.created_at if isinstance(self.created_at, datetime) else None
        words = [self.title, *([date_format(timezone.localtime(began), "DATETIME_FORMAT")] if began else [])]
        return ", ".join(words) + (f" · {_('dry run')}" if self.is_dry else "")

    @property
    def title(self) -> str:
        return title_of(self.kind)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def can_go_on(self) -> bool:
        return self.state in CAN_GO_ON

    @property
    def is_done(self) -> bool:
        return self.state == RunState.DONE

    @property
    def is_signed_off(self) -> bool:
        return self.signed_off_at is not None

    @property
    def awaits_signature(self) -> bool:
        return self.is_done and not self.is_signed_off and not self.is_dry

    @property
    def rows_total(self) -> int | None:
        """Rows the handler expects, where it can count them."""
        return self.rows_planned

    @property
    def rows_done(self) -> int:
        """Rows whose result has been committed."""
        from jobs.progress import progress_of

        return progress_of(self).rows_done

    @property
    def stalled(self) -> bool:
        """Nobody has worked on this run for two leases although it is not finished."""
        from jobs.progress import progress_of

        return progress_of(self).stalled

    @property
    def open_poison(self) -> int:
        """Shards nobody could work on and no person has looked at yet."""
        return self.shards.open_poison().count()


class ShardQuerySet(models.QuerySet["Shard"]):
    def unfinished(self) -> "ShardQuerySet":
        return self.filter(state__in=(ShardState.WAITING, ShardState.LEASED))

    def held_now(self) -> "ShardQuerySet":
        """Those of live runs that somebody has a lease on. Whoever was killed holds none once its lease is over."""
        return self.filter(run__state__in=LIVE, state=ShardState.LEASED, lease_until__gt=Now())

    def open_poison(self) -> "ShardQuerySet":
        return self.filter(state=ShardState.POISON, resolved_at__isnull=True)


class Shard(models.Model):
    """A half-open range [lower, upper) of 16-byte keys; None is an open end. Held by whoever knows its token."""

    id: int
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="shards")
    number = models.PositiveIntegerField()
    lower = models.BinaryField(null=True, blank=True)
    upper = models.BinaryField(null=True, blank=True)
    share = models.FloatField(default=1.0, help_text=_("Part of the run; halved when a shard is split"))
    state = models.CharField(max_length=10, choices=ShardState.choices, default=ShardState.WAITING)
    token = models.BigIntegerField(default=0, help_text=_("Grows with every lease; only its holder may commit"))
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    available_at = models.DateTimeField(db_default=Now())
    rows = models.PositiveBigIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True, help_text=_("Kind of error only, never its text"))
    done_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by_id = models.UUIDField(null=True, blank=True)
    resolution = models.TextField(blank=True)

    objects = ShardQuerySet.as_manager()

    class Meta:
        verbose_name = _("shard")
        verbose_name_plural = _("shards")
        indexes = [models.Index(fields=["run", "state", "attempts", "number"], name="jobs_shard_next")]
        constraints = [
            models.UniqueConstraint(fields=["run", "lower"], nulls_distinct=False, name="jobs_shard_lower_once"),
            models.CheckConstraint(condition=Q(state__in=ShardState.values), name="jobs_shard_state"),
            models.CheckConstraint(
                condition=Q(lower__isnull=True) | Q(upper__isnull=True) | Q(lower__lt=F("upper")),
                name="jobs_shard_range",
            ),
            models.CheckConstraint(
                condition=~Q(state=ShardState.LEASED) | Q(lease_until__isnull=False), name="jobs_shard_leased_until"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by_id__isnull=True, resolution="")
                | (
                    Q(state=ShardState.POISON, resolved_at__isnull=False, resolved_by_id__isnull=False)
                    & ~Q(resolution="")
                ),
                name="jobs_shard_resolved_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} #{self.number}"

    @property
    def bounds(self) -> tuple[bytes | None, bytes | None]:
        """[lower, upper) as Python bytes."""
        return as_bytes(self.lower), as_bytes(self.upper)


def as_bytes(value: Any) -> bytes | None:
    """A bytea column as bytes (the driver gives a memoryview)."""
    return None if value is None else bytes(value)


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    WHATSAPP = "whatsapp", _("WhatsApp")


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Given up")


class OutboxMessage(models.Model):
    """A message written in the transaction that caused it. Who gets it and what it says are sealed, later purged.

    `about_id` is the account or household the message is about, so that its people can be told what was sent to them.
    `urgent` ones, such as a code to sign in with, go before a city's notices.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    recipient = SealedTextField(null=True, blank=True)
    subject = SealedTextField(null=True, blank=True)
    body = SealedTextField(null=True, blank=True)
    about_id = models.UUIDField(_("about"), null=True, blank=True, editable=False)
    dedupe_key = models.CharField(max_length=200, unique=True, null=True, blank=True)
    urgent = models.BooleanField(_("somebody waits for it"), default=True, db_default=True)
    state = models.CharField(_("state"), max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    token = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    available_at = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(_("written"), db_default=Now())
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [
            models.Index(
                fields=["-urgent", "available_at"], condition=Q(state=MessageState.WAITING), name="jobs_outbox_next"
            ),
            models.Index(fields=["-created_at"], name="jobs_outbox_newest"),
            models.Index(fields=["created_at"], condition=Q(purged_at__isnull=True), name="jobs_outbox_unpurged"),
            models.Index(fields=["about_id"], condition=Q(about_id__isnull=False), name="jobs_outbox_about"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="jobs_outbox_channel"),
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="jobs_outbox_state"),
            models.CheckConstraint(
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT) & Q(sent_at__isnull=True)),
                name="jobs_outbox_sent_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} · {self.id}"
