"""The eleven stages of a phase, in the order of the official process."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.IntegerChoices):
    SOSIALISASI = 1, _("Public information")
    PENDAFTARAN = 2, _("Registration")
    PENGOLAHAN_1 = 3, _("Data processing 1")
    PEMADANAN_DUKCAPIL = 4, _("Matching with Dukcapil")
    PEMADANAN_BAPENDA = 5, _("Matching with Bapenda")
    PENGOLAHAN_2 = 6, _("Data processing 2")
    MUSKEL = 7, _("Kelurahan deliberation meeting")
    PENGOLAHAN_3 = 8, _("Data processing 3")
    PENETAPAN_DST = 9, _("Final target list (DST)")
    INPUT_SIKSNG = 10, _("Entry into SIKS-NG")
    PENETAPAN_DTKS = 11, _("Determination in DTKS")


# A registration may be withdrawn until its data have gone to the ministry.
LAST_STAGE_TO_WITHDRAW = Stage.INPUT_SIKSNG
