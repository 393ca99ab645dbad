from datetime import date

import pytest

from eligibility.limits import ALL_LIMITS, EMPLOYERS, NJOP_LIMIT, NoValueYet, limits_on


def test_the_njop_limit_holds_from_2020():
    assert NJOP_LIMIT.on(date(2020, 1, 1)) == 1_000_000_000
    assert NJOP_LIMIT.on(date(2026, 11, 21)) == 1_000_000_000


def test_asking_before_the_first_day_raises_a_message_that_says_when_it_starts():
    with pytest.raises(NoValueYet) as raised:
        NJOP_LIMIT.on(date(2019, 12, 31))
    assert "njop_limit has no value on 2019-12-31" in str(raised.value)
    assert "starts on 2020-01-01" in str(raised.value)


@pytest.mark.parametrize("limit", ALL_LIMITS, ids=lambda limit: limit.key)
def test_every_value_has_unit_and_basis_in_ascending_days(limit):
    days = [entry.valid_from for entry in limit.history]
    assert days == sorted(set(days))
    assert limit.unit
    assert all(entry.basis for entry in limit.history)


def test_a_later_value_does_not_change_an_earlier_day():
    assert EMPLOYERS.on(date(2022, 5, 9)) == {"BUMN", "PNS", "TNI", "POLRI", "DPR", "DPRD"}
    assert limits_on(date(2024, 10, 1)).employers - limits_on(date(2024, 9, 30)).employers == {"BUMD"}
