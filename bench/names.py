"""How well names are compared and mistyped numbers understood: `python -m bench.names [--scale PEOPLE]`.

Made-up people with marked slips (dtks_portal/made_up/slips.py; a seed of its own, not that of the model's training)
and a register that knows them better go through the real import, the real population run and the run of suggestions
on PostgreSQL. Two tables by kind of slip are printed; their sums go to bench/results.json:

linkage.name_recall, linkage.name_precision: of people whose name was typed another way than the register has it, how
many reach the threshold of the verdict; of all names that reach it, how many are the right person's.
linkage.name_recall_folded: how many reach it or are equal after folding, which is noted for an officer.
linkage.candidate_recall, linkage.candidate_first, linkage.candidate_precision: of people with a mistyped number, how
many have the right entry among the suggestions, and in the first place; of all suggestions, how many are right.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.database import VAR, temporary_database
from bench.results import keep

if TYPE_CHECKING:
    from dtks_portal.made_up.slips import Registered

PROJECT: Final = Path(__file__).resolve().parent.parent
PEOPLE, SEED = 40_000, 99
LEASE_SECONDS: Final = 600  # a rehearsal's are for workers that are killed; here the machine may just be busy


@dataclass
class Tally:
    """Counts of one kind of slip."""

    people: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, **found: bool | int) -> None:
        self.people += 1
        for name, number in found.items():
            self.counts[name] = self.counts.get(name, 0) + int(number)

    def __getitem__(self, name: str) -> int:
        return self.counts.get(name, 0)


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench.names")
    parser.add_argument("--scale", type=int, default=PEOPLE, metavar="PEOPLE", help="people who registered")
    people = parser.parse_args(arguments).scale
    with temporary_database(), tempfile.TemporaryDirectory(dir=VAR) as folder:
        names, numbers = measured(Path(folder), people)
    found = {**name_figures(names), **candidate_figures(numbers)}
    keep(found)
    for line in [*name_table(names), "", *candidate_table(numbers), "", *(f"{k} {v:g}" for k, v in found.items())]:
        sys.stdout.write(f"{line}\n")
    return 0


def measured(folder: Path, people: int) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """Tallies of names and of numbers by kind of slip."""
    from areas.models import Area
    from dtks_portal.made_up.registered import phase_to_match, put_in, write_register
    from dtks_portal.made_up.slips import make_set
    from identity.indexes import current_index_key_id, keyed_index
    from matching.loading import load_extract
    from matching.models import Candidate, PersonVerdict

    codes = sorted(Area.objects.filter(level="kelurahan").values_list("code", flat=True))
    made = make_set(people=people, areas=codes, seed=SEED)
    write_register(folder / "register.csv", made.register)
    key, day = current_index_key_id(), date(2026, 11, 1)
    load_extract(path=folder / "register.csv", source="population", as_of=day, index_key_id=key, by=None)
    phase = phase_to_match("tahap-ukur")
    members = put_in(made.people, phase=phase, owner=somebody())
    matched = run_both(phase)
    verdicts = dict(PersonVerdict.objects.filter(run=matched).values_list("member_id", "fields"))
    suggested: dict[Any, list[bytes]] = {}
    for about, index in Candidate.objects.order_by("member", "-weight").values_list("member_id", "register_index"):
        suggested.setdefault(about, []).append(bytes(index))
    names: dict[str, Tally] = {}
    numbers: dict[str, Tally] = {}
    found = set(PersonVerdict.objects.filter(run=matched, value__in=MISSED).values_list("member_id", flat=True))
    for one, member in zip(made.people, members, strict=True):
        if compared := verdicts.get(member.pk, {}).get("name"):
            score_name(names, one, compared)
        if member.pk in found:
            right = keyed_index("nik", one.right) if one.right else None
            score_number(numbers, one, suggested.get(member.pk, []), right)
    return names, numbers


MISSED: Final = ("nik_tidak_ditemukan", "format_salah")


def somebody() -> Any:
    from accounts.services import create_citizen

    return create_citizen(nik="9901015708889998", name="Siti Contoh", phone="+6280012340009", password="x" * 20)


def run_both(phase: Any) -> Any:
    """The population run and the run of suggestions that it starts."""
    from django.conf import settings

    from jobs.models import Run
    from jobs.services import work_run
    from matching.linking.candidates import KIND
    from matching.services import start_matching

    settings.DTKS_WAKE_UPS, settings.DTKS_LEASE_SECONDS = False, LEASE_SECONDS
    matched = start_matching(phase=phase, source="population", by=None)
    work_run(matched.pk, worker="bench")
    for run in Run.objects.filter(kind=KIND, scope_id=phase.pk):
        work_run(run.pk, worker="bench")
    if open_runs := Run.objects.exclude(state="done").count():
        raise SystemExit(f"{open_runs} runs did not end.")
    return matched


def score_name(names: dict[str, Tally], one: Registered, compared: dict[str, Any]) -> None:
    kinds = [kind for kind in one.slips if kind.startswith("name_")]
    kind = "wrong_person" if "wrong_person" in one.slips else kinds[0] if kinds else "name_as_registered"
    if "nik_" in "".join(one.slips) and compared:
        kind = "hit_by_chance"  # the mistyped number is somebody else's
    passes = compared["result"] == "Sesuai"
    names.setdefault(kind, Tally()).add(passes=passes, folded=passes or bool(compared.get("folded_equal")))


def score_number(numbers: dict[str, Tally], one: Registered, suggested: list[bytes], right: bytes | None) -> None:
    kind = next((slip for slip in one.slips if slip.startswith("nik_")), "not_in_register")
    others = sorted({slip.split("_")[0] for slip in one.slips if slip != kind})
    kind = " + ".join([kind, *others]) if kind != "not_in_register" else kind
    hit = right is not None and right in suggested
    first = bool(suggested) and suggested[0] == right
    numbers.setdefault(kind, Tally()).add(any=bool(suggested), right=hit, first=first, suggestions=len(suggested))


def name_figures(names: dict[str, Tally]) -> dict[str, float]:
    own = {kind: one for kind, one in names.items() if kind not in ("wrong_person", "hit_by_chance")}
    slipped = [one for kind, one in own.items() if kind != "name_as_registered"]
    people = sum(one.people for one in slipped)
    return {
        "linkage.name_recall": share(sum(one["passes"] for one in slipped), people),
        "linkage.name_recall_folded": share(sum(one["folded"] for one in slipped), people),
        "linkage.name_precision": share(
            sum(one["passes"] for one in own.values()), sum(one["passes"] for one in names.values())
        ),
    }


def candidate_figures(numbers: dict[str, Tally]) -> dict[str, float]:
    wanted = [one for kind, one in numbers.items() if kind != "not_in_register"]
    people = sum(one.people for one in wanted)
    return {
        "linkage.candidate_recall": share(sum(one["right"] for one in wanted), people),
        "linkage.candidate_first": share(sum(one["first"] for one in wanted), people),
        "linkage.candidate_precision": share(
            sum(one["right"] for one in wanted), sum(one["suggestions"] for one in numbers.values())
        ),
    }


def name_table(names: dict[str, Tally]) -> Iterable[str]:
    yield "| name as typed | people | at the threshold | or equal after folding |"
    yield "|---|---|---|---|"
    for kind, one in sorted(names.items()):
        yield f"| {kind} | {one.people:,} | {percent(one['passes'], one)} | {percent(one['folded'], one)} |"


def candidate_table(numbers: dict[str, Tally]) -> Iterable[str]:
    yield "| number as typed, and other slips | people | right one suggested | first | suggestions | of them right |"
    yield "|---|---|---|---|---|---|"
    for kind, one in sorted(numbers.items()):
        right = f"{share(one['right'], one['suggestions']):.0%}" if one["suggestions"] else "–"
        yield (
            f"| {kind} | {one.people:,} | {percent(one['right'], one)} | {percent(one['first'], one)} |"
            f" {one['suggestions']:,} | {right} |"
        )


def percent(number: int, of: Tally) -> str:
    return f"{share(number, of.people):.1%}"


def share(number: int, of: int) -> float:
    return round(number / of, 4) if of else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
