"""Sealed bytes open in their own place and nowhere else."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from identity import keyring
from identity.sealing import SealError, seal, sealed_with, unseal

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()


@given(st.binary(max_size=300), st.text(min_size=1, max_size=40, alphabet=st.characters(codec="utf-8")))
def test_what_was_sealed_opens_in_its_place(plain: bytes, context: str) -> None:
    assert unseal(seal(plain, context=context), context=context) == plain


@given(st.binary(max_size=40), st.data())
def test_one_changed_bit_anywhere_does_not_open(plain: bytes, data: st.DataObject) -> None:
    blob = bytearray(seal(plain, context="a.b:1"))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealError):
        unseal(bytes(blob), context="a.b:1")


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_without_another_error(blob: bytes) -> None:
    with pytest.raises(SealError):
        unseal(blob, context="a.b:1")


def test_another_place_does_not_open() -> None:
    blob = seal(b"9901011708850001", context="member.nik:1")
    for context in ("member.nik:2", "member.kk:1", "family.nik:1"):
        with pytest.raises(SealError):
            unseal(blob, context=context)


def test_the_same_value_never_looks_the_same() -> None:
    assert seal(b"same", context="a.b:1") != seal(b"same", context="a.b:1")


def test_the_form_of_a_blob_is_version_key_id_nonce_ciphertext() -> None:
    blob = seal(b"1234", context="a.b:1")
    assert blob[:4] == b"\x01\x02t1"
    assert len(blob) == 4 + 12 + 4 + 16
    assert sealed_with(blob) == "t1"


def test_a_place_must_be_named() -> None:
    with pytest.raises(ValueError, match="context"):
        seal(b"1", context="")


def test_the_first_key_seals_and_all_keys_open(settings: object) -> None:
    settings.DTKS_SEAL_KEYS = OLD  # type: ignore[attr-defined]
    blob = seal(b"1", context="a.b:1")
    settings.DTKS_SEAL_KEYS = f"{NEW}, {OLD}"  # type: ignore[attr-defined]
    assert unseal(blob, context="a.b:1") == b"1"
    assert sealed_with(seal(b"1", context="a.b:1")) == "new"
    settings.DTKS_SEAL_KEYS = NEW  # type: ignore[attr-defined]
    with pytest.raises(SealError, match="'old'"):
        unseal(blob, context="a.b:1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        (" , ", "it is empty"),
        ("no-colon", "'no-colon' has 0 bytes"),
        (":" + base64.b64encode(b"o" * 32).decode(), "entry 1 has no valid key id"),
        (f"{OLD},Bad Id:AAAA", "entry 2 has no valid key id"),
        (f"{OLD},{OLD}", "'old' occurs twice"),
        ("k1:not base64!", "'k1' is not base64"),
        ("k1:c2hvcnQ=", "'k1' has 5 bytes instead of 32"),
    ],
)
@pytest.mark.parametrize(
    ("name", "read"), [("DTKS_SEAL_KEYS", keyring.seal_keys), ("DTKS_INDEX_KEYS", keyring.index_keys)]
)
def test_a_wrong_setting_is_named_with_its_reason_and_an_example(
    settings: object, name: str, read: object, text: str, reason: str
) -> None:
    setattr(settings, name, text)
    with pytest.raises(ImproperlyConfigured) as caught:
        read()  # type: ignore[operator]
    message = str(caught.value)
    assert message.startswith(f"{name} is wrong: ")
    assert reason in message
    assert f'Example: {name}="k1:' in message
    assert "b29v" not in message


def test_keys_do_not_show_themselves() -> None:
    assert repr(keyring.seal_keys()) == "<Keyring t1>"
