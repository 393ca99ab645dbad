"""What the registers said, as facts for the rules: no numbers, and one object is one object."""

from datetime import date
from uuid import uuid4

import pytest

from assessment.facts import facts_of
from assessment.population import differing_fields
from matching.evidence import AssetItem, HouseholdEvidence, PersonEvidence
from registration.models import Household

AS_OF = date(2026, 11, 1)


def item(number: str, kind: str = "tanah_bangunan", value: int | None = 5) -> AssetItem:
    return AssetItem(uuid4(), uuid4(), kind, number, value, AS_OF)


def test_one_object_of_two_owners_has_one_reference_and_no_number() -> None:
    items = [item("31.71 001"), item("31-71.001"), item("31.71 002"), item(""), item("B 1 X", "mobil")]
    household = Household()
    facts = facts_of(household, [], HouseholdEvidence(household.pk, assets=items))
    assert [land.object_ref for land in facts.land] == ["object 1", "object 1", "object 2", ""]
    assert [land.kk_ref for land in facts.land] == [str(one.family_id) for one in items[:4]]
    assert [car.object_ref for car in facts.cars] == ["object 3"]
    assert "31" not in repr([land.object_ref for land in facts.land])


@pytest.mark.parametrize(
    ("level", "named"),
    [("kelurahan", "kelurahan"), ("kecamatan", "kelurahan"), ("kota", "kota"), ("provinsi", "provinsi")],
)
def test_a_wider_difference_of_area_is_named_as_such(level: str, named: str) -> None:
    differs = {"result": "Tidak Sesuai"}
    fields = {"name": {"result": "Sesuai"}, "kelurahan": {**differs, "level": level}, "occupation": differs}
    assert differing_fields(PersonEvidence(uuid4(), uuid4(), fields=fields)) == [named]
