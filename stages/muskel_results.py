"""What a kelurahan meeting may decide about a family, and the reasons it may give: one table.

`siks_status` is the code of `status_rumahtangga`, `siks_cause` of `alasan_tidak_ditemukan`, `siks_able` of
`apakah_mampu` in the BDT/SIKS verification list.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class MuskelResult(TextChoices):
    IN_NEED = "tidak_mampu", _("In need")
    WELL_OFF = "mampu", _("Well-off enough")
    FINDING_RIGHT = "temuan_benar", _("A finding is right")
    NOT_FOUND = "tidak_ditemukan", _("Not found")
    MOVED = "pindah", _("Moved away")
    DECEASED = "meninggal", _("Died")
    DUPLICATE = "ganda", _("Listed twice")


R = MuskelResult


@dataclass(frozen=True)
class MuskelReason:
    """`text` is what the officer chooses; `sentence` what the family reads."""

    code: str
    result: MuskelResult
    text: Promise
    sentence: Promise
    needs_note: bool = False
    siks_status: int = 1
    siks_cause: int | None = None
    siks_able: int | None = None


MUSKEL_REASONS = (
    MuskelReason(
        "kurang_mampu", R.IN_NEED, _("The neighbours know the family as in need"),
        _("The kelurahan meeting found that the family is in need."), siks_able=2,
    ),
    MuskelReason(
        "sptjm", R.IN_NEED, _("Taken over under the lurah's SPTJM"),
        _("The lurah answers for the list of this kelurahan with a signed statement (SPTJM)."), siks_able=2,
    ),
    MuskelReason(
        "penghasilan_cukup", R.WELL_OFF, _("Steady income that is enough to live on"),
        _("The kelurahan meeting found that the family has a steady income that is enough to live on."), siks_able=1,
    ),
    MuskelReason(
        "usaha", R.WELL_OFF, _("Has a business that supports the family"),
        _("The kelurahan meeting found that the family has a business that supports it."), siks_able=1,
    ),
    MuskelReason(
        "aset", R.WELL_OFF, _("Owns property or goods of high value"),
        _("The kelurahan meeting found that the family owns property or goods of high value."), siks_able=1,
    ),
    MuskelReason(
        "ditanggung", R.WELL_OFF, _("Supported by relatives who are well-off enough"),
        _("The kelurahan meeting found that relatives who are well-off enough support the family."), siks_able=1,
    ),
    MuskelReason(
        "mampu_lainnya", R.WELL_OFF, _("Well-off enough for another reason (write it down)"),
        _("The kelurahan meeting found that the family is well-off enough."), needs_note=True, siks_able=1,
    ),
    MuskelReason(
        "temuan_benar", R.FINDING_RIGHT, _("The meeting confirms what the data say"),
        _("The kelurahan meeting confirmed the findings listed for this family."), siks_able=1,
    ),
    MuskelReason(
        "tidak_dikenal", R.NOT_FOUND, _("RT and RW do not know the family"),
        _("The kelurahan meeting could not find the family: RT and RW do not know it at this address."),
        siks_status=2, siks_cause=3,
    ),
    MuskelReason(
        "alamat_tidak_ada", R.NOT_FOUND, _("The address does not exist in this kelurahan"),
        _("The kelurahan meeting could not find the address in this kelurahan."), siks_status=2, siks_cause=4,
    ),
    MuskelReason(
        "pindah_dalam_dki", R.MOVED, _("Moved to another kelurahan of Jakarta"),
        _("The kelurahan meeting reported that the family has moved to another kelurahan of Jakarta."),
        siks_status=2, siks_cause=1,
    ),
    MuskelReason(
        "pindah_luar_dki", R.MOVED, _("Moved out of Jakarta"),
        _("The kelurahan meeting reported that the family has moved out of Jakarta."), siks_status=2, siks_cause=1,
    ),
    MuskelReason(
        "meninggal", R.DECEASED, _("Everybody on this KK has died"),
        _("The kelurahan meeting reported that everybody on this KK has died."), siks_status=2, siks_cause=2,
    ),
    MuskelReason(
        "ganda", R.DUPLICATE, _("The same family is on the list twice"),
        _("The kelurahan meeting reported that the same family is on the list twice."), siks_status=3,
    ),
)  # fmt: skip
REASON_BY_CODE = {reason.code: reason for reason in MUSKEL_REASONS}
# Given by the system when a lurah signs for the whole list; nobody chooses it row by row.
SPTJM_REASON = REASON_BY_CODE["sptjm"]
CHOOSABLE = tuple(reason for reason in MUSKEL_REASONS if reason is not SPTJM_REASON)
# Results that say the family is not where its data say it is.
ABSENT = (R.NOT_FOUND, R.MOVED, R.DECEASED)


def reasons_by_result() -> list[tuple[MuskelResult, list[MuskelReason]]]:
    """The choosable reasons, grouped under their result, in the order of the table."""
    return [(result, [one for one in CHOOSABLE if one.result == result]) for result in MuskelResult]
