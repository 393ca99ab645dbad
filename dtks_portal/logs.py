"""Nothing that identifies a person reaches a log, not even inside a database's error message or a traceback."""

import logging
import re

LONG_NUMBER = re.compile(r"\+?\d(?:[ .-]?\d){8,}")  # NIK, KK, phone numbers; also with spaces or dots between
MAIL_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DETAIL_VALUES = re.compile(r"(Key \([^)]*\)|Failing row contains )=?\(.*?\)(?= |\.|$)", re.MULTILINE)


def redact(text: str) -> str:
    text = DETAIL_VALUES.sub(r"\1(…)", text)
    return LONG_NUMBER.sub("[number]", MAIL_ADDRESS.sub("[mail]", text))


class RedactingFormatter(logging.Formatter):
    """Formats a record, its traceback included, and then blacks out what could be personal. The time is left alone."""

    def format(self, record: logging.LogRecord) -> str:
        whole = super().format(record)
        stamp = getattr(record, "asctime", "")
        if stamp and whole.startswith(stamp):
            return stamp + redact(whole[len(stamp) :])
        return redact(whole)
