"""A table of its own for the sealed fields, temporary and inside the test's transaction."""

import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from identity.fields import KeyedIndexField, SealedJSONField, SealedTextField

with isolate_apps("identity"):

    class Note(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        nik = SealedTextField(null=True)
        remark = SealedTextField(default="")
        answers = SealedJSONField(null=True)
        nik_index = KeyedIndexField(null=True)
        plain = models.TextField(default="")

        class Meta:
            app_label = "identity"
            db_table = "identity_note"

        def __str__(self) -> str:
            return str(self.pk)


@pytest.fixture
def note_model(db: None, monkeypatch: pytest.MonkeyPatch) -> type[Any]:
    """The model `Note` with its table; known to the registry, so that its rows can be pickled."""
    monkeypatch.setitem(apps.all_models["identity"], "note", Note)
    with connection.schema_editor(collect_sql=True) as editor:
        editor.create_model(Note)
    with connection.cursor() as cursor:
        for statement in editor.collected_sql:
            cursor.execute(statement.replace("CREATE TABLE", "CREATE TEMPORARY TABLE"))
    return Note
