"""No number, address or row of a person gets into a log."""

import logging

import pytest

from dtks_portal.logs import RedactingFormatter, redact

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("NIK 9901014708880001 seen", "NIK [number] seen"),
        ("NIK 9901 0147 0888 0001 seen", "NIK [number] seen"),
        ("call +6281234567890", "call [number]"),
        ("mail siti.a+b@example.co.id now", "mail [mail] now"),
        ("took 1234567 ms on 2026-11-21", "took 1234567 ms on 2026-11-21"),
        ("DETAIL:  Key (username)=(Siti Aminah) already exists.", "DETAIL:  Key (username)(…) already exists."),
        ("DETAIL:  Failing row contains (1, Siti, Jl. Kwitang (dekat pasar)).", "DETAIL:  Failing row contains (…)."),
    ],
)
def test_what_is_personal_is_blacked_out(said: str, logged: str) -> None:
    assert redact(said) == logged


def test_the_time_stays_and_the_traceback_is_cleaned() -> None:
    try:
        raise ValueError("9901014708880001")
    except ValueError as error:
        record = logging.LogRecord(
            "jobs", logging.ERROR, "", 0, "row %s", ("081234567890",), (type(error), error, None)
        )
    line = RedactingFormatter(FORMAT).format(record)
    assert "ERROR jobs: row [number]\nValueError: [number]" in line
    assert line.startswith("20")
    assert len(line.split(" ERROR")[0]) == len("2026-11-21 19:40:31,409")
