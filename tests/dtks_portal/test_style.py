"""What machines read of the pages: search engines, messengers, a phone's first screen; and the style guide."""

import gzip
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import resolve
from django.utils.translation import override

from dtks_portal.context import PUBLIC_PAGES
from tests.people import rina, sign_in, siti

STYLES = Path(settings.BASE_DIR) / "static" / "css"
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\n  :root \{(.*?)\}", re.DOTALL)
IN_DARK = re.compile(r"\.in-dark \{(.*?)\}", re.DOTALL)
TOKEN = re.compile(r"(--[a-z-]+): ([^;]+);")
pytestmark = pytest.mark.django_db


def tokens(css: str, block: re.Pattern[str]) -> dict[str, str]:
    found = block.search(css)
    assert found is not None
    return dict(TOKEN.findall(found[1]))


def test_the_style_guide_shows_the_dark_colours_that_the_pages_have() -> None:
    dark = tokens((STYLES / "dtks.css").read_text(), DARK)
    assert dark
    assert tokens((STYLES / "style-guide.css").read_text(), IN_DARK) == dark


def test_the_style_guide_shows_every_class_that_templates_may_use(client: Client) -> None:
    css = (STYLES / "dtks.css").read_text()
    text = sign_in(client, rina()).get("/gaya/").content.decode()
    shown = {name for classes in re.findall(r'class="([^"]+)"', text) for name in classes.split()}
    named = set(re.findall(r"\.([a-z][a-z-]+)", css[: css.index("*/")])) - {"art", "icon"}
    elsewhere = {"no-print", "print-only", "table-scroll", "column", "hint", "error", "stack", "filter-bar", "plain"}
    assert named - shown - elsewhere == set()


@pytest.mark.parametrize("below", PUBLIC_PAGES)
@pytest.mark.parametrize(("home", "locale"), [("/", "id_ID"), ("/en/", "en_GB")])
def test_a_public_page_says_what_it_is(client: Client, home: str, locale: str, below: str) -> None:
    text = client.get(home + below).content.decode()
    assert f'<link rel="canonical" href="http://testserver{home}{below}">' in text
    for code, root in (("id", "/"), ("en", "/en/"), ("x-default", "/")):
        assert f'<link rel="alternate" hreflang="{code}" href="http://testserver{root}{below}">' in text
    assert f'<meta property="og:locale" content="{locale}">' in text
    (description,) = re.findall(r'<meta name="description" content="([^"]+)">', text)
    assert 40 <= len(description) <= 170
    assert "noindex" not in text


def test_descriptions_tell_pages_apart(client: Client) -> None:
    texts = [client.get(f"/{below}").content.decode() for below in PUBLIC_PAGES]
    said = {re.findall(r'<meta name="description" content="([^"]+)">', text)[0] for text in texts}
    assert len(said) == len(PUBLIC_PAGES)


def test_somebodys_own_page_is_not_for_search_engines(client: Client) -> None:
    text = sign_in(client, siti()).get("/usulan/").content.decode()
    assert '<meta name="robots" content="noindex">' in text
    assert "canonical" not in text


def test_robots_are_told_where_the_list_of_pages_is(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"
    assert {"Disallow: /usulan/", "Disallow: /en/usulan/", "Disallow: /admin/"} < set(lines)


def test_the_sitemap_names_every_public_page_in_both_languages(client: Client) -> None:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314
    found = [str(place.text) for place in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert found == [f"http://testserver{home}{below}" for below in PUBLIC_PAGES for home in ("/", "/en/")]
    for address in found:
        path = address.removeprefix("http://testserver")
        with override("en" if path.startswith("/en/") else "id"):
            resolve(path)


def test_the_manifest_names_icons_that_exist(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest").json()
    assert (manifest["short_name"], manifest["start_url"]) == ("Portal DTKS", "/")
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in manifest["icons"])


def test_pages_travel_compressed(client: Client) -> None:
    plain, packed = client.get("/privasi/"), client.get("/privasi/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    assert b"<h1>" in gzip.decompress(packed.content)
