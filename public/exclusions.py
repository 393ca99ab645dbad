"""The exclusion rules in one short line each, for the landing page and the guide. The law is in `eligibility`."""

from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from eligibility.rules import NoValueYet, RuleSet, rule_set

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SHORT: Final[dict[str, "StrPromise"]] = {
    "ktp_non_dki": _("does not hold a Jakarta KTP"),
    "domisili_luar_dki": _("does not live in Jakarta"),
    "pegawai_tetap": _("has a permanent employee of %(employers)s on the family card (KK)"),
    "mobil": _("owns a car (a motorcycle does not count)"),
    "njop": _("owns land or a building with an NJOP above Rp%(njop)s"),
    "air_kemasan": _("drinks mainly branded bottled water (refill water does not count)"),
    "tidak_miskin": _("is not poor in the judgement of the muskel"),
}


def short_exclusions(on: date) -> list[str]:
    """One line per rule in force on a day, to follow "A family cannot be proposed if it …". Empty before the first."""
    try:
        rules = rule_set(on)
    except NoValueYet:
        return []
    values = _values(rules)
    return [str(SHORT.get(rule.key, rule.texts.title)) % values for rule in rules.rules]


def _values(rules: RuleSet) -> dict[str, str]:
    return {
        "employers": ", ".join(sorted(rules.limits.employers)),
        "njop": number_format(rules.limits.njop_limit, force_grouping=True),
    }
