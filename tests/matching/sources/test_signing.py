"""Who knows the civil registry's key believes nothing that it has not signed, and signs what it asks."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.utils.translation import override
from pytest_django import Settings

from jobs.models import RunState
from matching.simulator import crvs
from matching.simulator.app import Simulator
from matching.simulator.book import FileBook
from matching.simulator.seal import Seal, seal_in
from matching.simulator.serving import serving
from matching.sources import dci, signing
from matching.sources.configured import NotConfigured, service_for
from matching.sources.dci import CivilRegistry
from matching.sources.protocol import NoAnswer
from matching.vocabulary import SourceKind
from registration.models import Phase
from tests.matching.sources.registers import go_on, person, point_at, start, verdicts_of
from tests.matching.sources.test_dci import _Book
from tests.matching.town import entry, settle, write_population
from tests.people import siti


@pytest.fixture
def seal(settings: Settings, tmp_path: Path) -> Seal:
    """The registry's keys, and settings that know them."""
    seal = seal_in(tmp_path / "keys")
    point_at(settings, 9)
    know(settings, tmp_path / "keys")
    return seal


@pytest.fixture
def registry(seal: Seal, settings: Settings, tmp_path: Path) -> Iterator[Simulator]:
    simulator = Simulator(FileBook(write_population(tmp_path / "p.csv", [entry(n) for n in range(3)])), seal=seal)
    with serving(simulator) as port:
        point_at(settings, port)
        know(settings, tmp_path / "keys")
        yield simulator


def know(settings: Any, folder: Path) -> None:
    settings.DTKS_REGISTERS["dci"] |= {
        "signing_key": (folder / "portal.pem").read_text(),
        "public_key": (folder / "registry.pub.pem").read_text(),
    }


def compare(n: int = 1) -> Any:
    return CivilRegistry(service_for(SourceKind.DCI), threshold=90).compare(person(n))


def test_both_sides_sign_and_believe_each_other(registry: Simulator) -> None:
    assert (compare(1).value, compare(9).value) == ("padan", "nik_tidak_ditemukan")


def check_silence_about(phase: Phase, registry: Simulator, fault: str) -> None:
    """Nobody has signed the answer, or somebody else has: "source did not answer", whatever the answer says."""
    (member,) = settle(phase, 1, owner=siti())
    registry.faults.shares = {fault: 1.0}
    run = go_on(start(phase, "dci"))
    assert (run.state, verdicts_of(run)[member.pk].value) == (RunState.DONE, "layanan_tidak_tersedia")


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["unsigned", "forged"])
def test_who_is_not_signed_for_has_no_answer(phase: Phase, registry: Simulator, fault: str) -> None:
    check_silence_about(phase, registry, fault)


@pytest.mark.django_db
def test_a_signature_that_nobody_verifies_is_noticed(
    phase: Phase, registry: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dci, "verify", lambda told, keys: None)
    with pytest.raises(AssertionError):
        check_silence_about(phase, registry, "forged")


def test_a_registry_hears_only_what_is_signed(registry: Simulator, settings: Settings) -> None:
    settings.DTKS_REGISTERS["dci"]["signing_key"] = ""
    with pytest.raises(NoAnswer, match="status 401"):
        compare()


def test_without_its_key_nothing_need_be_signed(registry: Simulator, settings: Settings) -> None:
    settings.DTKS_REGISTERS["dci"]["public_key"] = ""
    registry.faults.shares = {"unsigned": 1.0}
    assert compare().value == "padan"


# --- What a signature holds ----------------------------------------------------------------------------------------


def signed(seal: Seal, monkeypatch: pytest.MonkeyPatch, spoil: Any) -> None:
    """The registry's answers, spoilt after they were signed."""

    def send(service: Any, asked: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        told = seal.sign(crvs.answer(asked, _Book()))
        spoil(told)
        return told

    monkeypatch.setattr(dci, "send", send)


def other_name(told: dict[str, Any]) -> None:
    told["message"]["search_response"][0]["data"]["reg_records"][0]["name"]["surname"] = "LAIN"


def replaced(old: str, new: str) -> Any:
    def spoil(told: dict[str, Any]) -> None:
        assert old in told["signature"]
        told["signature"] = told["signature"].replace(old, new)

    return spoil


def expired(told: dict[str, Any]) -> None:
    created = signing.PART.findall(told["signature"])
    for name, value in created:
        if name in ("created", "expires"):
            told["signature"] = told["signature"].replace(f'{name}="{value}"', f'{name}="{int(value) - 9999}"')


@pytest.mark.parametrize(
    "spoil",
    [
        other_name,
        expired,
        lambda told: told["header"].update(status="succ", total_count=7),
        lambda told: told["message"].update(extra=1e300),
        lambda told: told["message"].update(extra="\ud800"),
        lambda told: told.update(signature=None),
        lambda told: told.update(signature={"algorithm": "none"}),
        lambda told: told.update(signature="x" * 500),
        replaced('algorithm="ed25519"', 'algorithm="none"'),
        replaced("(created) (expires) digest", "(created) (expires)"),
        replaced('signature="', 'signature="AAAA'),
        replaced('signature="', 'signature="*'),
        replaced('created="1', 'created="9'),
        replaced('expires="1', 'expires="x'),
    ],
)
def test_what_was_changed_is_not_believed(seal: Seal, monkeypatch: pytest.MonkeyPatch, spoil: Any) -> None:
    signed(seal, monkeypatch, lambda told: None)
    assert compare().value == "padan"
    signed(seal, monkeypatch, spoil)
    with pytest.raises(NoAnswer):
        compare()


def test_an_answer_of_another_day_is_not_believed(seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    signed(seal, monkeypatch, lambda told: None)
    later = time.time() + 3600
    monkeypatch.setattr(signing, "_now", lambda: later)
    with pytest.raises(NoAnswer, match="out of its time"):
        compare()


def test_the_line_is_the_standard_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of RFC 8032 (7.1, test 1), so that anybody can compute the same."""
    key = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    monkeypatch.setattr(signing, "_now", lambda: 1606970629.7)
    header, message = {"version": "1.0.0", "action": "search"}, {"b": [1, None, True], "a": "Siti “Ä”"}
    text = signing.signed_text(header, message, 1606970629, 1606970929)
    assert text == (
        b"(created): 1606970629\n(expires): 1606970929\ndigest: SHA-256=TTuYdkD3KHM1t2GY0J0Yn+kPRa48Yy2SPrBj+kOIqe8="
    )
    line = signing.Signer("dtks", "k1", key).sign(header, message)
    assert line.startswith(
        'Signature: namespace="spdci", kidId="dtks|k1|ed25519", algorithm="ed25519", created="1606970629", '
        'expires="1606970929", headers="(created) (expires) digest", signature="'
    )
    signing.verify({"signature": line, "header": header, "message": message}, [key.public_key()])


def test_the_form_is_that_of_rfc_8785() -> None:
    told = json.loads(
        '{"\u20ac": 1.0, "\\r": "\\u000f<\\"\\\\", "1": [0.002, -7, 4.50], "\U0001f600": {}, "\ufb33": ""}'
    )
    assert signing.canonical(told).decode() == (
        '{"\\r":"\\u000f<\\"\\\\","1":[0.002,-7,4.5],"\u20ac":1,"\U0001f600":{},"\ufb33":""}'
    )
    for wrong in (2**53, 1e-7, float("nan"), 1e22, ["\ud800"]):
        with pytest.raises(signing.NoCanonicalForm):
            signing.canonical(wrong)


# --- Keys ----------------------------------------------------------------------------------------------------------


def test_a_registry_may_change_its_key(seal: Seal, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    signed(seal, monkeypatch, lambda told: None)
    new = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    settings.DTKS_REGISTERS["dci"]["public_key"] = new.decode() + settings.DTKS_REGISTERS["dci"]["public_key"]
    assert compare().value == "padan"
    settings.DTKS_REGISTERS["dci"]["public_key"] = new.decode()
    with pytest.raises(NoAnswer, match="wrongly signed"):
        compare()


@pytest.mark.parametrize("name", ["signing_key", "public_key"])
def test_a_key_that_cannot_be_used_stops_the_start(settings: Settings, name: str) -> None:
    other = generate_private_key(65537, 1024)  # noqa: S505
    pems = {
        "signing_key": other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "public_key": other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    }
    for wrong in ("rahasia", pems[name].decode(), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"):
        point_at(settings, 9)
        settings.DTKS_REGISTERS["dci"][name] = wrong
        with override("en"), pytest.raises(NotConfigured, match="key") as caught:
            service_for(SourceKind.DCI)
        assert wrong[-40:] not in str(caught.value)
