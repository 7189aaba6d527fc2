"""Photograph every page × {1440, 390} × {light, dark} × {empty, demo} into var/screens.

Run by `make screens`. The clock is stopped, the demonstration is drawn from its seed: two runs of one
version give the same pictures, so a change of look shows. `--only alertes` keeps one page.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from dev import ROOT, find_chromium

OUT = ROOT / "var" / "screens"
NOW = "2026-11-23T09:00:00+01:00"
WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
TALLEST = 6000
ONE = "praticien=" + quote("Dr Claire Estrebois")
# The name of the picture: the address behind it. Only these stand for an installation without any data.
EMPTY = {
    "accueil": "",
    "praticien": "praticien",
    "alertes": "alertes",
    "dossiers": "dossiers",
    "portefeuille": "portefeuille",
    "sources": "sources",
    "guide": "guide",
    "reglages": "reglages",
}
DEMO = EMPTY | {
    "accueil-un": f"?{ONE}",
    "praticien": f"praticien?{ONE}",
    "praticien-volume": f"praticien?{ONE}&praticien_partie=Volume",
    "praticien-themes": f"praticien?{ONE}&praticien_partie={quote('Thèmes')}",
    "praticien-sources": f"praticien?{ONE}&praticien_partie=Sources",
    "praticien-comparer": f"praticien?{ONE}&praticien_partie=Comparer",
    "praticien-avis": f"praticien?{ONE}&praticien_partie=Avis",
    "praticien-aucun": "praticien",
    "sources-un": f"sources?{ONE}",
    "alertes-un": f"alertes?{ONE}",
    "sources-flux": "sources?sources_partie=Flux",
    "sources-saisie": "sources?sources_partie=Saisie",
    "sources-journal": f"sources?sources_partie={quote('Journal des imports')}",
    "guide-illicite": f"guide?guide_partie={quote('Avis illicite présumé')}",
    "guide-secret": f"guide?guide_partie={quote('Secret professionnel')}",
    "guide-modeles": f"guide?guide_partie={quote('Modèles')}",
    "reglages-un": f"reglages?{ONE}",
    "reglages-praticiens": f"reglages?{ONE}&reglages_partie=Praticiens",
    "reglages-a-propos": f"reglages?reglages_partie={quote('À propos')}",
}


@contextmanager
def running(*, demo: bool) -> Iterator[str]:
    """Yield the address of a dashboard on a home of its own."""
    with tempfile.TemporaryDirectory() as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "EREPUT_HOME": home, "EREPUT_NOW": NOW}
        prepare = "load_demo" if demo else "remove_demo"
        subprocess.run(
            [sys.executable, "-c", _PREPARE.format(prepare)], cwd=ROOT, env=environment, check=True
        )
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


_PREPARE = """
from ereput import settings
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.demo_portfolio import {0}
from ereput.store import open_store
loaded = settings.load()
store = open_store(loaded.database_url)
store.migrate()
{0}(Context(store, ADMINISTRATOR, loaded.now()))
"""


def wait(port: int) -> None:
    """Wait until the dashboard listens."""
    for _ in range(400):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/sante")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit("le tableau de bord n'a pas démarré")


def settle(page: Page) -> None:
    """Wait until every chart and table has drawn itself: they do so after the script has ended."""
    page.wait_for_function(
        """() => [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].every(
            chart => chart.offsetParent === null || chart.querySelector('.js-plotly-plot svg.main-svg'))""",
        timeout=60_000,
    )
    page.wait_for_timeout(700)  # nothing says when a table's canvas is painted


def photograph(browser: Browser, url: str, target: Path, *, width: int, scheme: str) -> None:
    """Write the whole page as a picture."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="fr-FR",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    page.locator('[data-testid="stMain"] h1').wait_for(timeout=60_000)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=60_000)
    settle(page)
    height = page.get_by_test_id("stMain").evaluate("part => part.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height + 20, TALLEST)})
    settle(page)
    page.screenshot(path=target)
    context.close()


def main() -> None:
    """Read the command line and photograph."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="une page")
    only = parser.parse_args().only
    if not only:
        shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for state, pages in (("vide", EMPTY), ("demo", DEMO)):
            with running(demo=state == "demo") as url:
                for name, path in pages.items():
                    if only and not name.startswith(only):
                        continue
                    for width in WIDTHS:
                        for scheme in SCHEMES:
                            target = OUT / f"{name}-{state}-{width}-{scheme}.png"
                            photograph(browser, f"{url}/{path}", target, width=width, scheme=scheme)
                            print(target.relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    main()
