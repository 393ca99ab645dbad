"""Learning from the people of a phase with Splink itself, where the extra `linkage` is installed.

Nothing else of the suite needs it. How to run these: docs/linkage.md, "The model".
"""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from math import log2
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from areas.models import Area
from dtks_portal.made_up.registered import phase_to_match, put_in, write_register
from dtks_portal.made_up.slips import make_set
from identity.indexes import current_index_key_id, keyed_index
from jobs.models import Run
from jobs.services import work_run
from matching.linking import candidates, training
from matching.linking.trained import TrainedModel, current_model
from matching.loading import load_extract
from matching.models import Candidate
from matching.services import start_matching
from registration.models import Phase
from tests.people import siti

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db,
    pytest.mark.skipif(find_spec("splink") is None, reason="the extra linkage is not installed"),
]

PEOPLE, RANDOM_PAIRS, SEED = 2_000, 100_000, 12
TOO_SURE = 25  # bits: nothing that is seen in 100,000 pairs says so much


@pytest.fixture
def few_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "RANDOM_PAIRS", RANDOM_PAIRS)


def city(folder: Path, *, people: int) -> tuple[Phase, dict[object, bytes | None]]:
    """A phase and the extract that knows its people; of each the index of the right number."""
    codes = sorted(Area.objects.filter(level="kelurahan").values_list("code", flat=True))
    made = make_set(people=people, areas=codes, seed=SEED)
    write_register(folder / "register.csv", made.register)
    load_extract(
        path=folder / "register.csv",
        source="population",
        as_of=date(2026, 11, 1),
        index_key_id=current_index_key_id(),
        by=None,
    )
    phase = phase_to_match("tahap-latih")
    members = put_in(made.people, phase=phase, owner=siti())
    rights = [keyed_index("nik", one.right) if one.right else None for one in made.people]
    return phase, {member.pk: right for member, right in zip(members, rights, strict=True)}


def test_a_model_learned_from_a_phase_weighs_its_suggestions(tmp_path: Path, few_pairs: None) -> None:
    phase, rights = city(tmp_path, people=PEOPLE)
    call_command("train_linkage", phase=phase.slug)
    model, kept = current_model(), TrainedModel.objects.get()
    assert kept.version == model.version
    assert kept.version.startswith("tahap-latih-")
    assert kept.body["made_of"]["people"] == len(rights)
    assert kept.body["made_of"]["splink"] == training.require_splink()
    for field, levels in model.levels.items():
        bits = [log2(m / u) for m, u in levels.values()]
        assert bits[0] == max(bits), field
        assert bits[-1] < 0 < bits[0] < TOO_SURE, field
    work_run(start_matching(phase=phase, source="population", by=None).pk, worker="test")
    run = Run.objects.get(kind=candidates.KIND)
    work_run(run.pk, worker="test")
    suggested = list(Candidate.objects.values_list("member_id", "register_index"))
    right = sum(bytes(index) == rights[about] for about, index in suggested)
    assert len(suggested) > PEOPLE // 100
    assert right >= len(suggested) * 0.95


def test_of_too_few_people_nothing_is_learned_and_nothing_kept(tmp_path: Path, few_pairs: None) -> None:
    phase, _rights = city(tmp_path, people=200)
    with pytest.raises(CommandError, match="to learn from"):
        call_command("train_linkage", phase=phase.slug)
    assert not TrainedModel.objects.exists()
