import pytest

from accounts.identifiers import read_identifier
from identity.indexes import keyed_index


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("9901015708850001", "nik", "9901015708850001"),
        (" 9901 0157 0885 0001 ", "nik", "9901015708850001"),
        ("９９０１０１５７０８８５０００１", "nik", "9901015708850001"),
        ("0812-0000-0001", "phone", "+6281200000001"),
        ("62 812 0000 0001", "phone", "+6281200000001"),
        ("Siti@Contoh.ID", "email", "siti@contoh.id"),
        ("Rina", "username", "rina"),
        ("a@b@c", "username", "a@b@c"),
        ("9901019908850001", "username", "9901019908850001"),  # no possible NIK
        ("\x00", "username", "\x00"),
    ],
)
def test_any_text_is_some_identifier(typed: str, kind: str, value: str) -> None:
    found = read_identifier(typed)
    assert (found.kind, found.value) == (kind, value)
    assert found.indexes[0] == keyed_index(kind, value)


def test_an_identifier_shows_nothing_in_a_traceback() -> None:
    assert "9901015708850001" not in repr(read_identifier("9901015708850001"))
