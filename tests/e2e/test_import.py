"""Bring an unknown spreadsheet in, from its columns to its rejects, and take it back."""

import csv
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

PATIENCE = 60_000
ROWS = 12_000


def unknown_sheet(path: Path) -> Path:
    """Write a sheet whose titles say little, and whose remarks look like reviews; three rows are nothing."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Quand", "Combien", "Qui", "Verbatim A", "Verbatim B"])
        for rank in range(ROWS):
            day = f"{rank % 28 + 1:02d}/{rank % 12 + 1:02d}/{2023 + rank % 3}"
            told = f"Passage n° {rank} au cabinet, accueil agréable et soins attentifs, rien à redire."
            noted = f"Relu par le cabinet, dossier {rank}, réponse à prévoir avant la prochaine réunion."
            writer.writerow([day, rank % 5 + 1, f"Patient {rank}", noted, told])
        for _ in range(3):
            writer.writerow(["01/02/2024", "", "Patient perdu", "", ""])
    return path


def settled(page: Page) -> None:
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=PATIENCE)


def choose(page: Page, role: str, column: str) -> None:
    """Say which column holds what."""
    page.get_by_role("combobox", name=role, exact=True).click()
    page.get_by_role("option", name=column).click()
    settled(page)
    expect(page.get_by_role("combobox", name=role, exact=True)).to_have_value(column)


def test_an_unknown_sheet_is_corrected_imported_read_and_taken_back(
    start_server: Any, page: Page, tmp_path: Path
) -> None:
    server = start_server(("practitioner", "add", "--slug", "alba", "--name", "Dr Anne Alba"))
    page.goto(f"{server.url}/sources")
    page.locator('input[type="file"]').first.set_input_files(unknown_sheet(tmp_path / "inconnu.csv"))

    page.get_by_text("Vérifier les colonnes").click()
    expect(page.get_by_role("combobox", name="Texte", exact=True)).to_have_value(
        re.compile("Verbatim"), timeout=PATIENCE
    )
    choose(page, "Texte", "5. Verbatim B")
    choose(page, "Note", "2. Combien")
    page.get_by_role("button", name="Retenir ces colonnes").click()
    expect(page.get_by_text("Colonnes retenues")).to_be_visible(timeout=PATIENCE)

    page.get_by_role("button", name="Importer").click()
    expect(page.get_by_text(re.compile("lignes/s"))).to_be_visible(timeout=PATIENCE)
    outcome = page.locator('[class*="st-key-outcome-"]')
    expect(outcome).to_contain_text("inconnu.csv", timeout=PATIENCE)
    expect(outcome.get_by_test_id("stMetric").first).to_contain_text("12\u202f000")

    outcome.get_by_text("3\u00a0lignes rejetées").click()
    expect(outcome.get_by_test_id("stDataFrame")).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as download:
        outcome.get_by_text("Télécharger les lignes rejetées").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("12001;")
    assert lines[1].count("Patient perdu") == 1

    page.goto(f"{server.url}/praticien?praticien_partie=Avis&periode=Depuis+le+d%C3%A9but")
    expect(page.get_by_text("Passage n°").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Relu par le cabinet")).to_have_count(0)

    page.goto(f"{server.url}/sources?sources_partie=Journal+des+imports")
    page.get_by_role("button", name="Annuler…").click()
    page.get_by_role("button", name="Annuler cet import").click()
    expect(page.get_by_text(re.compile("annulé le"))).to_be_visible(timeout=PATIENCE)
    page.goto(f"{server.url}/praticien?periode=Depuis+le+d%C3%A9but")
    expect(page.get_by_text("Aucune publication sur cette période.")).to_be_visible(timeout=PATIENCE)
