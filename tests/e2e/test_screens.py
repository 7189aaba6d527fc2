import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PATIENCE = 30_000
EXPORT = """date;note;auteur;avis
02/11/2026;5;Léa P.;Très bon accueil.
03/11/2026;1;Marc;Deux heures d’attente, aucune excuse.
05/11/2026;4;Zoé;Bien.
"""


def opened(page: Page, url: str) -> Page:
    """Open a page and wait until its script has run."""
    page.goto(url)
    page.locator('[data-testid="stMain"] h1').wait_for(timeout=PATIENCE)
    settled(page)
    return page


def settled(page: Page) -> None:
    page.locator(SETTLED).wait_for(timeout=PATIENCE)


def test_a_cold_deep_link_runs_the_main_script_first(start_server: Any, page: Page) -> None:
    server = start_server()
    opened(page, f"{server.url}/alertes")
    expect(page.get_by_test_id("stSidebarNav")).to_be_visible()
    expect(page).to_have_title("Alertes · ereput")
    assert page.locator("html").get_attribute("lang") == "fr"


@pytest.mark.parametrize(
    "path", ["", "praticien", "alertes", "dossiers", "portefeuille", "sources", "guide", "reglages"]
)
def test_nothing_is_asked_of_another_host(path: str, demo_server: Any, page: Page) -> None:
    hosts: set[str] = set()
    refused: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: refused.append(message.text) if "Policy" in message.text else None)
    opened(page, f"{demo_server.url}/{path}")
    expect(page).to_have_title(re.compile(r"^\S+ · ereput$"))
    assert {host for host in hosts if host} == {urlsplit(demo_server.url).netloc}
    assert refused == []


def test_every_answer_bears_the_security_headers(demo_server: Any) -> None:
    for path in ("/", "/alertes", "/sante"):
        with urlopen(f"{demo_server.url}{path}") as answer:  # noqa: S310 our own server on loopback
            policy = answer.headers["Content-Security-Policy"]
            assert "script-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with urlopen(f"{demo_server.url}/sante") as answer:  # noqa: S310 our own server on loopback
        assert answer.read() == b'{"status":"ok"}'


def test_from_a_spike_to_its_reviews_to_its_next_steps(demo_server: Any, page: Page) -> None:
    opened(page, demo_server.url)
    first = page.locator(".st-key-todo-0")
    expect(first).to_contain_text("Claire Estrebois", timeout=PATIENCE)
    first.get_by_role("button", name="Voir l’alerte").click()
    expect(page).to_have_url(re.compile("/alertes"), timeout=PATIENCE)
    settled(page)
    expect(page.get_by_text("dans cette alerte")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Et maintenant")).to_be_visible()
    expect(page.get_by_text("La plaquette E-Réputation").first).to_be_visible()
    page.get_by_text("Classer cet avis et voir ses étapes").first.click()
    expect(page.get_by_text(re.compile("avant de voir les étapes"))).to_be_visible(timeout=PATIENCE)
    for label in ("Illicite présumé", "Non, ou je crois seulement le reconnaître", "Non, ou pas encore"):
        page.get_by_role("radiogroup").get_by_text(label, exact=True).first.click()
        settled(page)
    for question in ("Le site vous permet-il", "Votre contrat prévoit-il"):
        group = page.get_by_role("radiogroup", name=re.compile(question)).first
        if not group.locator("input:checked").count():
            group.get_by_text("Non", exact=True).click()
            settled(page)
    expect(page.get_by_text("Parce que vous avez classé l'avis « illicite présumé »").first).to_be_visible(
        timeout=PATIENCE
    )


def test_dropping_a_file_says_what_came_in(start_server: Any, page: Page, tmp_path: Path) -> None:
    server = start_server(("practitioner", "add", "--slug", "alba", "--name", "Dr Anne Alba"))
    export = tmp_path / "avis.csv"
    export.write_text(EXPORT, encoding="utf-8")
    opened(page, f"{server.url}/sources")
    page.locator('input[type="file"]').first.set_input_files(export)
    page.get_by_text("Vérifier les colonnes").click()
    expect(page.get_by_role("combobox", name="Date de l’avis")).to_have_value("1. date", timeout=PATIENCE)
    expect(page.get_by_role("combobox", name="Texte", exact=True)).to_have_value("4. avis")
    page.get_by_role("button", name="Retenir ces colonnes").click()
    expect(page.get_by_text("Colonnes retenues")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Importer").click()
    outcome = page.locator('[class*="st-key-outcome-"]')
    expect(outcome).to_contain_text("avis.csv", timeout=PATIENCE)
    expect(outcome.get_by_test_id("stMetric")).to_have_count(3, timeout=PATIENCE)
    figures = [" ".join(text.split()) for text in outcome.get_by_test_id("stMetric").all_inner_texts()]
    assert figures == ["Lus 3", "Nouveaux 3", "Inchangés 0"]
    opened(page, f"{server.url}/praticien?praticien_partie=Avis")
    expect(page.get_by_text("Deux heures d’attente, aucune excuse.")).to_be_visible(timeout=PATIENCE)


def test_a_spike_leads_to_its_reviews_to_its_next_steps(demo_server: Any, page: Page) -> None:
    opened(page, f"{demo_server.url}/praticien?praticien=Dr+Claire+Estrebois")
    chart = page.get_by_test_id("stPlotlyChart").nth(1)
    marker = chart.locator(".scatterlayer .points path").last
    marker.wait_for(timeout=PATIENCE)
    marker.scroll_into_view_if_needed()
    box = marker.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_text(re.compile("Avis négatifs de la semaine du"))).to_be_visible(timeout=PATIENCE)
    expect(page.locator('[class*="st-key-card-praticien-week-"]').first).to_be_visible()
    expect(page.get_by_role("heading", name="Et maintenant")).to_be_visible()
    expect(page.locator('[class*="st-key-step-praticien-week-"]').first).to_be_visible()
    page.get_by_role("button", name="Voir l’alerte").click()
    expect(page).to_have_url(re.compile("/alertes"), timeout=PATIENCE)
    expect(page.get_by_text("dans cette alerte")).to_be_visible(timeout=PATIENCE)


def test_a_failing_page_speaks_french_and_quotes_nobody(start_server: Any, page: Page) -> None:
    server = start_server(("demo",))
    with closing(sqlite3.connect(server.home / "ereput.db")) as database, database:
        database.execute("INSERT INTO setting (name, value) VALUES ('alerts_a_year', 'zxq mots zxq')")
    page.goto(f"{server.url}/alertes")
    expect(page.get_by_text("L’affichage s’est interrompu ici")).to_be_visible(timeout=PATIENCE)
    reference = re.search(r" ([0-9A-F]{6})\.", page.get_by_text("Rechargez la page").inner_text())
    assert reference is not None
    expect(page.get_by_text(re.compile("encountered an error|Traceback|zxq"))).to_have_count(0)
    expect(page.get_by_test_id("stSidebarNav")).to_be_visible()
    log = (server.home / "server.log").read_text("utf-8")
    assert f"reference {reference[1]}" in log
    assert "zxq" not in log


def test_a_watch_is_marked_as_done(start_server: Any, page: Page) -> None:
    server = start_server(("demo",))
    opened(page, server.url)
    page.get_by_text("à suivre, sans urgence").click()
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("button", name="Veille faite").click(timeout=PATIENCE)
    expect(page.get_by_text("Veille notée.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Veille faite")).to_have_count(0)


def test_a_phone_never_scrolls_sideways(demo_server: Any, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    one = "praticien?praticien=Dr+Claire+Estrebois"
    parts = [f"{one}&praticien_partie={name}" for name in ("Volume", "Sources", "Comparer", "Avis")]
    for path in ("", one, *parts, "alertes", "dossiers", "portefeuille", "sources", "guide", "reglages"):
        opened(page, f"{demo_server.url}/{path}")
        main = page.get_by_test_id("stMain")
        assert main.evaluate("part => part.scrollWidth - part.clientWidth") <= 0, path
