from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings as SettingsWrapper

from registration.models import Family, Phase
from registration.stage import Stage
from stages import meetings
from stages.models import Muskel, MuskelDecision
from tests.people import GAMBIR, TEBET, dewi, joko, rina, sign_in, siti
from tests.stages.scenes import (
    DETAILS,
    decide_all,
    finding,
    hold,
    in_muskel,
    meeting_of,
    only_family,
    put_in,
    row_of,
    write_down,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(settings: SettingsWrapper) -> None:
    settings.DTKS_WAKE_UPS = False


def url(name: str, muskel: Muskel) -> str:
    return reverse(f"muskel:{name}", args=[muskel.pk])


def typed(*rows: tuple[MuskelDecision, str, str], **more: str) -> dict[str, Any]:
    data: dict[str, Any] = {"baris": [str(row.pk) for row, _reason, _note in rows], **more}
    for row, reason, note in rows:
        data |= {f"{row.pk}-reason": reason, f"{row.pk}-note": note, f"{row.pk}-version": str(row.version)}
    return data


def test_rina_sees_her_kelurahan_and_nobody_elses(client: Client) -> None:
    phase = in_muskel(kelurahan=[GAMBIR, TEBET])
    sign_in(client, rina())
    page = client.get(reverse("muskel:meeting_list")).content.decode()
    assert "Gambir" in page
    assert "Tebet" not in page
    for name in ("rows_edit", "meeting_edit", "meeting_lock", "minutes_show"):
        assert client.get(url(name, meeting_of(phase, GAMBIR))).status_code == 200
        assert client.get(url(name, meeting_of(phase, TEBET))).status_code == 404


@pytest.mark.parametrize("name", ["rows_edit", "meeting_edit", "meeting_lock"])
def test_posting_to_another_kelurahan_is_not_found(client: Client, name: str) -> None:
    phase = in_muskel()
    sign_in(client, joko())
    row = row_of(only_family(phase))
    answer = client.post(url(name, meeting_of(phase)), typed((row, "kurang_mampu", "")))
    assert answer.status_code == 404
    assert row_of(only_family(phase)).result == ""


def test_strangers_sign_in_and_citizens_are_refused(client: Client) -> None:
    muskel = meeting_of(in_muskel())
    for name in ("rows_edit", "meeting_edit", "meeting_lock", "minutes_show"):
        assert client.get(url(name, muskel)).status_code == 302
    sign_in(client, siti())
    for name in ("rows_edit", "meeting_edit", "meeting_lock", "minutes_show"):
        assert client.get(url(name, muskel)).status_code == 403


def test_an_admin_reads_the_berita_acara(client: Client) -> None:
    sign_in(client, dewi())
    assert client.get(url("minutes_show", meeting_of(in_muskel()))).status_code == 200


def test_decisions_are_saved_at_once_row_by_row(client: Client) -> None:
    phase = in_muskel(families=2)
    muskel = meeting_of(phase)
    first, second = muskel.decisions.order_by("line")
    sign_in(client, rina())
    answer = client.post(
        url("rows_edit", muskel), typed((first, "kurang_mampu", ""), (second, "mampu_lainnya", "Punya kontrakan"))
    )
    assert answer.status_code == 302
    rows = list(muskel.decisions.order_by("line").values_list("result", "reason", "note", "decided_by"))
    me = rina().pk
    assert rows == [("tidak_mampu", "kurang_mampu", "", me), ("mampu", "mampu_lainnya", "Punya kontrakan", me)]


def test_one_choice_for_all_undecided_leaves_the_decided_alone(client: Client) -> None:
    muskel = meeting_of(in_muskel(families=3))
    first, second, third = muskel.decisions.order_by("line")
    sign_in(client, rina())
    data = typed((first, "usaha", ""), (second, "", ""), (third, "", ""), semua="kurang_mampu")
    client.post(url("rows_edit", muskel), data)
    assert [row.reason for row in muskel.decisions.order_by("line")] == ["usaha", "kurang_mampu", "kurang_mampu"]


def test_bad_rows_come_back_with_what_was_typed_and_good_ones_are_saved(client: Client) -> None:
    muskel = meeting_of(in_muskel(families=4))
    rows = list(muskel.decisions.order_by("line"))
    sign_in(client, rina())
    answer = client.post(
        url("rows_edit", muskel),
        typed(
            (rows[0], "kurang_mampu", ""),
            (rows[1], "mampu_lainnya", ""),
            (rows[2], "usaha", "NIK 9901 0157 0885 0001"),
            (rows[3], "temuan_benar", ""),
        ),
    )
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "NIK 9901 0157 0885 0001" in page
    assert f'name="{rows[0].pk}-reason"' not in page
    assert [row.reason for row in muskel.decisions.order_by("line")] == ["kurang_mampu", "", "", ""]


def test_a_finding_can_be_confirmed_where_there_is_one(client: Client) -> None:
    phase = in_muskel()
    family = only_family(phase)
    finding(family.household)
    sign_in(client, rina())
    client.post(url("rows_edit", meeting_of(phase)), typed((row_of(family), "temuan_benar", "")))
    assert row_of(family).result == "temuan_benar"


def test_what_somebody_else_decided_meanwhile_is_not_overwritten(client: Client) -> None:
    phase = in_muskel()
    family = only_family(phase)
    seen = row_of(family)
    decide_all(meeting_of(phase), "usaha")
    sign_in(client, rina())
    answer = client.post(url("rows_edit", meeting_of(phase)), typed((seen, "kurang_mampu", "Saya kenal")))
    assert answer.status_code == 409
    assert row_of(family).reason == "usaha"
    page = answer.content.decode()
    assert "Saya kenal" in page
    fresh = row_of(family)
    assert f'name="{fresh.pk}-version" value="{fresh.version}"' in page
    client.post(url("rows_edit", meeting_of(phase)), typed((fresh, "kurang_mampu", "Saya kenal")))
    assert row_of(family).reason == "kurang_mampu"


def test_rows_of_another_meeting_cannot_be_smuggled_in(client: Client) -> None:
    phase = in_muskel(kelurahan=[GAMBIR, TEBET])
    foreign = meeting_of(phase, TEBET).decisions.get()
    sign_in(client, rina())
    client.post(url("rows_edit", meeting_of(phase, GAMBIR)), typed((foreign, "kurang_mampu", "")))
    foreign.refresh_from_db()
    assert foreign.result == ""


@pytest.mark.parametrize("row", ["x", "9" * 5000, "\u0661", "-1", str(2**70)])
def test_malformed_rows_are_passed_over(client: Client, row: str) -> None:
    muskel = meeting_of(in_muskel())
    sign_in(client, rina())
    assert client.post(url("rows_edit", muskel), {"baris": row, "page": "9" * 400}).status_code == 302


def test_a_post_without_version_is_a_form_error(client: Client) -> None:
    phase = in_muskel()
    row = row_of(only_family(phase))
    sign_in(client, rina())
    answer = client.post(url("rows_edit", meeting_of(phase)), {"baris": row.pk, f"{row.pk}-reason": "kurang_mampu"})
    assert answer.status_code == 400
    assert row_of(only_family(phase)).result == ""


def test_the_list_is_filtered_by_rt_and_state(client: Client) -> None:
    phase = in_muskel(families=3)
    muskel = meeting_of(phase)
    first = muskel.decisions.order_by("line").first()
    assert first is not None
    meetings.decide_rows(muskel=muskel, by=rina(), rows=[meetings.RowDecision(first.pk, first.version, "kurang_mampu")])
    finding(muskel.decisions.order_by("line").last().household)  # type: ignore[union-attr]
    sign_in(client, rina())

    def lines(**query: str) -> list[str]:
        page = client.get(url("rows_edit", muskel), query).content.decode()
        return [str(row.line) for row in muskel.decisions.order_by("line") if f'name="{row.pk}-reason"' in page]

    assert lines() == ["1", "2", "3"]
    assert lines(rt="002") == ["2"]
    assert lines(tampil="belum") == ["2", "3"]
    assert lines(tampil="sudah") == ["1"]
    assert lines(tampil="temuan") == ["3"]
    assert lines(rt="999", tampil="apa") == ["1", "2", "3"]


def test_save_and_next_page_leads_on(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.muskel_rows.PER_PAGE", 1)
    muskel = meeting_of(in_muskel(families=2))
    first = muskel.decisions.order_by("line").first()
    assert first is not None
    sign_in(client, rina())
    answer = client.post(f"{url('rows_edit', muskel)}?rw=002", typed((first, "kurang_mampu", ""), page="1", lanjut="1"))
    assert answer.headers["Location"] == f"{url('rows_edit', muskel)}?rw=002&page=2"


def posted_details(muskel: Muskel, **changes: Any) -> dict[str, Any]:
    return {**DETAILS, "held_on": "2026-11-01", "version": muskel.version, **changes}


def test_the_meeting_is_written_down(client: Client) -> None:
    muskel = meeting_of(in_muskel())
    sign_in(client, rina())
    answer = client.post(url("meeting_edit", muskel), posted_details(muskel, attendees="Bu RT\nPak RW"))
    assert answer.status_code == 302
    muskel.refresh_from_db()
    assert (muskel.chair, muskel.attendance, muskel.attendee_list) == ("Lurah Gambir", 12, ["Bu RT", "Pak RW"])


@pytest.mark.parametrize(
    "changes",
    [
        {"held_on": f"{timezone.localdate() + timedelta(days=2):%Y-%m-%d}"},
        {"held_on": "kemarin"},
        {"chair": ""},
        {"attendance": ""},
        {"attendance": "-1"},
        {"attendance": "99999999999999999999"},
        {"attendees": "Siti 9901015708850001"},
        {"basis": "sptjm"},
        {"basis": "lain"},
        {"version": ""},
    ],
)
def test_bad_details_are_form_errors(client: Client, changes: dict[str, str]) -> None:
    muskel = meeting_of(in_muskel())
    sign_in(client, rina())
    answer = client.post(url("meeting_edit", muskel), posted_details(muskel, **changes))
    assert answer.status_code == 400
    muskel.refresh_from_db()
    assert muskel.held_on is None


def test_two_officers_writing_the_meeting_do_not_overwrite_each_other(client: Client) -> None:
    muskel = meeting_of(in_muskel())
    stale = posted_details(muskel, chair="Sekretaris")
    write_down(muskel)
    sign_in(client, rina())
    answer = client.post(url("meeting_edit", muskel), stale)
    assert answer.status_code == 400
    assert "Sekretaris" in answer.content.decode()
    muskel.refresh_from_db()
    assert muskel.chair == "Lurah Gambir"


def test_locking_from_the_page(client: Client) -> None:
    muskel = meeting_of(in_muskel())
    sign_in(client, rina())
    page = client.get(url("meeting_lock", muskel)).content.decode()
    assert '<button class="button" type="submit"' not in page
    client.post(url("meeting_lock", muskel))
    assert Muskel.objects.unlocked().count() == 1
    write_down(muskel)
    decide_all(muskel)
    answer = client.post(url("meeting_lock", muskel))
    assert answer.headers["Location"] == url("minutes_show", muskel)
    assert Muskel.objects.unlocked().count() == 0
    assert muskel.locks.get().checksum in client.get(url("minutes_show", muskel)).content.decode()


def test_a_locked_meeting_shows_and_takes_no_changes(client: Client) -> None:
    phase = in_muskel()
    muskel = hold(meeting_of(phase))
    row = row_of(only_family(phase))
    sign_in(client, rina())
    assert f'name="{row.pk}-reason"' not in client.get(url("rows_edit", muskel)).content.decode()
    client.post(url("rows_edit", muskel), typed((row, "usaha", "")))
    client.post(url("meeting_edit", muskel), posted_details(muskel, chair="Lain"))
    muskel.refresh_from_db()
    assert (row_of(only_family(phase)).reason, muskel.chair) == ("kurang_mampu", "Lurah Gambir")


def test_before_its_stage_the_list_is_only_read(client: Client) -> None:
    phase = put_in(in_muskel(), Stage.PENGOLAHAN_2)
    row = row_of(only_family(phase))
    sign_in(client, rina())
    assert f'name="{row.pk}-reason"' not in client.get(url("rows_edit", meeting_of(phase))).content.decode()
    client.post(url("rows_edit", meeting_of(phase)), typed((row, "usaha", "")))
    assert row_of(only_family(phase)).result == ""


def test_the_list_takes_the_same_number_of_queries_however_long_it_is(client: Client) -> None:
    sign_in(client, rina())

    def queries(families: int, slug: str) -> int:
        Phase.objects.update(slug="lama")
        phase = in_muskel(families=families)
        muskel = meeting_of(phase)
        Phase.objects.filter(pk=phase.pk).update(slug=slug)
        client.get(url("rows_edit", muskel))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url("rows_edit", muskel)).status_code == 200
        return len(captured)

    assert queries(1, "satu") == queries(8, "delapan") == 12
    assert Family.objects.count() == 9
