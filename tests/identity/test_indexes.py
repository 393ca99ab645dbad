"""Keyed indexes are equal exactly when kind, value and key are."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.indexes import current_index_key_id, keyed_index, keyed_indexes

NIK = "9901011708850001"
OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()
numbers = st.text(alphabet="0123456789", min_size=16, max_size=16)


@given(numbers, numbers)
def test_equal_numbers_and_only_they_have_equal_indexes(one: str, other: str) -> None:
    assert (keyed_index("nik", one) == keyed_index("nik", other)) == (one == other)
    assert len(keyed_index("nik", one)) == 16


def test_a_nik_and_a_kk_with_the_same_digits_differ() -> None:
    assert keyed_index("nik", NIK) != keyed_index("kk", NIK)


def test_an_index_is_no_unkeyed_hash(settings: object) -> None:
    before = keyed_index("nik", NIK)
    assert before not in {hashlib.sha256(NIK.encode()).digest()[:16], hashlib.md5(NIK.encode()).digest()}  # noqa: S324
    settings.DTKS_INDEX_KEYS = OLD  # type: ignore[attr-defined]
    assert keyed_index("nik", NIK) != before


def test_after_a_rotation_all_keys_are_looked_up_and_one_can_be_pinned(settings: object) -> None:
    settings.DTKS_INDEX_KEYS = OLD  # type: ignore[attr-defined]
    old = keyed_index("nik", NIK)
    settings.DTKS_INDEX_KEYS = f"{NEW},{OLD}"  # type: ignore[attr-defined]
    assert current_index_key_id() == "new"
    assert keyed_index("nik", NIK, key_id="old") == old
    assert keyed_indexes("nik", NIK) == [keyed_index("nik", NIK), old]
    with pytest.raises(ValueError, match="no key 'gone'"):
        keyed_index("nik", NIK, key_id="gone")


def test_an_email_is_compared_in_lower_case() -> None:
    assert keyed_index("email", " Siti@Example.ID ") == keyed_index("email", "siti@example.id")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("nik", "990101170885000"),
        ("nik", "9901 0117 0885 0001"),
        ("nik", "9901011708850001\n"),
        ("nik", "９９０１０１１７０８８５０００１"),
        ("kk", ""),
        ("phone", "0812345678"),
        ("phone", "+62812345678\n"),
        ("email", "siti"),
        ("network", ""),
    ],
)
def test_a_value_that_is_not_canonical_is_refused_without_being_shown(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match="canonical") as caught:
        keyed_index(kind, value)
    assert not value.strip() or value.strip() not in str(caught.value)


def test_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind 'passport'"):
        keyed_index("passport", "A1")
