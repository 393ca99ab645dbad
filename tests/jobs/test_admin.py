from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from jobs.engine import NotNow
from jobs.models import Channel, MessageState, OutboxMessage, Run, RunState, Shard
from jobs.outbox import enqueue
from jobs.services import start_run, work_run
from tests.jobs.toy import KIND, Toy
from tests.people import dewi, rina, sign_in, siti

pytestmark = pytest.mark.django_db


def start(scope: int = 1) -> Run:
    return start_run(kind=KIND, scope_id=scope, params={}, by=dewi())


def order(client: Client, run: Run, **data: object) -> int:
    return client.post(reverse("admin:jobs_run_order", args=[run.pk]), data).status_code


def page(client: Client, run: Run) -> str:
    response = client.get(reverse("admin:jobs_run_change", args=[run.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_an_admin_watches_stops_resumes_and_signs_off_a_run(client: Client, toy: Toy) -> None:
    sign_in(client, dewi())
    run = start()
    assert 'value="abort"' in page(client, run)
    assert order(client, run, verb="abort") == 302
    assert Run.objects.get(pk=run.pk).state == RunState.ABORTED
    assert 'value="resume"' in page(client, run)
    assert order(client, run, verb="resume") == 302
    work_run(run.pk, worker="test")
    assert 'value="sign_off"' in page(client, run)
    assert order(client, run, verb="sign_off") == 302
    assert Run.objects.get(pk=run.pk).signed_off_by_id == dewi().pk
    assert "Dewi Lestari" in page(client, run)


def test_set_aside_rows_are_resolved_with_a_reason(client: Client, toy: Toy) -> None:
    toy.bad = {13}
    sign_in(client, dewi())
    run = start()
    work_run(run.pk, worker="test")
    shard = run.shards.open_poison().get()
    assert 'value="resolve"' in page(client, run)
    assert order(client, run, verb="sign_off") == 302
    assert not Run.objects.get(pk=run.pk).is_signed_off
    assert order(client, run, verb="resolve", shard=shard.pk) == 302
    assert run.open_poison == 1, "without a reason nothing is resolved"
    assert order(client, start(scope=2), verb="resolve", shard=shard.pk, reason="x") == 404
    assert order(client, run, verb="resolve", shard=shard.pk, reason="Diperiksa manual") == 302
    assert run.open_poison == 0


def test_a_run_that_waits_says_until_when_and_why(client: Client, toy: Toy) -> None:
    def before(run: Run, shard: Shard) -> None:
        raise NotNow("Save", until=timezone.now() + timedelta(days=1))

    sign_in(client, dewi())
    run = start()
    toy.before = before
    work_run(run.pk, worker="test", patience=0)
    assert "Simpan" in page(client, run)  # in the reader's language
    client.cookies["django_language"] = "en"
    assert "Waits until " in page(client, run)


@pytest.mark.parametrize("data", [{}, {"verb": "delete"}, {"verb": "resolve", "shard": "9" * 5000}, {"verb": "\x00"}])
def test_a_malformed_order_is_refused(client: Client, toy: Toy, data: dict[str, str]) -> None:
    sign_in(client, dewi())
    assert order(client, start(), **data) == 400


def test_orders_are_posts_of_admins(client: Client, toy: Toy) -> None:
    run = start()
    for person in (siti(), rina()):
        assert order(sign_in(Client(), person), run, verb="abort") in (302, 403)
    assert order(client, run, verb="abort") == 302
    assert Run.objects.get(pk=run.pk).state == RunState.PLANNED
    assert sign_in(client, dewi()).get(reverse("admin:jobs_run_order", args=[run.pk])).status_code == 405


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
