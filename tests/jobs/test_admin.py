from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries, Settings

from jobs import facts
from jobs.engine import NotNow
from jobs.facts import Fact
from jobs.models import Channel, MessageState, OutboxMessage, Run, RunState, Shard
from jobs.orders import why_not_signed
from jobs.outbox import enqueue
from jobs.services import start_run, work_run
from tests.jobs.toy import KIND, Toy
from tests.people import agus, dewi, rina, sign_in, siti

pytestmark = pytest.mark.django_db


def start(scope: int = 1) -> Run:
    return start_run(kind=KIND, scope_id=scope, params={}, by=dewi())


def url_of(run: Run, verb: str) -> str:
    return reverse("admin:jobs_run_order", args=[run.pk, verb])


def order(client: Client, run: Run, verb: str, **data: object) -> int:
    return client.post(url_of(run, verb), data).status_code


def about_shard(client: Client, run: Run, **data: object) -> int:
    return client.post(reverse("admin:jobs_run_shard", args=[run.pk]), data).status_code


def page(client: Client, run: Run, query: str = "") -> str:
    response = client.get(reverse("admin:jobs_run_change", args=[run.pk]) + query)
    assert response.status_code == 200
    return response.content.decode()


def state_of(run: Run) -> str:
    return Run.objects.get(pk=run.pk).state


def test_an_admin_watches_pauses_stops_and_resumes_a_run(client: Client, toy: Toy) -> None:
    sign_in(client, dewi())
    run = start()
    for verb, becomes in (("pause", "paused"), ("resume", "planned"), ("abort", "aborted"), ("resume", "planned")):
        assert url_of(run, verb) in page(client, run)
        before = state_of(run)
        asked = client.get(url_of(run, verb))
        assert (asked.status_code, state_of(run)) == (200, before)
        assert order(client, run, verb) == 302
        assert state_of(run) == becomes
    work_run(run.pk, worker="test")
    text = page(client, run)  # nor may she sign what she has started
    assert [url_of(run, verb) in text for verb in ("pause", "resume", "abort", "sign_off")] == [False] * 4
    assert order(client, run, "abort") == 302
    assert (state_of(run), text.count(", Dewi Lestari</li>")) == (RunState.DONE, 5)


def test_a_finished_run_is_signed_off(client: Client, toy: Toy) -> None:
    run = start()
    work_run(run.pk, worker="test")
    sign_in(client, agus())
    assert order(client, run, "sign_off") == 302
    assert Run.objects.get(pk=run.pk).signed_off_by_id == agus().pk
    assert "Agus Salim" in page(client, run)


def test_the_page_looks_again_by_itself_only_when_asked(client: Client, toy: Toy) -> None:
    sign_in(client, dewi())
    run = start()
    assert 'http-equiv="refresh"' not in page(client, run)
    assert '<meta http-equiv="refresh" content="10">' in page(client, run, "?segarkan=1")
    work_run(run.pk, worker="test")
    assert 'http-equiv="refresh"' not in page(client, run, "?segarkan=1")


def test_the_page_of_a_run_costs_the_same_for_any_number_of_shards(
    client: Client, toy: Toy, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, dewi())
    toy.rows, toy.size, toy.bad = 16, 2, {1, 5, 11}
    run = start()
    work_run(run.pk, worker="test")
    page(client, run)
    with django_assert_num_queries(12):
        text = page(client, run)
    assert text.count('value="resolve"') == 3


def test_rooms_say_what_they_know_about_a_run(client: Client, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_tellers", [lambda run: [Fact("Berkas", "Oktober 2026", "/di-sana/")]])
    sign_in(client, dewi())
    run = start()
    for text in (page(client, run), client.get(url_of(run, "abort")).content.decode()):
        assert '<dt>Berkas</dt><dd><a href="/di-sana/">Oktober 2026</a></dd>' in text


def test_set_aside_rows_are_resolved_with_a_reason_or_tried_again(client: Client, toy: Toy) -> None:
    toy.bad = {13, 31}
    sign_in(client, agus())
    run = start()
    work_run(run.pk, worker="test")
    first, second = run.shards.open_poison().order_by("id")
    text = page(client, run)
    assert ('value="resolve"' in text, "ValueError" in text) == (True, True)
    assert url_of(run, "sign_off") not in text, "what would be refused is not offered"
    assert why_not_signed(run, agus()) in text
    assert order(client, run, "sign_off") == 302
    assert not Run.objects.get(pk=run.pk).is_signed_off
    assert about_shard(client, run, verb="resolve", shard=first.pk) == 302
    assert run.open_poison == 2, "without a reason nothing is resolved"
    assert about_shard(client, start(scope=2), verb="resolve", shard=first.pk, reason="x") == 404
    assert about_shard(client, run, verb="resolve", shard=first.pk, reason="NIK 9901015708850001") == 400
    assert about_shard(client, run, verb="resolve", shard=first.pk, reason="Diperiksa manual") == 302
    toy.bad = set()
    assert about_shard(client, run, verb="retry", shard=second.pk) == 302
    work_run(run.pk, worker="test")
    assert (run.open_poison, state_of(run)) == (0, RunState.DONE)


def test_a_run_that_waits_says_until_when_and_why(client: Client, toy: Toy) -> None:
    until = timezone.localtime() + timedelta(days=1)

    def before(run: Run, shard: Shard) -> None:
        raise NotNow("Save", until=until)

    sign_in(client, dewi())
    run = start()
    toy.before = before
    work_run(run.pk, worker="test", patience=0)
    text = page(client, run)
    assert ("Simpan" in text, date_format(until, "DATETIME_FORMAT") in text) == (True, True)  # in the reader's language


@pytest.mark.parametrize("data", [{}, {"verb": "delete"}, {"verb": "resolve", "shard": "9" * 5000}, {"verb": "\x00"}])
def test_a_malformed_order_is_refused(client: Client, toy: Toy, data: dict[str, str]) -> None:
    sign_in(client, dewi())
    run = start()
    assert about_shard(client, run, **data) == 400
    assert order(client, run, "delete") == 404


def test_orders_are_posts_of_admins(client: Client, toy: Toy) -> None:
    run = start()
    for person in (siti(), rina()):
        assert order(sign_in(Client(), person), run, "abort") in (302, 403)
    assert order(client, run, "abort") == 302
    assert Run.objects.get(pk=run.pk).state == RunState.PLANNED
    assert sign_in(client, dewi()).get(reverse("admin:jobs_run_shard", args=[run.pk])).status_code == 405


def test_the_list_of_runs_costs_the_same_for_any_number(
    client: Client, toy: Toy, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, dewi())
    url = reverse("admin:jobs_run_changelist")
    for scope in range(12):
        work_run(start(scope).pk, worker="test")
    client.get(url)
    with django_assert_num_queries(8):
        response = client.get(url)
    assert response.content.decode().count("100 %") == 12


def test_messages_are_sealed_in_the_admin_but_for_the_demo(client: Client, settings: Settings) -> None:
    sign_in(client, dewi())
    with transaction.atomic():
        message = enqueue(channel=Channel.SMS, recipient="+6281299999999", body="Kode 123456")
    url = reverse("admin:jobs_outboxmessage_change", args=[message.pk])
    assert "123456" not in client.get(url).content.decode()
    settings.DTKS_DEMO = True
    assert "123456" in client.get(url).content.decode()
    OutboxMessage.objects.update(state=MessageState.FAILED)
    again = {"action": "send_again", "_selected_action": [str(message.pk)]}
    assert client.post(reverse("admin:jobs_outboxmessage_changelist"), again).status_code == 302
    assert OutboxMessage.objects.get().state == MessageState.WAITING
