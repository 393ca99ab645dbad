"""How a phone or e-mail is shown to its owner, to admins and at the counter."""

from identity.phones import mask_phone


def mask_email(address: str) -> str:
    """The first letter and the host: s…@contoh.id."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"


def mask_contact(kind: str, value: str | None) -> str:
    """A phone or e-mail to recognise it by; "" if there is none."""
    if not value:
        return ""
    return mask_phone(value) if kind == "phone" else mask_email(value)
