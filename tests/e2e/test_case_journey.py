"""From a spike to the outcome of a case, in a real browser, by keyboard wherever a keyboard goes."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Download, Locator, Page, expect

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PATIENCE = 30_000
CLOCK = re.compile(r"Il reste \d+.jours pour agir en diffamation ou injure \(date prudente : .+ 20\d\d\)\.")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(300)


def settled(page: Page) -> None:
    page.locator(SETTLED).wait_for(timeout=PATIENCE)


def opened(page: Page, url: str) -> None:
    page.goto(url)
    page.locator('[data-testid="stMain"] h1').wait_for(timeout=PATIENCE)
    settled(page)


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Press a key on an element, as who uses no mouse does."""
    expect(target).to_be_enabled(timeout=PATIENCE)
    settled(page)
    target.focus()
    page.keyboard.press(key)


def button(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).first


def part(page: Page, name: str) -> None:
    """Go to a part of the case with the arrow keys."""
    wanted = page.get_by_role("tab", name=name, exact=True)
    for _ in range(8):
        page.locator('[role="tab"][aria-selected="true"]').focus()
        if wanted.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowRight")
        settled(page)
    expect(wanted).to_have_attribute("aria-selected", "true", timeout=PATIENCE)
    settled(page)


def answer(page: Page, question: str, label: str) -> None:
    """Choose an answer of a group with the keyboard."""
    group = page.get_by_role("radiogroup", name=re.compile(question))
    choice = group.get_by_role("radio", name=label, exact=True)
    settled(page)
    for _ in range(5):  # a redraw may take the focus away between the two
        press(page, choice, "Space")
        settled(page)
        if choice.is_checked():
            break
    expect(choice).to_be_checked(timeout=PATIENCE)


def said(page: Page, words: str) -> None:
    expect(page.get_by_test_id("stMain").get_by_text(words).first).to_be_visible(timeout=PATIENCE)
    settled(page)


def downloaded(page: Page, name: str, to: Path) -> Path:
    target = button(page, name)
    target.wait_for(timeout=PATIENCE)
    with page.expect_download(timeout=PATIENCE) as waiting:
        press(page, target)
    found: Download = waiting.value
    found.save_as(to)
    return to


def from_spike_to_case(page: Page, url: str) -> None:
    opened(page, url)
    press(page, page.get_by_role("button", name="Voir l’alerte").first)
    expect(page).to_have_url(re.compile("/alertes"), timeout=PATIENCE)
    press(page, button(page, "Ouvrir un dossier"))
    expect(page).to_have_url(re.compile("/dossiers"), timeout=PATIENCE)
    expect(page.get_by_role("heading", name="Dossier n° 1")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(CLOCK)).to_be_visible()
    said(page, "prenez le temps d'examiner")
    # A report is not offered before the proof and the questions.
    expect(page.get_by_text("Signaler l'avis à la plateforme")).to_have_count(0)
    press(page, button(page, "C’est fait"))
    said(page, "« Prendre le temps d'examiner » : c’est fait.")


def prove(page: Page, capture: Path) -> None:
    """A program named .png is refused; a capture is sealed."""
    for body, words in ((b"MZ" + bytes(100), "c’est un programme"), (PNG, "fichier scellé")):
        capture.write_bytes(body)
        page.locator('input[type="file"]').first.set_input_files(capture)
        expect(button(page, "Sceller ces fichiers")).to_be_enabled(timeout=PATIENCE)
        settled(page)
        press(page, button(page, "Sceller ces fichiers"))
        said(page, words)
    press(page, button(page, "C’est fait"))
    said(page, "« Conserver la preuve » : c’est fait.")


def classify(page: Page) -> None:
    press(page, button(page, "Noter ces dates"))
    said(page, "Dates notées")
    press(page, button(page, "Répondre aux questions"))
    answer(page, "Comment classez-vous", "Illicite présumé")
    answer(page, "Savez-vous qui", "Non, ou je crois seulement le reconnaître")
    answer(page, "Un signalement a-t-il", "Non, ou pas encore")
    for question in ("Le site vous permet-il", "Votre contrat prévoit-il"):
        group = page.get_by_role("radiogroup", name=re.compile(question))
        if not group.locator("input:checked").count():
            answer(page, question, "Non")
    press(page, button(page, "Enregistrer mes réponses"))
    said(page, "Réponses notées")


def draft(page: Page, target: Path) -> None:
    part(page, "Étapes")
    said(page, "Signaler l'avis à la plateforme")
    press(page, button(page, "Préparer le texte"))
    expect(page.get_by_role("combobox", name=re.compile("Modèle"))).to_have_value(
        "Signalement à la plateforme", timeout=PATIENCE
    )
    expect(page.get_by_label("Le texte, à relire et à modifier")).to_have_value(
        re.compile("Je déclare de bonne foi"), timeout=PATIENCE
    )
    assert zipfile.is_zipfile(downloaded(page, "Word", target))
    press(page, button(page, "Garder au dossier"))
    said(page, "Texte gardé au dossier")


def test_from_a_spike_to_the_outcome(start_server: Any, page: Page, tmp_path: Path) -> None:
    server = start_server(("demo",))
    from_spike_to_case(page, server.url)
    prove(page, tmp_path / "capture.png")
    classify(page)
    draft(page, tmp_path / "signalement.docx")

    part(page, "Échéances")
    calendar = downloaded(page, "Calendrier (ICS)", tmp_path / "dossier.ics").read_bytes()
    events = {str(event["uid"]): event for event in Calendar.from_ical(calendar).walk("VEVENT")}
    assert events["dossier-1-D_PRESSE@ereput"].decoded("dtstart").isoformat() > "2026-11-23"
    assert "Estrebois" not in calendar.decode()

    part(page, "Issue")
    answer(page, "Comment ce dossier se termine", "Avis retiré")
    press(page, button(page, "Clore le dossier"))
    said(page, "Dossier clos le 23 novembre 2026 : avis retiré.")

    part(page, "Preuves")
    archive = downloaded(page, "Exporter le dossier (ZIP)", tmp_path / "dossier.zip")
    with zipfile.ZipFile(archive) as files:
        assert PNG in [files.read(name) for name in files.namelist() if name.endswith(".png")]
    assert '"ok": true' in server.command("evidence", "verify", "--json").stdout


@pytest.fixture(scope="module")
def small_server(start_server: Any) -> Any:
    """A dashboard with one case, opened by hand."""
    return start_server(
        ("practitioner", "add", "--slug", "alba", "--name", "Dr Anne Alba"),
        ("case", "open", "--practitioner", "alba", "--title", "Forum", "--published", "2026-11-02"),
    )


def test_two_browsers_on_the_same_step_the_second_is_told(small_server: Any, page: Page) -> None:
    opened(page, f"{small_server.url}/dossiers?dossiers_choix=Dossier+1")
    small_server.command("case", "step", "1", "S00_PAUSE")
    press(page, button(page, "C’est fait"))
    said(page, "Ce dossier vient d’être modifié par quelqu’un d’autre.")
    expect(page.get_by_role("heading", name="Conserver la preuve")).to_be_visible(timeout=PATIENCE)


def test_a_phone_never_scrolls_a_case_sideways(small_server: Any, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, f"{small_server.url}/dossiers?dossiers_choix=Dossier+1")
    for name in ("Preuves", "Questions", "Courriers", "Échéances", "Journal", "Issue"):
        part(page, name)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("part => part.scrollWidth - part.clientWidth") <= 0, name
