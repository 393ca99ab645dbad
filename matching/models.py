"""What other registers say: extracts as snapshots, and the verdicts and items found in them.

A snapshot holds no NIK and no KK number, only their keyed indexes under the key of the phase. Verdicts and items are
evidence with a source and a date; they decide nothing.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from identity.fields import KeyedIndexField
from matching.compared import ComparedField
from matching.linking.models import Candidate, DuplicatePair, RuledOut
from matching.linking.trained import TrainedModel
from matching.sampled_verdict import SampledVerdict
from matching.sources.tables import RegisterAnswer, RegisterBreaker, RegisterBudget
from matching.vocabulary import AssetKind, Basis, RegisterStatus, Source, Value

__all__ = [
    "AssetEvidence",
    "AssetRecord",
    "Candidate",
    "DuplicatePair",
    "PersonVerdict",
    "PopulationRecord",
    "RegisterAnswer",
    "RegisterBreaker",
    "RegisterBudget",
    "RuledOut",
    "SampledVerdict",
    "Snapshot",
    "SnapshotState",
    "TrainedModel",
]


class SnapshotState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a worker")
    LOADING = "loading", _("Loading")
    REFUSED = "refused", _("Refused: the file has errors")
    READY = "ready", _("Ready")
    RETIRED = "retired", _("Retired")


# Of these no row is visible, now or ever.
UNFINISHED = (SnapshotState.WAITING, SnapshotState.LOADING, SnapshotState.REFUSED)


class Step(models.TextChoices):
    """How far an import is."""

    READING = "reading", _("reading")
    STORING = "storing", _("sorting and storing")
    INDEXING = "indexing", _("building indexes")


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    def ready(self) -> "SnapshotQuerySet":
        return self.filter(state=SnapshotState.READY)

    def newest_for(self, source: str, index_key_id: str) -> "Snapshot | None":
        """The ready extract of a source with the latest as-of date whose indexes fit a phase's key."""
        return (
            self.ready().filter(source=source, index_key_id=index_key_id).order_by("-as_of", "-ready_at", "-id").first()
        )


class Snapshot(models.Model):
    """One extract of a register as of a date. Its rows are visible from the moment it is ready, all at once."""

    id = models.AutoField(primary_key=True)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    as_of = models.DateField(_("as of"))
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    row_count = models.PositiveBigIntegerField(_("rows"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=SnapshotState.choices, default=SnapshotState.LOADING)
    index_key_id = models.CharField(_("index key"), max_length=40)
    created_at = models.DateTimeField(_("import began"), db_default=Now())
    ready_at = models.DateTimeField(_("ready since"), null=True, blank=True)
    # The import: what was detected, how far it is, and what is wrong with the file.
    found = models.JSONField(_("detected"), default=dict, blank=True)
    step = models.CharField(_("step"), max_length=10, choices=Step.choices, blank=True)
    bytes_total = models.PositiveBigIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    rows_read = models.PositiveBigIntegerField(default=0)
    began_at = models.DateTimeField(null=True, blank=True)  # when a process took the file up
    progress_at = models.DateTimeField(null=True, blank=True)
    problems = models.JSONField(default=list, blank=True)  # [line, column, code] of the first ones
    problem_count = models.PositiveBigIntegerField(_("errors"), default=0)
    upload = models.CharField(max_length=32, blank=True)  # name of the uploaded file while it is kept
    uploaded_by_id = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("register extract")
        verbose_name_plural = _("register extracts")
        indexes = [models.Index(fields=["source", "index_key_id", "-as_of"], name="matching_snapshot_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=Source.values), name="matching_snapshot_source"),
            models.CheckConstraint(condition=Q(state__in=SnapshotState.values), name="matching_snapshot_state"),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED, ready_at__isnull=True)
                | (Q(ready_at__isnull=False, row_count__gt=0) & ~Q(state__in=UNFINISHED) & ~Q(sha256="")),
                name="matching_snapshot_ready_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=SnapshotState.WAITING) | ~Q(upload=""), name="matching_snapshot_waits_with_a_file"
            ),
            models.CheckConstraint(
                condition=Q(state=SnapshotState.REFUSED, problem_count__gt=0)
                | (~Q(state=SnapshotState.REFUSED) & Q(problem_count=0)),
                name="matching_snapshot_refused_with_errors",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()}, {self.as_of:%d-%m-%Y}"


class PopulationRecord(models.Model):
    """One person of the population register, found by the index of the NIK; stored in its order.

    Partitioned by snapshot (migration 0002), as AssetRecord is: an extract comes and goes as a table of its own.
    """

    pk = models.CompositePrimaryKey("snapshot_id", "nik_index")
    snapshot = models.ForeignKey(  # no constraint: millions of rows come from one statement of the loader
        Snapshot, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    nik_index = KeyedIndexField()
    kk_index = KeyedIndexField(null=True)
    name = models.CharField(max_length=100)
    birth_place = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)
    kelurahan_code = models.CharField(max_length=13, blank=True)
    rt = models.CharField(max_length=3, blank=True)
    rw = models.CharField(max_length=3, blank=True)
    occupation = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=10, choices=RegisterStatus.choices)

    class Meta:
        verbose_name = _("person in the population register")
        verbose_name_plural = _("persons in the population register")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RegisterStatus.values), name="matching_population_status"),
        ]
        indexes = [  # of the look for people whose number is not there (linking/candidates.py)
            models.Index(fields=["kk_index"], name="matching_population_kk"),
            models.Index(fields=["birth_date", "kelurahan_code"], name="matching_population_born"),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id}"


class AssetRecord(models.Model):
    """One vehicle or plot of the revenue agency; `line` is its line in the file. `value` is in rupiah."""

    pk = models.CompositePrimaryKey("snapshot_id", "line")
    snapshot = models.ForeignKey(  # no constraint: millions of rows come from one statement of the loader
        Snapshot, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    line = models.PositiveIntegerField()
    nik_index = KeyedIndexField(null=True)
    kk_index = KeyedIndexField(null=True)
    kind = models.CharField(max_length=20, choices=AssetKind.choices)
    number = models.CharField(max_length=40, blank=True)
    value = models.PositiveBigIntegerField(null=True)

    class Meta:
        verbose_name = _("vehicle or land on record")
        verbose_name_plural = _("vehicles and land on record")
        indexes = [
            models.Index(fields=["snapshot", "nik_index"], name="matching_asset_nik"),
            models.Index(fields=["snapshot", "kk_index"], name="matching_asset_kk"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AssetKind.values), name="matching_asset_kind"),
            models.CheckConstraint(
                condition=Q(nik_index__isnull=False) | Q(kk_index__isnull=False), name="matching_asset_has_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id}:{self.line}"


class PersonVerdict(models.Model):
    """What one source said about one person in one run: exactly one per run and member.

    `fields` is {field: {"result": "Sesuai" or "Tidak Sesuai"}} for compared fields, or {"reason": …} where nothing
    could be compared; a name also has its "score" 0-100 and "folded_equal", a kelurahan that differs its "level"
    (AreaLevel). The column holds that in a few letters. `register_*` is what the register holds, kept as evidence.
    `as_of` is the day of the answer where each person was asked about; in an extract it is the extract's
    (`Run.params`).
    """

    id = models.BigAutoField(primary_key=True)
    # No constraints: triggers guard what these refer to, once for each statement (migration 0008).
    run = models.ForeignKey(
        "jobs.Run", on_delete=models.PROTECT, related_name="verdicts", db_index=False, db_constraint=False
    )
    member = models.ForeignKey(
        "registration.Member", on_delete=models.CASCADE, related_name="verdicts", db_index=False, db_constraint=False
    )
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    value = models.CharField(_("verdict"), max_length=24, choices=Value.choices)
    fields = ComparedField(default=dict)
    raw_code = models.CharField(max_length=4, blank=True)
    threshold = models.PositiveSmallIntegerField(null=True)
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        db_constraint=False,
    )
    register_area_code = models.CharField(max_length=13, blank=True)
    register_occupation = models.CharField(max_length=100, blank=True)
    register_status = models.CharField(max_length=10, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), db_default=Now())

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        # Verdicts of a run lie together. Of its million only those somebody has to look at are listed one by one.
        indexes = [
            BrinIndex(fields=["run"], name="matching_verdict_of_run", autosummarize=True, pages_per_range=32),
            models.Index(
                fields=["run", "value"],
                condition=~Q(value=Value.MATCH) & ~Q(value=Value.NO_RECORDS),
                name="matching_verdict_to_look_at",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "run"], name="matching_one_verdict_per_run"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="matching_verdict_source"),
            models.CheckConstraint(condition=Q(value__in=Value.values), name="matching_verdict_value"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.value}"


class AssetEvidence(models.Model):
    """One vehicle or plot that a run found for a family: by a member's NIK, or by the KK number alone."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey("jobs.Run", on_delete=models.PROTECT, related_name="assets", db_index=False)
    family = models.ForeignKey("registration.Family", on_delete=models.CASCADE, related_name="assets")
    member = models.ForeignKey(
        "registration.Member", on_delete=models.CASCADE, related_name="assets", null=True, blank=True
    )
    basis = models.CharField(max_length=3, choices=Basis.choices)
    record_line = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=20, choices=AssetKind.choices)
    number = models.CharField(_("number"), max_length=40, blank=True)
    value = models.PositiveBigIntegerField(_("value in rupiah"), null=True)

    class Meta:
        verbose_name = _("vehicle or land found")
        verbose_name_plural = _("vehicles and land found")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "record_line", "family", "member"], nulls_distinct=False, name="matching_asset_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=AssetKind.values), name="matching_evidence_kind"),
            models.CheckConstraint(
                condition=Q(basis=Basis.NIK, member__isnull=False) | Q(basis=Basis.KK, member__isnull=True),
                name="matching_evidence_basis",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_id}: {self.kind}"
