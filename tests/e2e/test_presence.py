"""A presence taken in hand in a browser: a listing added, its figures noted in two clicks, the advice."""

from typing import Any

from playwright.sync_api import Page, expect

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PATIENCE = 30_000


def settled(page: Page) -> None:
    page.locator(SETTLED).wait_for(timeout=PATIENCE)


def test_a_listing_is_written_down_noted_and_advised_upon(start_server: Any, page: Page) -> None:
    server = start_server(
        ("practitioner", "add", "--slug", "anne", "--name", "Dr Anne Alba", "--city", "Paris")
    )
    page.goto(f"{server.url}/presence")
    expect(page.get_by_text("Aucune fiche n’est notée : commencez par l’inventaire.")).to_be_visible(
        timeout=PATIENCE
    )
    settled(page)
    page.get_by_text("Ajouter une fiche").click()
    page.get_by_role("combobox", name="Plateforme").fill("Google")
    page.get_by_role("option", name="Google", exact=True).click()
    page.get_by_role("combobox", name="État").click()
    page.get_by_role("option", name="Non revendiquée").click()
    page.get_by_role("textbox", name="Téléphone affiché").fill("+33 1 99 00 12 34")
    page.get_by_role("button", name="Ajouter", exact=True).click()
    expect(page.get_by_text("01 99 00 12 34").first).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.get_by_role("button", name="Relever").click()
    page.get_by_role("spinbutton", name="Note affichée, sur 5").fill("3.1")
    page.get_by_role("spinbutton", name="Avis affichés").fill("40")
    page.get_by_role("spinbutton", name="Avis affichés").press("Tab")
    settled(page)
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(page.get_by_text("3,1 sur 5, 40\u00a0avis").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("à revendiquer ou à contester")).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.get_by_text("Que faire").first.click()
    expect(page.get_by_text("Ou s'opposer à la fiche").first).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.get_by_role("button", name="Ouvrir un dossier").first.click()
    expect(page.locator('[data-testid="stMain"] h1')).to_contain_text("Dossier n° 1", timeout=PATIENCE)
