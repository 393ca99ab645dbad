"""What can be wrong with an extract: a line, a column and a code. The value itself is never repeated anywhere."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from matching.vocabulary import AssetKind, RegisterStatus

PROBLEMS_KEPT = 1_000  # of one file; all of them are counted
TEXT_LIMITS = {"nomor": 40}
TEXT_LIMIT = 100
SEXES = {"l": "L", "laki-laki": "L", "lk": "L", "pria": "L", "p": "P", "perempuan": "P", "pr": "P", "wanita": "P"}
CHOICES = {
    "jenis_kelamin": SEXES,
    "status": {value: value for value in RegisterStatus.values},
    "jenis": {value: value for value in AssetKind.values},
}
REASONS = {
    # the file
    "empty": _("The file is empty. Its first line must name the columns."),
    "no_rows": _("The file has no rows."),
    "utf16": _("The file is not UTF-8 text. Save it again with the encoding UTF-8."),
    "gzip": _("The compressed file is damaged or cut off."),
    "cut": _("The file ends in the middle of a line: it seems to be cut off."),
    "long_line": _("This line is longer than any line of a register: the file is no CSV."),
    "missing": _("The header lacks: %(column)s. Say which column it is with --map, or add it."),
    "doubled": _("The header names a column twice: %(column)s"),
    "unmapped": _("The header has no column of the name that --map gives for: %(column)s"),
    # a line
    "encoding": _("This line is not in the encoding of the other lines."),
    "mixed": _("This line is UTF-8 text, other lines are Windows-1252. Save the file again with one encoding."),
    "csv": _("This line is no valid CSV: a quotation mark is missing, or the file is cut off."),
    "width": _("The line has more or fewer values than the header."),
    "repeated_header": _("The header is repeated in the middle of the file."),
    "twice": _("This NIK stands in an earlier line already, and the status of not all of these lines is ganda."),
    # a value
    "digits": _("%(column)s must have exactly 16 digits."),
    "no_owner": _("Neither nik nor no_kk is given: nobody could be found by this line."),
    "name": _("nama is empty, longer than 100 letters, or holds characters that cannot be shown."),
    "text": _("%(column)s is longer than %(limit)d characters or holds characters that cannot be shown."),
    "date": _("tanggal_lahir is not a date. Write it as 1990-12-31 or 31-12-1990."),
    "choice": _("%(column)s must be one of: %(choices)s"),
    "area": _("kode_kelurahan must be a code of the Ministry of Home Affairs, such as 31.71.01.1001."),
    "three_digits": _("%(column)s must have up to three digits."),
    "money": _("nilai must be a whole number of rupiah, digits only, or empty."),
    # the import
    "interrupted": _("The import was interrupted several times. Look at the workers, then upload the file again."),
    "lost": _("The uploaded file is gone. Upload it again."),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong in one line of a file (line 1 is the header; line 0 is the file as a whole)."""

    line: int
    column: str
    code: str

    @property
    def reason(self) -> str:
        """The sentence for people, in the language of the reader."""
        choices = CHOICES.get(self.column, {})
        return str(REASONS[self.code]) % {
            "column": self.column,
            "limit": TEXT_LIMITS.get(self.column, TEXT_LIMIT),
            "choices": ", ".join(choices),
        }


class ExtractRefused(Exception):
    """The file cannot be loaded; nothing of it is visible. `problems` are the first ones of `total`."""

    def __init__(self, problems: list[Problem], total: int | None = None) -> None:
        super().__init__(f"{total or len(problems)} problems")
        self.problems = problems[:PROBLEMS_KEPT]
        self.total = total or len(problems)


class BadValue(Exception):
    """A value of a row cannot be read."""

    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.column, self.code = column, code
