"""The public status check, as somebody at the bus stop uses it."""

from __future__ import annotations

from captcha.models import CaptchaStore

from tests.journeys.families import Person
from tests.journeys.visitor import KEEP, Visitor


def check_status(visitor: Visitor, person: Person, *, reference: str = "") -> str:
    """Fill in the form with the digits a human would read in the picture; returns the heading of the answer."""
    visitor.go("/cek-status/")
    visitor.look()
    day, month, year = f"{person.born:%d %m %Y}".split()
    visitor.fill(
        nik=person.nik, name=person.name, birth_date_day=day, birth_date_month=month, birth_date_year=year,
        reference=reference, captcha_1=digits_of(visitor),
    )  # fmt: skip
    visitor.press(KEEP)
    return visitor.page.locator("h1").inner_text()


def digits_of(visitor: Visitor) -> str:
    key = visitor.page.input_value("[name=captcha_0]")
    return str(CaptchaStore.objects.get(hashkey=key).response)
