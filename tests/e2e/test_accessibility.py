"""Every page for everyone: nothing serious of ours by axe-core, all by keyboard, and it fits at 200 %."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
PATIENCE = 30_000
STYLED = "() => [...document.styleSheets].some(sheet => sheet.ownerNode.textContent.includes('st-key-lead-'))"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
ONE = f"praticien={quote('Dr Claire Estrebois')}"
PAGES = (
    *("", "praticien", "alertes", "dossiers", "presence"),
    *("portefeuille", "reunion", "sources", "guide", "reglages"),
)
FULL = (
    *(name for name in PAGES if name != "praticien"),
    f"praticien?{ONE}",
    f"praticien?{ONE}&praticien_partie=Avis",
    f"sources?sources_partie=Saisie&{ONE}",
    "reglages?reglages_partie=Praticiens",
)
DARK = ("", f"praticien?{ONE}", "alertes", "reunion")
"""Pages that hold every colour: tones, charts, badges, tables."""
STREAMLITS_OWN = {
    "list": ("stSidebarNavItems", "the menu's list holds its section titles, which are no items"),
    "listitem": (r"> li:nth-child", "the menu's items stand in that list's own containers"),
    "color-contrast": (r"\.stSelectbox.+span\[aria-hidden", "the faded name of a field that is disabled"),
}
"""What Streamlit 1.67 draws and no page can change: {rule: (where, why)}."""
GRAVE = {"serious", "critical"}
FOCUSED = """() => {
    const part = document.activeElement;
    return [part.getAttribute('aria-label'), ...[...(part.labels ?? [])].map(label => label.textContent),
        part.matches('a, button') ? part.textContent : ''].join(' ');
}"""


def settled(page: Page) -> None:
    page.locator(SETTLED).wait_for(timeout=PATIENCE)


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.locator('[data-testid="stMain"] h1').wait_for(timeout=PATIENCE)
    settled(page)
    page.wait_for_function(STYLED, timeout=PATIENCE)


def violations(page: Page) -> list[str]:
    """Return what axe-core finds serious or worse, Streamlit's own left out."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    assert found["passes"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
        if not is_streamlits(rule["id"], node)
    ]


def is_streamlits(rule: str, node: dict[str, Any]) -> bool:
    where, _why = STREAMLITS_OWN.get(rule, ("", ""))
    return bool(where) and re.search(where, f"{node['target']} {node['html']}") is not None


def fits(page: Page, width: int, height: int) -> bool:
    """Whether nothing scrolls sideways in a window of that size."""
    page.set_viewport_size({"width": width, "height": height})
    settled(page)
    return bool(page.get_by_test_id("stMain").evaluate("part => part.scrollWidth - part.clientWidth") <= 0)


@pytest.mark.parametrize("path", FULL)
def test_a_full_page_is_for_everyone(path: str, demo_server: Any, page: Page) -> None:
    """Nothing serious by axe-core; a window of 1280 pixels shown at 200 % has room for 640."""
    visit(page, f"{demo_server.url}/{path}")
    assert violations(page) == []
    assert fits(page, 640, 450)


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_page_is_for_everyone(path: str, app_server: Any, page: Page) -> None:
    visit(page, f"{app_server.url}/{path}")
    assert violations(page) == []
    assert fits(page, 390, 844)


@pytest.mark.parametrize("path", DARK)
def test_axe_finds_nothing_serious_in_the_dark(path: str, demo_server: Any, browser: Browser) -> None:
    context = browser.new_context(
        color_scheme="dark", locale="fr-FR", viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    visit(page, f"{demo_server.url}/{path}")
    found = violations(page)
    context.close()
    assert found == []


def tab_to(page: Page, name: str, *, most: int = 60) -> None:
    """Press Tab until the focus is on what bears that name, as who uses no mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    pytest.fail(f"the keyboard does not reach {name}")


def test_the_first_practitioner_is_added_without_a_mouse(start_server: Any, page: Page) -> None:
    visit(page, start_server().url)
    tab_to(page, "Nom affiché")
    page.keyboard.type("Dr Anne Alba")
    tab_to(page, "Ajouter")
    page.keyboard.press("Enter")
    expect(page.get_by_text("voici comment les faire venir")).to_be_visible(timeout=PATIENCE)
    page.locator(SETTLED).wait_for(timeout=PATIENCE)
    tab_to(page, "Déposer un fichier")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sources", exact=True)).to_be_visible(timeout=PATIENCE)
