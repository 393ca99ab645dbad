"""The pre-check: the same rules, kind words, nothing kept."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone, translation

from eligibility.facts import HouseholdFacts
from eligibility.questions import QUESTIONS
from eligibility.rules import RULE_BY_KEY, evaluate_statements, questions_on

FINE = {
    "ktp_dki": "ya",
    "domisili_dki": "ya",
    "pegawai_tetap": "tidak",
    "mobil": "tidak",
    "njop": "tidak",
    "air_kemasan": "tidak",
}

pytestmark = pytest.mark.django_db


def test_six_questions_none_preselected(client: Client):
    page = client.get("/praperiksa/").content.decode()
    assert page.count('type="radio"') == 18
    assert " checked" not in page
    assert all(f'name="{question.key}"' in page for question in QUESTIONS)


def test_nothing_in_the_way(client: Client):
    page = client.post("/praperiksa/", FINE).content.decode()
    assert "notice-warning" not in page
    assert "daftar/" in page


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_each_answer_against_a_rule_gives_reason_and_remedy(client: Client, question):
    rule = RULE_BY_KEY[question.rule_key]
    page = client.post("/en/praperiksa/", {**FINE, question.key: question.excluding_answer}).content.decode()
    with translation.override("en"):
        words = [rule.texts.title, rule.texts.stated, rule.texts.remedy_stated]
        for text in words:
            assert re.sub(r"\s+", " ", str(text)).replace("'", "&#x27;") in re.sub(r"\s+", " ", page)
    assert page.count("notice-warning") == 1


def test_not_knowing_yet_is_an_answer_here(client: Client):
    page = client.post("/praperiksa/", {**FINE, "njop": "belum_tahu"}).content.decode()
    assert ("notice-warning" in page, page.count("notice-info")) == (False, 1)


@pytest.mark.parametrize("bad", [{}, {**FINE, "mobil": ""}, {**FINE, "mobil": "mungkin"}])
def test_a_skipped_question_is_an_error_beside_it(client: Client, bad: dict):
    page = client.post("/praperiksa/", bad)
    assert page.status_code == 200
    assert "error-summary" in page.content.decode()


def test_typed_answers_are_kept_when_one_is_missing(client: Client):
    page = client.post("/praperiksa/", {key: FINE[key] for key in FINE if key != "mobil"}).content.decode()
    assert page.count(" checked") == 5


def check_nothing_stored(client: Client) -> None:
    answer = client.post("/praperiksa/", {**FINE, "mobil": "ya"})
    assert Session.objects.count() == 0
    assert set(client.cookies) <= {"csrftoken"}
    assert "no-store" in answer["Cache-Control"]


def test_nothing_is_stored_not_even_a_session(client: Client):
    check_nothing_stored(client)


def test_mutant_a_pre_check_that_remembers_is_caught(client: Client, monkeypatch: pytest.MonkeyPatch):
    from eligibility import views

    original = getattr(views, "render")  # noqa: B009 the view's own import

    def remember(request, template, context):
        request.session["answers"] = dict(request.POST)
        return original(request, template, context)

    monkeypatch.setattr(views, "render", remember)
    with pytest.raises(AssertionError):
        check_nothing_stored(client)


def test_the_page_and_a_registration_ask_the_same_rules():
    today = timezone.localdate()
    assert [q.key for q in questions_on(today)] == [q.key for q in QUESTIONS]
    results = evaluate_statements(HouseholdFacts.from_declarations(FINE), today)
    assert {result.verdict for result in results} == {"clear"}


def test_other_methods_are_refused(client: Client):
    assert client.put("/praperiksa/").status_code == 405
