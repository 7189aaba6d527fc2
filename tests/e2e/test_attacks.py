"""Hostile words through every input, then every page: nothing runs, leaves or is drawn of them."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page

from tests.security import hostile

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PATIENCE = 30_000
PARTS = {
    "praticien": ("Pics", "Volume", "Thèmes", "Sources", "Comparer", "Avis"),
    "sources": ("Plateformes", "Flux", "Saisie", "Journal des imports"),
    "reglages": ("Sensibilité", "Praticiens", "Accès", "À propos"),
}
ONE = "Dr <b>Anne</b> [x](javascript:window.pwned=9) :red[a] $x^2$ **g**"
PAGES = ("", "alertes", "dossiers", "portefeuille", "reunion", "presence", "guide")
NAMED = "<img src=x onerror=window.pwned=12> [y](javascript:window.pwned=10)"
CASE = ("case", "open", "--practitioner", "anne", "--published", "2026-11-02")
RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{0}</title>
<item><title>{0}</title><link>https://journal.example/a</link><description>{0}</description>
<pubDate>Tue, 17 Nov 2026 08:00:00 GMT</pubDate></item>
<item><title>Autre</title><link>javascript:window.pwned=8</link><description>{1}</description>
<pubDate>Wed, 18 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>"""
PROBES = (
    "/ereput.db",
    "/var/ereput.db",
    "/app/static/ereput.db",
    "/evidence",
    "/media/../ereput.db",
    "/component/../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%2f..%2f..%2fetc/passwd",
)
DRAWN = """() => [
    ...document.querySelectorAll('.katex, [data-testid="stMain"] script, iframe, object, embed'),
    ...document.querySelectorAll('a[href^="javascript:" i], a[href^="data:text" i], a[href*="elsewhere"]'),
    ...document.querySelectorAll('img[src*="elsewhere"], img[src="x"], svg[onload], [onerror]'),
    ...[...document.querySelectorAll('strong, b, em, h1 h2 h3, code, [data-testid="stMain"] text a')]
        .filter(part => /^(gras|fort|Anne|g|code|cliquez ici|x|Énorme)$/.test(part.textContent.trim())),
].map(part => part.outerHTML.slice(0, 200))"""


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


@pytest.fixture(scope="module")
def attacked(start_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A dashboard that was given hostile words wherever it takes any."""
    folder = tmp_path_factory.mktemp("hostile")
    reviews = hostile.export(
        folder / "avis <img src=x onerror=window.pwned=12> [y](javascript:window.pwned=10).csv", huge=True
    )
    feed = folder / "flux.xml"
    feed.write_text(RSS.format(escaped(hostile.LINK), escaped(hostile.SCRIPT)), "utf-8")
    proof = folder / "preuve <img src=x onerror=window.pwned=11> ..%2f [z](javascript:0).txt"
    proof.write_text(hostile.SCRIPT, "utf-8")
    return start_server(
        ("practitioner", "add", "--slug", "anne", "--name", ONE, "--city", hostile.LINK),
        ("practitioner", "add", "--slug", "autre", "--name", hostile.SCRIPT),
        ("import", str(reviews), "--practitioner", "anne", "--platform", "google"),
        ("import", str(feed), "--practitioner", "anne"),
        (*CASE, "--title", hostile.LINK, "--text", hostile.SCRIPT),
        ("evidence", "add", "1", str(proof)),
        ("feed", "add", "https://elsewhere.example/[a](javascript:0)", "--practitioner", "anne"),
        ("survey",),
    )


def settled(page: Page) -> None:
    page.locator(SETTLED).wait_for(timeout=PATIENCE)


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.locator('[data-testid="stMain"] h1').wait_for(timeout=PATIENCE)
    settled(page)


def untouched(page: Page, where: str) -> None:
    """Nothing that was written there ran or was drawn, and the page is no wider than its window."""
    assert page.evaluate("window.pwned") is None, where
    assert page.evaluate(DRAWN) == [], where
    main = page.get_by_test_id("stMain")
    assert main.evaluate("part => part.scrollWidth - part.clientWidth") <= 0, where


def test_hostile_words_stay_words_on_every_page(attacked: Any, page: Page) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.set_viewport_size({"width": 390, "height": 844})
    chosen = f"praticien={quote(ONE)}"
    visits = [f"{name}?{chosen}" for name in PAGES]
    visits += [
        f"{name}?{chosen}&{name}_partie={quote(part)}" for name, parts in PARTS.items() for part in parts
    ]
    visits += ["dossiers?dossiers_choix=Dossier+1", ""]
    for path in visits:
        visit(page, f"{attacked.url}/{path}")
        untouched(page, path)
    assert {host for host in hosts if host} == {urlsplit(attacked.url).netloc}


def test_each_part_of_a_hostile_case_stays_words(attacked: Any, page: Page) -> None:
    visit(page, f"{attacked.url}/dossiers?dossiers_choix=Dossier+1")
    for tab in page.get_by_role("tab").all():
        tab.click()
        settled(page)
        untouched(page, tab.inner_text())


@pytest.mark.parametrize(
    "words", [hostile.SCRIPT + hostile.LINK, hostile.FORMULA + "\u202e" * 50 + "A" * 4000]
)
def test_hostile_addresses_fall_back_to_a_page(words: str, attacked: Any, page: Page) -> None:
    for path, names in (
        ("praticien", ("praticien", "periode", "praticien_partie", "praticien_tri", "praticien_page")),
        ("guide", ("guide_recherche", "guide_partie")),
        ("dossiers", ("dossiers_choix",)),
    ):
        visit(page, f"{attacked.url}/{path}?" + "&".join(f"{name}={quote(words)}" for name in names))
        untouched(page, path)
        assert page.get_by_text(re.compile("s’est interrompu|encountered an error")).count() == 0, path


def test_no_word_of_a_review_is_in_the_log(attacked: Any, page: Page) -> None:
    visit(page, f"{attacked.url}/praticien?praticien={quote(ONE)}&praticien_partie=Avis")
    log = (attacked.home / "server.log").read_text("utf-8", errors="replace")
    assert [words for words in (*hostile.LEAKS, "Anne", "Le bavard") if words in log] == []


@pytest.mark.parametrize("path", PROBES)
def test_no_address_gives_a_file_of_the_house(path: str, attacked: Any) -> None:
    request = Request(f"{attacked.url}{path}")  # noqa: S310 - our own server on loopback
    try:
        with urlopen(request) as answer:  # noqa: S310 - our own server on loopback
            body, kind = answer.read(), answer.headers["Content-Type"]
    except OSError:
        return
    assert kind.startswith("text/html")
    assert b"SQLite format 3" not in body
    assert b"root:x:" not in body


def test_a_sealed_file_has_no_address(attacked: Any) -> None:
    """What stands in the home, evidence included, is read through a case only."""
    sealed = [path for path in attacked.home.rglob("*") if path.is_file() and "server.log" not in path.name]
    assert sealed
    for path in sealed:
        name = Path(path).relative_to(attacked.home).as_posix()
        with urlopen(f"{attacked.url}/{quote(name)}") as answer:  # noqa: S310 - our own server on loopback
            assert answer.headers["Content-Type"].startswith("text/html"), name
            assert b'<div id="root">' in answer.read(), name


def test_a_file_that_is_not_taken_is_told_in_french(attacked: Any, page: Page, tmp_path: Path) -> None:
    program = tmp_path / "avis.exe"
    program.write_bytes(b"MZ")
    visit(page, f"{attacked.url}/sources")
    page.locator('input[type="file"]').first.set_input_files(program)
    told = page.get_by_test_id("stFileUploader").first
    told.locator('[aria-invalid="true"]').wait_for(timeout=PATIENCE)
    words = told.evaluate("part => getComputedStyle(part, '::after').content")
    assert "n’a pas été pris\u202f: il dépasse 50\u00a0Mo" in words
