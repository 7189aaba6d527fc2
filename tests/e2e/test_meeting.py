"""A whole meeting in a real browser: open, present, decide, close; import more; open the next quarter's."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from pypdf import PdfReader

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PATIENCE = 30_000
DECISION = "Rappeler les patients en attente d’un rendez-vous"


def settled(page: Page) -> None:
    page.locator(SETTLED).wait_for(timeout=PATIENCE)


def opened(page: Page, url: str) -> None:
    page.goto(url)
    page.locator('[data-testid="stMain"] h1').wait_for(timeout=PATIENCE)
    settled(page)


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Press a button with the keyboard."""
    target = page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).first
    expect(target).to_be_enabled(timeout=PATIENCE)
    settled(page)
    target.focus()
    page.keyboard.press(key)
    settled(page)


def said(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_test_id("stMain").get_by_text(words).first).to_be_visible(timeout=PATIENCE)
    settled(page)


def tile(page: Page, name: str) -> str:
    metric = page.get_by_test_id("stMetric").filter(has_text=name).first
    return metric.get_by_test_id("stMetricValue").inner_text()


def present(page: Page) -> None:
    """Turn the projector's pages with the arrow keys, nothing around them, and leave with Escape."""
    press(page, "Projecteur")
    said(page, re.compile(r"1 / 7"))
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    page.evaluate("document.activeElement.blur()")
    for number in (2, 3):
        page.keyboard.press("ArrowRight")
        said(page, re.compile(rf"{number} / 7"))
    expect(page.get_by_test_id("stMetric")).to_have_count(5)
    page.keyboard.press("ArrowLeft")
    said(page, re.compile(r"2 / 7"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Compte rendu : les décisions")).to_be_visible(timeout=PATIENCE)
    settled(page)


def decide(page: Page) -> None:
    form = page.get_by_test_id("stForm").filter(has_text="À propos de")
    form.get_by_label("Décision").fill(DECISION)
    form.get_by_label("Qui").fill("Léa")
    press(page, "Ajouter la décision")
    said(page, DECISION)
    said(page, re.compile("qui : Léa"))


def close(page: Page) -> None:
    page.get_by_text("Les décisions sont relues, on peut clore.").click()
    settled(page)
    press(page, "Clore la réunion")
    said(page, "Close le 23 nov. 2026")
    said(page, "Rien n’est venu depuis changer les avis de cette période.")


def import_more(server: Any, folder: Path) -> None:
    """Import three reviews of the closed quarter a day later, behind the dashboard's back."""
    file = folder / "avis.csv"
    rows = [f"{day}/08/2026;Nouvel auteur {day};1;Une attente interminable, {day}" for day in (11, 12, 13)]
    file.write_text("\n".join(("Date;Auteur;Note;Avis", *rows)), "utf-8")
    whose = ("--practitioner", "estrebois-tours", "--platform", "google")
    server.command("import", str(file), *whose, "--now", "2026-11-24T09:00")


def test_a_whole_meeting(start_server: Any, page: Page, tmp_path: Path) -> None:
    case = (
        "case",
        "open",
        "--practitioner",
        "estrebois-tours",
        "--title",
        "Forum",
        "--published",
        "2026-11-02",
    )
    server = start_server(("demo",), case)
    opened(page, f"{server.url}/reunion")
    said(page, "Aucune décision antérieure à suivre.")
    press(page, "Ouvrir la réunion")
    said(page, re.compile(r"Dossier n° 1 : "))
    present(page)
    decide(page)
    close(page)
    figures = [tile(page, name) for name in ("Note estimée", "Nouveaux avis", "Avis négatifs")]

    with page.expect_download(timeout=PATIENCE) as waiting:
        page.get_by_role("button", name="PDF").click()
    waiting.value.save_as(tmp_path / "reunion.pdf")
    pages = PdfReader(tmp_path / "reunion.pdf").pages
    paper = re.sub(r"\s+", " ", " ".join(one.extract_text() for one in pages))
    assert 2 <= len(pages) <= 4
    assert DECISION in paper
    assert all(re.sub(r"\s+", " ", figure) in paper for figure in figures)

    import_more(server, tmp_path)
    opened(page, f"{server.url}/reunion")
    said(page, re.compile(r"3.avis importés depuis"))
    assert [tile(page, name) for name in ("Note estimée", "Nouveaux avis", "Avis négatifs")] == figures

    opened(page, f"{server.url}/reunion?reunion_quarter=4e+trimestre+2026")
    said(page, DECISION)
    press(page, "C’est fait")
    said(page, re.compile("fait le 23 nov. 2026"))
    said(page, "Réunion : 3e trimestre 2026")


def test_a_phone_never_scrolls_a_meeting_sideways(demo_server: Any, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, f"{demo_server.url}/reunion")
    main = page.get_by_test_id("stMain")
    assert main.evaluate("part => part.scrollWidth - part.clientWidth") <= 0
    press(page, "Projecteur")
    said(page, re.compile(r"1 / 7"))
    assert main.evaluate("part => part.scrollWidth - part.clientWidth") <= 0
