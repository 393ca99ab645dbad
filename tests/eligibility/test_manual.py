"""docs/rules.md says what the code does."""

import re
from pathlib import Path

import pytest

from eligibility.limits import ALL_LIMITS
from eligibility.programmes import PROGRAMMES
from eligibility.rules import RULES

MANUAL = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in MANUAL.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_each_rule_stands_in_the_manual_as_in_the_code(rule):
    (row,) = [row for row in ROWS if len(row) == 7 and row[1] == f"`{rule.key}`"]
    assert row[0] == str(rule.number)
    assert row[2] == rule.valid_from.isoformat()
    assert row[3] == rule.scope.value
    question = rule.question
    assert row[4].startswith(f"`{question.key}` = {question.excluding_answer}" if question else "none")
    assert row[6] == rule.basis


@pytest.mark.parametrize("limit", ALL_LIMITS, ids=lambda limit: limit.key)
def test_each_limit_stands_in_the_manual_with_all_its_days(limit):
    rows = [(row[1], row[3]) for row in ROWS if len(row) == 4 and row[0] == f"`{limit.key}`"]
    assert rows == [(entry.valid_from.isoformat(), entry.basis) for entry in limit.history]


def test_every_programme_is_named():
    names = {"PBI_JK": "PBI JK", "KJP_PLUS": "KJP Plus"}
    missing = [p.key for p in PROGRAMMES if not re.search(rf"\b{names.get(p.key, p.key)}\b", MANUAL)]
    assert missing == []
