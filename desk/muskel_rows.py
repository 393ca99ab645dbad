"""The rows of a kelurahan meeting as the workbench shows them: filtered, in pages, with what an officer must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet

from assessment.models import Finding
from registration.models import Member
from stages.cases import standing_exclusions
from stages.models import Muskel, MuskelDecision
from stages.reasons import rule_titles

PER_PAGE = 40


@dataclass(frozen=True)
class Row:
    """One family: its head's name, how many people, and titles of the exclusions that stand."""

    decision: MuskelDecision
    head: str
    people: int
    exclusions: tuple[str, ...]


def places_of(muskel: Muskel) -> list[tuple[str, str]]:
    """RW and RT that occur in the list."""
    return list(muskel.decisions.order_by("rw", "rt").values_list("rw", "rt").distinct())


def filtered(muskel: Muskel, chosen: Mapping[str, str]) -> QuerySet[MuskelDecision]:
    """The meeting's rows in the order of RW, RT and line, as far as they are asked for."""
    rows = MuskelDecision.objects.standing().filter(muskel=muskel).order_by("rw", "rt", "line")
    for name in ("rw", "rt"):
        if chosen.get(name):
            rows = rows.filter(**{name: chosen[name]})
    if chosen.get("tampil") == "belum":
        rows = rows.undecided()
    elif chosen.get("tampil") == "sudah":
        rows = rows.decided()
    elif chosen.get("tampil") == "temuan":
        against = Finding.objects.current().speaking_against().filter(household=OuterRef("household"))
        rows = rows.filter(Exists(against))
    return rows


def page_of(rows: QuerySet[MuskelDecision], number: str | None) -> Page[MuskelDecision]:
    return Paginator(rows.select_related("family__household"), PER_PAGE).get_page(number)


def described(muskel: Muskel, decisions: Sequence[MuskelDecision]) -> list[Row]:
    """Rows with names and findings: five queries for any number of them."""
    families = [decision.family for decision in decisions]
    ids = [family.pk for family in families]
    heads = dict(Member.objects.filter(family__in=ids, is_head=True).values_list("family_id", "name"))
    counted = Member.objects.filter(family__in=ids).order_by().values_list("family_id").annotate(people=Count("pk"))
    people = dict(counted)
    exclusions = standing_exclusions(families, muskel.phase)
    return [
        Row(
            decision=decision,
            head=heads.get(decision.family_id, "–"),
            people=people.get(decision.family_id, 0),
            exclusions=tuple(rule_titles(sorted({one.rule_key for one in exclusions[decision.family_id]}))),
        )
        for decision in decisions
    ]
