"""The broker's journey: a filter in the address, a row that opens its practitioner, the list exported."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PATIENCE = 30_000


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    page.locator('[data-testid="stMain"] h1').wait_for(timeout=PATIENCE)
    page.locator(SETTLED).wait_for(timeout=PATIENCE)
    return page


def test_a_shared_filter_leads_to_the_practitioner_and_to_a_workbook(
    demo_server: Any, page: Page, tmp_path: Path
) -> None:
    opened(page, f"{demo_server.url}/portefeuille?portefeuille_profession=Sage-femme")
    expect(page.get_by_text("1\u00a0assuré. Cochez une ligne")).to_be_visible(timeout=PATIENCE)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Exporter la liste").click()
    target = tmp_path / "assures.xlsx"
    saved.value.save_as(target)
    rows = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
    assert (len(rows), rows[1][4]) == (2, "Sage-femme")
    name = str(rows[1][1])
    table = page.get_by_test_id("stDataFrame")
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 15, box["y"] + 55)  # a canvas: its first row's box has no element of its own
    expect(page).to_have_title("Praticien · ereput", timeout=PATIENCE)
    expect(page.locator('[data-testid="stMain"] h1')).to_have_text(name, timeout=PATIENCE)
