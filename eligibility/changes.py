"""What has changed between the rules of two days, in words: for families that were refused under the earlier ones."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from eligibility.limits import NoValueYet
from eligibility.rules import RuleSet, rule_set


def changes_between(earlier: date, later: date) -> tuple[str, ...]:
    """Sentences in the reader's language; none if nothing changed or no rules are known for one of the days."""
    try:
        then, now = rule_set(earlier), rule_set(later)
    except NoValueYet:
        return ()
    if then.version == now.version:
        return ()
    return (*_rules(then, now), *_limits(then, now))


def _rules(then: RuleSet, now: RuleSet) -> tuple[str, ...]:
    before, after = {rule.key: rule for rule in then.rules}, {rule.key: rule for rule in now.rules}
    added = [
        _("New rule: %(title)s.") % {"title": rule.texts.title} for key, rule in after.items() if key not in before
    ]
    ended = [
        _("No longer a rule: %(title)s.") % {"title": rule.texts.title}
        for key, rule in before.items()
        if key not in after
    ]
    return (*added, *ended)


def _limits(then: RuleSet, now: RuleSet) -> tuple[str, ...]:
    found = []
    if then.limits.njop_limit != now.limits.njop_limit:
        found.append(
            _("The limit for land and buildings (NJOP) was %(then)s and is now %(now)s.")
            % {"then": rupiah(then.limits.njop_limit), "now": rupiah(now.limits.njop_limit)}
        )
    added, ended = now.limits.employers - then.limits.employers, then.limits.employers - now.limits.employers
    if added:
        found.append(_("Permanent employees of %(employers)s count now as well.") % {"employers": _named(added)})
    if ended:
        found.append(_("Permanent employees of %(employers)s no longer count.") % {"employers": _named(ended)})
    if then.limits.kk_spreads != now.limits.kk_spreads:
        found.append(
            _("A rule met by one KK now reaches every KK of the dwelling.")
            if now.limits.kk_spreads
            else _("A rule met by one KK no longer reaches the other KK of the dwelling.")
        )
    return tuple(found)


def _named(employers: frozenset[str]) -> str:
    return ", ".join(sorted(employers))


def rupiah(amount: int) -> str:
    """1250000000 → "Rp1.250.000.000", as on Indonesian letters in either language."""
    return f"Rp{amount:,}".replace(",", ".")
