"""The conventions that matter, as tests about the code itself. Each checker is shown a planted flaw, too."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import polib
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.test.utils import isolate_apps

from identity.fields import KeyedIndexField
from tests.conventions.bare_texts import (
    bare_texts,
    bare_texts_in_template,
    computed_messages,
    computed_messages_in_python,
)
from tests.conventions.columns import clear_columns, unguarded_indexes
from tests.conventions.documents import dead_links, missing_proofs
from tests.conventions.layers import breaches_in_python, breaches_in_relations, breaches_in_templates
from tests.conventions.markup import blocked_markup
from tests.conventions.messages import (
    broken_placeholders,
    messages_in_python,
    messages_in_template,
    messages_in_use,
    stale_binary,
    untranslated,
)
from tests.conventions.rooms import ORDER, ROOMS, ROOT, may_know
from tests.conventions.writers import lines_writing, writers_of

CATALOGUE = ROOT / "locale" / "id" / "LC_MESSAGES" / "django.po"


def tables() -> list[type[models.Model]]:
    """Every table of the rooms, those of row history and of many-to-many relations included."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ROOMS]


# --- Layers --------------------------------------------------------------------------------------------------------


def test_every_room_stands_in_the_order_and_every_line_of_it_is_a_room() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert packages == set(ROOMS)
    assert sum(len(line) for line in ORDER) == len(ROOMS)


@pytest.mark.parametrize("check", [breaches_in_python, breaches_in_templates])
def test_a_room_knows_only_rooms_before_it(check: Callable[[Path], list[str]]) -> None:
    assert check(ROOT) == []


def test_no_table_points_into_a_later_room() -> None:
    assert breaches_in_relations(tables()) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("identity/nik.py", "from areas.models import Area"),
        ("identity/nik.py", "def late():\n    import stages.services"),
        ("registration/models.py", "owner = ForeignKey('stages.Muskel', CASCADE)"),
        ("registration/views.py", "redirect('home:household_list')"),
        ("accounts/views.py", "render(request, 'public/landing.html')"),
        ("jobs/engine.py", "import_string('registration.services.submit')"),
        ("desk/views.py", "from home.models import Visit"),
        ("stages/apps.py", "from dtks_portal.celery import app"),
        ("templates/registration/page.html", "<a href=\"{% url 'home:household_list' %}\">"),
        ("templates/accounts/start.html", '{% extends "public/landing.html" %}'),
        ("templates/home/list.html", '{% if x %}{%include "desk/_partials/row.html"%}{% endif %}'),
        ("templates/notices/inbox.html", "{% load i18n stage_words %}"),
    ],
)
def test_the_layer_checkers_see_a_planted_breach(tmp_path: Path, path: str, source: str) -> None:
    library = tmp_path / "stages" / "templatetags" / "stage_words.py"
    for file, text in ((library, ""), (tmp_path / path, source)):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert len(breaches_in_python(tmp_path) + breaches_in_templates(tmp_path)) == 1


def test_the_layer_checkers_let_pass_what_is_allowed(tmp_path: Path) -> None:
    allowed = {
        "registration/views.py": "from areas.models import Area\nredirect('registration:page_edit')",
        "registration/models.py": "ForeignKey('areas.Area', PROTECT)\nrender(r, 'registration/page.html')",
        "templates/registration/page.html": "{% extends 'base.html' %}{% load i18n %}{% url 'accounts:session_end' %}",
        "templates/base.html": "{% url 'home:household_list' %}{% include '_partials/flash.html' %}",
        "dtks_portal/urls.py": "include('home.urls')",
    }
    for path, source in allowed.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(source)
    assert breaches_in_python(tmp_path) + breaches_in_templates(tmp_path) == []


def test_the_relation_checker_sees_a_planted_breach() -> None:
    with isolate_apps("identity", "areas"):

        class Place(models.Model):
            class Meta:
                app_label = "areas"

            def __str__(self) -> str:
                return ""

        class Person(models.Model):
            place = models.ForeignKey("areas.Place", models.CASCADE)

            class Meta:
                app_label = "identity"

            def __str__(self) -> str:
                return ""

        assert breaches_in_relations([Place, Person]) == ["identity.Person.place points into areas"]
    assert may_know("areas", "identity")


# --- Columns -------------------------------------------------------------------------------------------------------


def test_no_identity_number_has_a_column_in_the_clear() -> None:
    assert clear_columns(tables()) == []


@pytest.mark.django_db
def test_every_keyed_index_is_sixteen_bytes_in_the_database_too() -> None:
    assert any(isinstance(field, KeyedIndexField) for table in tables() for field in table._meta.local_concrete_fields)
    assert unguarded_indexes(tables(), connection) == []


@pytest.mark.django_db
def test_the_column_checkers_see_planted_flaws() -> None:
    with isolate_apps("identity"):

        class Leak(models.Model):
            nik = models.CharField(max_length=16)
            no_kk = models.BigIntegerField()
            contact_phone = models.TextField()
            nik_claimed_at = models.DateTimeField()
            remark_kind = models.CharField(max_length=16)
            nik_index = KeyedIndexField()

            class Meta:
                app_label = "identity"
                db_table = "identity_leak"

            def __str__(self) -> str:
                return ""

        found = [sentence.split(" ")[0] for sentence in clear_columns([Leak])]
        assert found == ["identity.Leak.nik", "identity.Leak.no_kk", "identity.Leak.contact_phone"]
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE identity_leak (nik_index bytea NOT NULL)")
            assert unguarded_indexes([Leak], connection) == ["identity_leak.nik_index takes any length"]
            cursor.execute("ALTER TABLE identity_leak ADD CHECK (octet_length(nik_index) = 16)")
            assert unguarded_indexes([Leak], connection) == []


# --- Markup --------------------------------------------------------------------------------------------------------


def test_no_template_holds_what_the_content_security_policy_blocks() -> None:
    assert blocked_markup(ROOT) == []


@pytest.mark.parametrize(
    "html",
    [
        '<p class="x" style="color:red">',
        "<style>p {}</style>",
        "<button\n onclick='go()'>",
        '<a href="javascript:go()">',
        "<script>go()</script>",
        '<img src="//elsewhere.example/x.png">',
    ],
)
def test_the_markup_checker_sees_a_planted_flaw(tmp_path: Path, html: str) -> None:
    page = tmp_path / "templates" / "home" / "list.html"
    page.parent.mkdir(parents=True)
    page.write_text(html)
    assert len(blocked_markup(tmp_path)) == 1
    page.write_text("<script src=\"{% static 'x.js' %}\" defer></script><p data-on='1'>style = on</p>")
    assert blocked_markup(tmp_path) == []


# --- Migrations ----------------------------------------------------------------------------------------------------


def missing_migrations() -> str:
    out = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=out)
    except SystemExit:
        return out.getvalue()
    return ""


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    assert missing_migrations() == ""


@pytest.mark.django_db
def test_a_changed_model_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    field: Any = apps.get_model("areas", "Area")._meta.get_field("name")
    monkeypatch.setattr(field, "max_length", 81)
    assert "areas" in missing_migrations()


# --- Messages ------------------------------------------------------------------------------------------------------


def indonesian() -> polib.POFile:
    assert CATALOGUE.exists(), f"{CATALOGUE} is missing"
    return polib.pofile(str(CATALOGUE))


def test_every_message_is_translated() -> None:
    assert untranslated(indonesian(), messages_in_use(ROOT)) == []


def test_every_translation_keeps_its_placeholders() -> None:
    assert broken_placeholders(indonesian()) == []


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    assert stale_binary(indonesian(), polib.mofile(str(CATALOGUE.with_suffix(".mo")))) == []


def test_no_template_holds_words_that_no_translation_reaches() -> None:
    assert bare_texts(ROOT) == []


def test_no_message_is_put_together_before_it_is_looked_up() -> None:
    assert computed_messages(ROOT) == []


def catalogue(*entries: polib.POEntry) -> polib.POFile:
    made = polib.POFile()
    made.extend(entries)
    return made


def test_the_message_checkers_see_planted_flaws() -> None:
    good = polib.POEntry(msgid="Save %(n)s", msgstr="Simpan %(n)s")
    assert untranslated(catalogue(good), {"Save %(n)s": "a.py:1"}) == []
    assert broken_placeholders(catalogue(good)) == []
    assert untranslated(catalogue(good), {"Send": "a.py:1"}) == ["a.py:1: 'Send' is not in the catalogue"]
    assert untranslated(catalogue(polib.POEntry(msgid="Send")), {}) == ["'Send' is not translated"]
    assert untranslated(catalogue(polib.POEntry(msgid="Send", msgstr="Kirim", flags=["fuzzy"])), {}) != []
    assert broken_placeholders(catalogue(polib.POEntry(msgid="Save %(n)s", msgstr="Simpan"))) != []
    assert broken_placeholders(catalogue(polib.POEntry(msgid="Save", msgstr="Simpan %(n)s"))) != []
    assert stale_binary(catalogue(good), polib.MOFile()) == ["'Save %(n)s' is not compiled"]


def test_the_text_checkers_see_planted_flaws() -> None:
    html = (
        "<h1>Selamat</h1>\n<p>{% translate 'Hi' %} {{ name }} · NIK 12</p>\n<img alt='Foto' src='x.png'>"
        "{% blocktranslate %}<b>no</b>{% endblocktranslate %}<code>manage.py</code>{# note #}"
    )
    assert list(bare_texts_in_template(html)) == [(1, "Selamat"), (3, "Foto")]
    python = "_(f'Hi {name}')\ngettext('a %s' % b)\n_('a' + b)\n_('{}'.format(b))\n_('fine %(n)s') % {}\n_(name)"
    assert list(computed_messages_in_python(python)) == [1, 2, 3, 4]


def test_messages_are_found_where_they_stand() -> None:
    python = "_('a' 'b')\ntranslation.ngettext('one', 'many', n)\npgettext('where', 'what')\n_(name)\nf('no')"
    assert [message for _line, message in messages_in_python(python)] == ["ab", "one", "what"]
    template = (
        "{% load i18n %}{% translate 'Hi' %}{% translate \"It's\" as it %}{{ _('Ho') }}"
        "{% blocktranslate trimmed with n=x %}\n  Hello\n  {{ n }}\n{% endblocktranslate %}"
        "{% blocktranslate count n=x %}one{% plural %}many{% endblocktranslate %}"
        "{% translate 'What' context 'where' %}{% comment %}{% translate 'no' %}{% endcomment %}"
    )
    assert sorted(messages_in_template(template)) == ["Hello %(n)s", "Hi", "Ho", "It's", "What", "one"]


# --- One writer ----------------------------------------------------------------------------------------------------


def test_only_the_entry_of_a_move_writes_the_stage_of_a_phase() -> None:
    assert writers_of(ROOT, "stage", allowed=frozenset({"stages/entries.py"})) == []


def test_only_decisions_withdrawal_and_reopening_write_the_outcome_of_a_family() -> None:
    allowed = frozenset({"stages/outcomes.py", "registration/services.py"})
    assert writers_of(ROOT, "outcome", allowed=allowed) == []


@pytest.mark.parametrize(
    "flaw",
    [
        "phase.stage = 5",
        "phase.stage, phase.suspended = 5, False",
        "phase.stage += 1",
        "Phase.objects.filter(pk=1).update(stage=5)",
        'setattr(phase, "stage", 5)',
    ],
)
def test_another_writer_of_the_stage_is_noticed(flaw: str) -> None:
    assert list(lines_writing(flaw, "stage")) == [1]


# --- Documents -----------------------------------------------------------------------------------------------------


def test_every_link_in_the_documents_leads_somewhere() -> None:
    assert dead_links(ROOT) == []


def test_a_dead_link_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "[here](docs/there.md) ![picture](docs/img/none.png) [away](https://example.org)"
    )
    assert dead_links(tmp_path) == ["README.md: docs/there.md", "README.md: docs/img/none.png"]


def test_every_proof_of_a_promise_is_there() -> None:
    text = (ROOT / "docs/promises.md").read_text()
    assert missing_proofs(text, ROOT / "tests") == []
    assert text.count("test_") > 20


def test_a_proof_that_is_gone_is_noticed(tmp_path: Path) -> None:
    assert missing_proofs("`jobs/test_never.py`, `mutants/none`, `jobs/leases.py`", tmp_path) == [
        "jobs/test_never",
        "mutants/none",
    ]
