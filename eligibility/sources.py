"""Who says something about a household, in words."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from eligibility.facts import Source

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SOURCE_NAMES: Final[dict[str, "StrPromise"]] = {
    Source.STATEMENT: _("your own statement"),
    Source.DUKCAPIL: _("the population register (Dukcapil)"),
    Source.BAPENDA: _("the tax lists of vehicles and of land (Bapenda)"),
    Source.KK: _("the occupation on your KK"),
    Source.RT_RW: _("RT/RW or a visit"),
    Source.MUSKEL: _("the musyawarah kelurahan (muskel)"),
}


def source_name(key: str) -> "StrPromise | str":
    """The source in words; an unknown key is shown as it is rather than hidden."""
    return SOURCE_NAMES.get(key, key)
