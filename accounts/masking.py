"""How an e-mail address is shown to its owner and to admins (NIK and phone: see `identity`)."""


def mask_email(address: str) -> str:
    """The first letter and the host: s…@contoh.id."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}…@{host}"
