"""The people of the tests, always in the same roles.

Citizens Siti and Budi; officers Rina (Gambir) and Joko (Tebet Timur); admins Dewi and Agus. Calling one twice gives the
same person. Hashing passwords takes time, so people have one only when asked: `siti(password=PASSWORD)`. Staff have
their authenticator app with the secret TOTP_SECRET. Nobody here can exist: the NIKs begin with 99.
"""

from typing import Any

from django.http import HttpRequest
from django.test import Client

from accounts import second_factor, services, session_length
from accounts.models import Role, User
from areas.models import Area
from identity.indexes import keyed_index

PASSWORD = "gerobak biru 47"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
GAMBIR = "31.71.01.1001"
TEBET = "31.74.01.1001"
SITI_NIK, SITI_PHONE = "9901015708850001", "+6281200000001"
BUDI_NIK, BUDI_PHONE = "9901011203900002", "+6281200000002"


def siti(*, password: str | None = None) -> User:
    return _citizen(nik=SITI_NIK, name="Siti Aminah", phone=SITI_PHONE, email="siti@contoh.id", password=password)


def budi(*, password: str | None = None) -> User:
    return _citizen(nik=BUDI_NIK, name="Budi", phone=BUDI_PHONE, email="", password=password)


def rina(*, password: str | None = None) -> User:
    """Officer of kelurahan Gambir."""
    return _staff(username="rina", name="Rina Wulandari", role=Role.OFFICER, area=GAMBIR, password=password)


def joko(*, password: str | None = None) -> User:
    """Officer of kelurahan Tebet Timur."""
    return _staff(username="joko", name="Joko Susilo", role=Role.OFFICER, area=TEBET, password=password)


def dewi(*, password: str | None = None) -> User:
    """Admin for all areas."""
    return _staff(username="dewi", name="Dewi Lestari", role=Role.ADMIN, area=None, password=password)


def agus(*, password: str | None = None) -> User:
    """Another admin for all areas."""
    return _staff(username="agus", name="Agus Salim", role=Role.ADMIN, area=None, password=password)


def sign_in(client: Client, user: User) -> Client:
    """Sign `user` in on a Django test client as if password and second factor had been given."""
    client.force_login(user, backend="accounts.backends.IdentifierBackend")
    request = HttpRequest()
    request.session = client.session
    request.user = user
    session_length.begin(request, is_staff=user.needs_second_factor)
    if user.needs_second_factor:
        second_factor.mark_complete(request, user)
    request.session.save()
    return client


def _citizen(*, nik: str, password: str | None, **about: Any) -> User:
    user = User.objects.filter(nik_index=keyed_index("nik", nik)).first()
    if user is None:
        return services.create_citizen(nik=nik, password=password, **about)
    return _with_password(user, password)


def _staff(*, username: str, role: Role, area: str | None, password: str | None, **about: Any) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        place = Area.objects.get(pk=area) if area else None
        user = services.create_staff(
            username=username, email=f"{username}@contoh.id", role=role, area=place, password=password, **about
        )
        services.enrol_totp(user=user, secret=TOTP_SECRET)
        return user
    return _with_password(user, password)


def _with_password(user: User, password: str | None) -> User:
    if password is not None and not user.check_password(password):
        services.change_password(user=user, password=password, by=None)
    return user
