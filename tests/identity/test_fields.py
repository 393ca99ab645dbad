"""Sealed fields behave like fields for their owner, and like noise for everybody else."""

import copy
import pickle
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.forms.models import model_to_dict
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identity.fields import Sealed, SealedField, SealedJSONField, SealedTextField
from identity.indexes import keyed_index
from identity.sealing import SealError

NIK = "9901011708850001"


def raw(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in cursor]


def values_are_noise_in_the_row(note_model: type[Any]) -> None:
    note_model.objects.create(nik=NIK, remark=NIK, answers={"nik": NIK})
    [stored] = raw("SELECT nik, remark, answers FROM identity_note")
    assert len(stored) == 3
    assert all(isinstance(value, bytes) and NIK.encode() not in value for value in stored)


def test_a_value_comes_back(note_model: type[Any]) -> None:
    note = note_model.objects.create(nik=NIK, answers={"nik": NIK, "list": [1, None, "é"]})
    found = note_model.objects.get(pk=note.pk)
    assert (note.nik, found.nik) == (NIK, NIK)
    assert found.remark == ""
    assert found.answers == {"nik": NIK, "list": [1, None, "é"]}


def test_a_value_is_noise_in_the_row(note_model: type[Any]) -> None:
    values_are_noise_in_the_row(note_model)


def test_that_test_sees_values_that_are_not_sealed(note_model: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity.fields.seal", lambda plain, context: plain)
    with pytest.raises(AssertionError):
        values_are_noise_in_the_row(note_model)


@given(text=st.text(max_size=80, alphabet=st.characters(codec="utf-8")))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_text_comes_back(note_model: type[Any], text: str) -> None:
    note = note_model.objects.create(remark=text, answers={text: [text]})
    found = note_model.objects.get(pk=note.pk)
    assert found.remark == text
    assert found.answers == {text: [text]}


def swapped_values_do_not_open(note_model: type[Any]) -> None:
    siti = note_model.objects.create(nik=NIK, remark="Siti")
    budi = note_model.objects.create(nik="9901011708850002", remark="Budi")
    raw_update = "UPDATE identity_note SET {0} = (SELECT {1} FROM identity_note WHERE id = %s) WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(raw_update.format("nik", "nik"), [siti.pk, budi.pk])
        cursor.execute(raw_update.format("remark", "nik"), [siti.pk, siti.pk])
    with pytest.raises(SealError):
        _ = note_model.objects.get(pk=budi.pk).nik
    with pytest.raises(SealError):
        _ = note_model.objects.get(pk=siti.pk).remark


def test_a_value_moved_to_another_row_or_column_does_not_open(note_model: type[Any]) -> None:
    swapped_values_do_not_open(note_model)


def test_that_test_sees_seals_that_are_bound_to_nothing(note_model: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SealedField, "context_for", lambda self, pk: "anywhere")
    with pytest.raises(pytest.fail.Exception):
        swapped_values_do_not_open(note_model)


def test_an_instance_holds_no_plain_text(note_model: type[Any]) -> None:
    note = note_model(nik=NIK, answers={"nik": NIK})
    assert NIK not in repr(vars(note))
    assert NIK.encode() not in pickle.dumps(note)
    found = note_model.objects.create(nik=NIK, answers={"nik": NIK})
    assert found.answers["nik"] == NIK
    assert NIK not in repr(vars(found))
    assert NIK.encode() not in pickle.dumps(found)


def test_copies_and_pickles_open(note_model: type[Any]) -> None:
    note = note_model.objects.create(nik=NIK, answers={"a": 1})
    note.answers["b"] = 2
    for twin in (copy.copy(note), copy.deepcopy(note), pickle.loads(pickle.dumps(note))):  # noqa: S301
        assert twin.nik == NIK
        assert twin.answers == {"a": 1, "b": 2}


def test_a_row_saved_under_a_new_key_is_sealed_anew(note_model: type[Any]) -> None:
    note = note_model.objects.create(nik=NIK, remark="r", answers={"a": 1})
    first = note.pk
    copied = note_model.objects.get(pk=first)
    copied.pk = uuid.uuid4()
    copied._state.adding = True
    copied.save()
    for pk in (first, copied.pk):
        found = note_model.objects.get(pk=pk)
        assert (found.nik, found.remark, found.answers) == (NIK, "r", {"a": 1})


def test_a_row_that_gets_its_key_on_saving_works(note_model: type[Any]) -> None:
    note = note_model(id=None, nik=NIK, answers={"a": 1})
    assert note.nik == NIK
    assert NIK not in repr(vars(note))
    with pytest.raises(SealError):
        pickle.dumps(note)
    note.save()
    assert note_model.objects.get(pk=note.pk).nik == NIK


def test_json_changed_in_place_is_saved(note_model: type[Any]) -> None:
    note = note_model.objects.create(answers={"a": 1})
    note.answers["b"] = [2]
    note.save()
    note.answers["b"].append(3)
    note.save(update_fields=["answers"])
    assert note_model.objects.get(pk=note.pk).answers == {"a": 1, "b": [2, 3]}


def test_json_that_was_only_read_keeps_its_bytes(note_model: type[Any]) -> None:
    note_model.objects.create(answers={"a": 1})
    before = raw("SELECT answers FROM identity_note")
    found = note_model.objects.get()
    assert found.answers == {"a": 1}
    found.save()
    assert raw("SELECT answers FROM identity_note") == before


def test_none_is_null(note_model: type[Any]) -> None:
    note = note_model.objects.create(nik=None, answers=None)
    assert raw("SELECT nik, answers FROM identity_note") == [(None, None)]
    assert note_model.objects.get(pk=note.pk).nik is None
    note.nik = NIK
    note.save()
    assert note_model.objects.filter(nik__isnull=False).count() == 1
    note_model.objects.update(nik=None)
    note.refresh_from_db()
    assert note.nik is None


def test_deferred_values_are_loaded_when_asked_for(note_model: type[Any], django_assert_num_queries: Any) -> None:
    note_model.objects.create(nik=NIK, remark="r")
    only = note_model.objects.only("id").get()
    with django_assert_num_queries(1):
        assert only.nik == NIK
        assert only.nik == NIK
    deferred = note_model.objects.defer("remark").get()
    deferred.nik = "9901011708850002"
    deferred.save()
    fresh = note_model.objects.get()
    assert (fresh.nik, fresh.remark) == ("9901011708850002", "r")


def test_refresh_from_db_forgets_what_was_typed(note_model: type[Any]) -> None:
    note = note_model.objects.create(nik=NIK, answers={"a": 1})
    note.nik = "x"
    note.answers["b"] = 1
    note.refresh_from_db()
    assert (note.nik, note.answers) == (NIK, {"a": 1})


def test_bulk_create_seals_each_row_for_itself(note_model: type[Any]) -> None:
    note_model.objects.bulk_create([note_model(nik=f"990101170885{n:04d}", answers=[n]) for n in range(1, 6)])
    assert sorted(note.nik for note in note_model.objects.all()) == [f"990101170885{n:04d}" for n in range(1, 6)]
    assert sorted(note.answers for note in note_model.objects.all()) == [[1], [2], [3], [4], [5]]


def test_values_give_something_that_shows_nothing(note_model: type[Any]) -> None:
    note = note_model.objects.create(nik=NIK)
    [sealed] = note_model.objects.values_list("nik", flat=True)
    assert (repr(sealed), str(sealed)) == ("<sealed>", "<sealed>")
    assert (
        note_model._meta.get_field("nik").open(sealed.blob, note_model._meta.get_field("nik").context_of(note)) == NIK
    )


def update_nik(note_model: type[Any]) -> None:
    note_model.objects.update(nik=NIK)


def bulk_update_nik(note_model: type[Any]) -> None:
    note_model.objects.bulk_update(list(note_model.objects.all()), ["nik"])


def update_answers(note_model: type[Any]) -> None:
    note_model.objects.update(answers={"a": 1})


@pytest.mark.parametrize("write", [update_nik, bulk_update_nik, update_answers])
def test_writing_past_the_row_is_refused(note_model: type[Any], write: Callable[[type[Any]], None]) -> None:
    note_model.objects.create(nik=NIK)
    with pytest.raises(TypeError, match="is sealed for its row"):
        write(note_model)


@pytest.mark.parametrize(
    "lookup", ["nik", "nik__exact", "nik__in", "nik__contains", "nik__gt", "answers__a", "answers"]
)
def test_searching_sealed_bytes_is_refused(note_model: type[Any], lookup: str) -> None:
    with pytest.raises(FieldError):
        note_model.objects.filter(**{lookup: NIK}).exists()


def test_a_copied_expression_does_not_open(note_model: type[Any]) -> None:
    note_model.objects.create(nik=NIK)
    note_model.objects.update(remark=F("nik"))
    with pytest.raises(SealError):
        _ = note_model.objects.get().remark


def test_only_text_is_text_and_only_json_is_json(note_model: type[Any]) -> None:
    with pytest.raises(TypeError, match="takes text, not int"):
        note_model(nik=9901011708850001)
    with pytest.raises(TypeError):
        note_model(answers={"a": object()})


def test_forms_and_fixtures_leave_sealed_fields_out(note_model: type[Any]) -> None:
    note = note_model(nik=NIK)
    assert "nik" not in model_to_dict(note)
    with pytest.raises(SealError):
        note_model._meta.get_field("nik").value_to_string(note)


def test_full_clean_keeps_the_value(note_model: type[Any]) -> None:
    note = note_model(nik=NIK, remark="r", answers={"a": 1}, plain="p")
    note.clean_fields()
    assert (note.nik, note.remark, note.answers) == (NIK, "r", {"a": 1})


def test_a_key_that_is_declared_after_the_sealed_field_works() -> None:
    with isolate_apps("identity"):

        class Backwards(models.Model):
            nik = SealedTextField()
            id = models.UUIDField(primary_key=True, default=uuid.uuid4)

            class Meta:
                app_label = "identity"

            def __str__(self) -> str:
                return ""

        written = Backwards(nik=NIK)
        assert written.nik == NIK
        sealed = Backwards._meta.get_field("nik").pre_save(written, True)
        found = Backwards.from_db("default", ["nik", "id"], [Sealed(sealed.blob), written.pk])
        assert found.nik == NIK
        assert Backwards.check() == []


def test_a_row_whose_key_the_database_makes_is_refused() -> None:
    with isolate_apps("identity"):

        class Event(models.Model):
            nik = SealedTextField()
            answers = SealedJSONField()

            class Meta:
                app_label = "identity"

            def __str__(self) -> str:
                return ""

        assert [error.id for error in Event.check()] == ["identity.E001", "identity.E001"]


def test_indexes_are_found_compared_and_sixteen_bytes_long(note_model: type[Any]) -> None:
    index = keyed_index("nik", NIK)
    note_model.objects.create(nik_index=index)
    assert note_model.objects.get(nik_index=index).nik_index == index
    assert note_model.objects.filter(nik_index__in=[index]).count() == 1
    assert note_model.objects.filter(nik_index__gte=b"", nik_index__lt=b"\xff" * 17).count() == 1
    assert list(note_model.objects.values_list("nik_index", flat=True)) == [index]
    note_model.objects.update(nik_index=index)


@pytest.mark.parametrize("value", [b"", b"short", b"x" * 17])
def test_the_column_refuses_another_length(note_model: type[Any], value: bytes) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        note_model.objects.create(nik_index=value)


def test_without_its_check_the_column_takes_another_length(note_model: type[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE identity_note DROP CONSTRAINT identity_note_nik_index_check")
    with pytest.raises(pytest.fail.Exception):
        test_the_column_refuses_another_length(note_model, b"short")


def test_text_is_no_index(note_model: type[Any]) -> None:
    with pytest.raises(TypeError, match="takes the bytes"):
        note_model.objects.filter(nik_index=NIK).exists()
