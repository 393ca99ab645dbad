"""The phone and e-mail of an account: changing them, and proving that they are in one's hands.

Several accounts may give the same number or address; nothing here tells anybody so. An account whose contacts are not
verified can do everything; what verification adds is told in docs/operations.md.
"""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts import codes
from accounts.models import Purpose, User
from accounts.telling import contacts_of, tell
from audit.services import record

CHANGED = (
    _("Your contact at DTKS Jakarta has changed"),
    _(
        "DTKS Jakarta: the number or e-mail of your account was changed. If that was not you, come to your kelurahan"
        " with your KTP."
    ),
)


@transaction.atomic
def change_contact(*, user: User, kind: str, value: str, password: str, by: User) -> bool:
    """Put another phone ("+62…") or e-mail, or none (""); False if it is the present one.

    The new one signs in at once and has yet to be verified. The contacts there were before are told, so that nobody
    changes them unseen. `password` is the user's, checked by the caller.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if (value or None) == getattr(locked, kind):
        return False
    before = [(held, address) for held, address in contacts_of(locked) if _is_proved(locked, held)]
    getattr(locked, f"put_{kind}")(value)
    locked.put_proofs(password, only_missing=True)
    locked.save(
        update_fields=[kind, f"{kind}_index", f"{kind}_proof", f"{kind}_verified_at", "sign_in_code"]
        + [f"{other}_proof" for other in ("nik", "phone", "email", "username") if other != kind]
    )
    tell(user=locked, subject=CHANGED[0], body=CHANGED[1], to=before)
    record(by=by, verb="accounts.change_contact", subject=locked, data={"kind": kind})
    user.refresh_from_db()
    return True


def _is_proved(user: User, kind: str) -> bool:
    return getattr(user, f"{kind}_verified_at") is not None


def confirm_contact(*, user: User, kind: str, typed: str) -> None:
    """The code was read where it was sent: the phone or e-mail is in the user's hands. Raises codes.CodeRefused."""
    code = codes.open_code(user, Purpose.VERIFY, kind)
    if code is None:
        raise codes.CodeRefused
    codes.count_try(code)
    if not codes.is_right(code, typed):
        raise codes.CodeRefused
    with transaction.atomic():
        codes.use_up(code)
        still = {"pk": user.pk, f"{kind}_index": bytes(code.contact_index)}
        if not User.objects.filter(**still).update(**{f"{kind}_verified_at": Now()}):
            raise codes.CodeRefused  # the number was changed in another tab meanwhile
        record(by=user, verb="accounts.verify_contact", subject=user, data={"kind": kind})
    user.refresh_from_db()
