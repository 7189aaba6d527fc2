"""Photograph the pictures of docs/guide.md, on the demonstration: run by `make bench NAME=guide_pictures`.

The clock and the data are those of `benchmarks/screens.py`. Pictures are cut at one window and reduced to a
palette, below 150 kB each.
"""

import argparse
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.screens import ONE, running, settle
from dev import ROOT, find_chromium

OUT = ROOT / "docs" / "guide"
WINDOW = {"width": 1200, "height": 820}
HEAVIEST = 150_000
COLOURS = (192, 128, 64, 32)
OPENED = {"dossiers": "Ouvrir un dossier"}
"""The button that leads from the address to the picture."""
EMPTY = {"debut": ""}
DEMO = {
    "accueil": "",
    "praticien": f"praticien?{ONE}",
    "alertes": f"alertes?{ONE}",
    "dossiers": f"alertes?{ONE}",
    "portefeuille": "portefeuille",
    "presence": f"presence?{ONE}",
    "reunion": "reunion",
    "sources": f"sources?{ONE}",
    "guide": "guide",
    "reglages": "reglages",
}


def photograph(browser: Browser, url: str, target: Path) -> None:
    """Write one window of a page."""
    context = browser.new_context(viewport=WINDOW, locale="fr-FR", reduced_motion="reduce")
    page = context.new_page()
    page.goto(url)
    drawn(page)
    if target.stem in OPENED:
        page.get_by_role("button", name=OPENED[target.stem]).first.click()
        page.get_by_role("heading", name="Dossier n°").wait_for(timeout=60_000)
        drawn(page)
    page.screenshot(path=target)
    context.close()
    reduce(target)


def drawn(page: Page) -> None:
    """Wait until a page stands, down to what is fetched on demand."""
    page.locator('[data-testid="stMain"] h1').wait_for(timeout=60_000)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=60_000)
    page.wait_for_function("() => !document.querySelector('[data-testid=\"stSkeleton\"]')", timeout=60_000)
    settle(page)


def reduce(target: Path) -> None:
    """Write a picture again with as many colours as its weight allows."""
    whole = Image.open(target).convert("RGB")
    for colours in COLOURS:
        whole.quantize(colours).save(target, optimize=True)
        if target.stat().st_size <= HEAVIEST:
            return
    raise SystemExit(f"{target.name} pèse plus de {HEAVIEST // 1000} ko")


def main() -> None:
    """Photograph all, or the one named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="une image")
    only = parser.parse_args().only
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for is_demo, pages in ((False, EMPTY), (True, DEMO)):
            wanted = {name: path for name, path in pages.items() if only in {"", name}}
            if not wanted:
                continue
            with running(demo=is_demo) as url:
                for name, path in wanted.items():
                    target = OUT / f"{name}.png"
                    photograph(browser, f"{url}/{path}", target)
                    print(target.relative_to(ROOT), target.stat().st_size // 1000, "ko")
        browser.close()


if __name__ == "__main__":
    main()
