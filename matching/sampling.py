"""A random sample of a run's verdicts for people to check, and what it says about all of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from audit.services import record
from jobs.models import Run
from jobs.run_row import lock_run
from matching.difference import PATIENCE
from matching.sampled_verdict import SampledVerdict
from matching.vocabulary import Value

if TYPE_CHECKING:
    from accounts.models import User

SIZE = 50
MOST = 500
Z = 1.96  # of a normal distribution: 95 of 100 such intervals hold the true share

# Ordered by a hash of the seed and the person: the same draw of the same run is the same whoever draws it, in whatever
# order workers wrote the verdicts. Who was not compared with anything cannot be right or wrong.
DRAW = """
    INSERT INTO matching_sampledverdict (run_id, draw, place, verdict_id, note)
    SELECT %(run)s, %(draw)s, row_number() OVER (ORDER BY hash, id), id, ''
    FROM (
        SELECT verdict.id, md5(%(seed)s || verdict.member_id::text) AS hash
        FROM matching_personverdict verdict
        WHERE verdict.run_id = %(run)s AND verdict.value <> %(unchecked)s AND NOT EXISTS (
            SELECT FROM matching_sampledverdict WHERE run_id = %(run)s AND verdict_id = verdict.id)
        ORDER BY hash, verdict.member_id LIMIT %(size)s
    ) AS drawn
"""


class SampleNotPossible(Exception):
    """Why nothing is drawn or marked, in a sentence for people."""


@dataclass(frozen=True)
class SampleResult:
    """What the checked verdicts say about all of the run's; `low` and `high` are shares, 0.0 to 1.0."""

    drawn: int
    checked: int
    right: int

    @property
    def bounds(self) -> tuple[float, float]:
        return wilson(self.right, self.checked)

    @property
    def words(self) -> str:
        if not self.drawn:
            return _("No verdict has been checked yet.")
        if not self.checked:
            return _("%(drawn)d drawn, none checked yet.") % {"drawn": self.drawn}
        low, high = self.bounds
        about = {"right": self.right, "checked": self.checked, "drawn": self.drawn}
        between = {"low": f"{low:.0%}", "high": f"{high:.0%}"}
        return _(
            "%(right)d of %(checked)d checked are right (%(drawn)d drawn); of all, between %(low)s and %(high)s, with"
            " 95%% confidence."
        ) % {**about, **between}


def wilson(right: int, checked: int) -> tuple[float, float]:
    """The Wilson score interval of a share at 95%: (0, 1) while nothing is known."""
    if not checked:
        return 0.0, 1.0
    share = right / checked
    spread = Z * sqrt(share * (1 - share) / checked + Z * Z / (4 * checked * checked))
    middle, scale = share + Z * Z / (2 * checked), 1 + Z * Z / checked
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


def sample_result(run: Run) -> SampleResult:
    return SampleResult(**SampledVerdict.objects.filter(run=run).tally())


@transaction.atomic
def draw_sample(*, run: Run, size: int = SIZE, by: User) -> int:
    """Draw verdicts of a finished run at random; returns their number.

    All draws of a run count together, so nobody draws until the result pleases: raises SampleNotPossible while a
    drawn verdict is unchecked, and when none is left.
    """
    run = lock_run(run.pk)
    _require_open(run)
    sample = SampledVerdict.objects.filter(run=run)
    if sample.unchecked().exists():
        raise SampleNotPossible(_("Check the verdicts that have been drawn first."))
    draw = (sample.aggregate(last=Max("draw"))["last"] or 0) + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
        seed = f"{run.pk}:{draw}:"
        values = {"run": run.pk, "draw": draw, "seed": seed, "size": size, "unchecked": Value.NOT_CHECKED}
        cursor.execute(DRAW, values)
        drawn = int(cursor.rowcount)
    if not drawn:
        raise SampleNotPossible(_("There is no verdict left to be checked."))
    record(by=by, verb="matching.sample_drawn", subject=run, data={"draw": draw, "size": drawn})
    return drawn


@transaction.atomic
def mark(*, sampled: SampledVerdict, is_right: bool, note: str, by: User) -> SampledVerdict:
    """Write down what a person found. Can be changed until the run is signed off; a wrong verdict needs a note."""
    _require_open(lock_run(sampled.run_id))
    if not is_right and not note.strip():
        raise SampleNotPossible(_("Write down what is wrong with this verdict."))
    sampled.is_right = is_right
    sampled.note = note.strip()
    sampled.checked_by = by
    sampled.checked_at = Now()
    sampled.save(update_fields=["is_right", "note", "checked_by", "checked_at"])
    record(by=by, verb="matching.verdict_checked", subject=sampled, data={"right": is_right, "run": sampled.run_id})
    sampled.refresh_from_db()
    return sampled


def _require_open(run: Run) -> None:
    if not run.is_done:
        raise SampleNotPossible(_("The run has not finished."))
    if run.is_signed_off:
        raise SampleNotPossible(_("The run has been signed off; its check stays as it is."))
