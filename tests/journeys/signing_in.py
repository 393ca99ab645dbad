"""How people of the journey come into the portal."""

from __future__ import annotations

from accounts.totp import current_code
from tests.journeys.visitor import KEEP, Visitor
from tests.people import PASSWORD, SITI_NIK, TOTP_SECRET


def sign_up_as_siti(siti: Visitor) -> None:
    """With a mistake first: what she typed is still there, beside the sentence that says what is wrong."""
    siti.go("/daftar/")
    siti.look()
    siti.fill(nik=SITI_NIK[:15], name="Siti Aminah", phone="0812 0000 0001", password1=PASSWORD, password2=PASSWORD)
    siti.press(KEEP)
    assert siti.page.input_value("[name=nik]") == SITI_NIK[:15]
    siti.look("mistake")
    siti.fill(nik=SITI_NIK, password1=PASSWORD, password2=PASSWORD)
    siti.press(KEEP)
    assert siti.page.url.endswith("/usulan/")


def sign_in(visitor: Visitor, identifier: str) -> None:
    visitor.go("/masuk/")
    visitor.look()
    visitor.fill(login=identifier, password=PASSWORD)
    visitor.press(KEEP)


def sign_in_as_staff(visitor: Visitor, username: str) -> None:
    """Password, then the code of the authenticator app."""
    sign_in(visitor, username)
    visitor.look()
    visitor.fill(code=current_code(TOTP_SECRET))
    visitor.press(KEEP)
