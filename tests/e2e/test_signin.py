"""Sign-in against a real provider of identities on this machine: enter, be nobody, be somebody, leave."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from dev import ROOT

PATIENCE = 30.0
PEOPLE = {
    "id-anne": ("anne@cabinet.example", True),
    "id-courtier": ("camille@courtage.example", True),
    "id-chef": ("chef@courtage.example", True),
    "id-inconnu": ("personne@ailleurs.example", True),
    "id-imposteur": ("anne@cabinet.example", True),
    "id-doute": ("doute@cabinet.example", False),
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider of identities; its own program, for its libraries warn when imported."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "oidc-provider-mock"), "--port", str(port)]
    for subject, (email, verified) in PEOPLE.items():
        told = {"sub": subject, "email": email, "email_verified": verified}
        command += ["--user-claims", json.dumps(told)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603 (a fixed program)
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            try:
                urlopen(f"{address}/.well-known/openid-configuration", timeout=5).close()  # noqa: S310 (loopback)
                break
            except OSError:
                time.sleep(0.05)  # the only way to learn that another process listens is to ask again
        yield address
        process.terminate()


@pytest.fixture(scope="module")
def dashboard(start_server: Any, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A dashboard where people sign in: a practitioner, her broker, an administrator, somebody unsure."""
    secrets = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    secrets.write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "une phrase longue qui ne sert qu’à cet essai"
client_id = "ereput"
client_secret = "secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"
client_kwargs = {{ prompt = "login" }}
""",
        "utf-8",
    )
    people = [("Dr Anne Alba", "anne", "Ouest"), ("Dr Bruno Bex", "bruno", "Est")]
    practitioners = [
        ("practitioner", "add", "--name", name, "--slug", slug, "--portfolio", folder)
        for name, slug, folder in people
    ]
    known = ("--issuer", provider, "--subject", "id-anne")
    viewers = [
        ("Anne", "praticien", "anne@cabinet.example", "--practitioner", "anne", *known),
        ("Camille", "courtier", "camille@courtage.example", "--portfolio", "Est"),
        ("Chef", "administrateur", "chef@courtage.example"),
        ("Doute", "lecteur", "doute@cabinet.example", "--portfolio", "Est"),
    ]
    added = [
        ("viewer", "add", "--name", name, "--role", role, "--email", email, *rest)
        for name, role, email, *rest in viewers
    ]
    return start_server(
        *practitioners, *added, STREAMLIT_SECRETS_FILES=str(secrets), EREPUT_CONTACT="Camille, 01 99 00 00 00"
    )


def enter(page: Page, subject: str) -> None:
    """Press the door's button and choose who one is at the provider's."""
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/oauth2/authorize**")
    page.get_by_role("button", name=subject, exact=True).click()


def leave(page: Page) -> None:
    """Press the button and let the provider end its session too."""
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_role("heading", name="Identifiez-vous")).to_be_visible()


def everything(page: Page) -> str:
    return page.locator("body").inner_text()


@pytest.mark.parametrize("path", ["", "alertes", "portefeuille", "praticien?praticien=Dr+Bruno+Bex"])
def test_a_cold_address_shows_the_door_and_nothing_else(page: Page, dashboard: Any, path: str) -> None:
    page.goto(f"{dashboard.url}/{path}")
    expect(page.get_by_role("heading", name="Identifiez-vous")).to_be_visible()
    shown = everything(page)
    assert not any(word in shown for word in ("Alba", "Bex", "Portefeuille", "Dossiers", "Retirer"))


def test_a_practitioner_enters_sees_her_own_and_leaves(page: Page, dashboard: Any) -> None:
    page.goto(f"{dashboard.url}/alertes")
    enter(page, "id-anne")
    expect(page.get_by_text("Anne · praticien")).to_be_visible()
    page.goto(f"{dashboard.url}/alertes")
    expect(page.get_by_role("heading", name="Alertes")).to_be_visible()
    page.goto(f"{dashboard.url}/praticien?praticien=Dr+Bruno+Bex")
    expect(page.get_by_role("heading", name="Dr Anne Alba")).to_be_visible()
    assert "Bex" not in everything(page)
    leave(page)
    page.goto(f"{dashboard.url}/alertes")
    expect(page.get_by_role("heading", name="Identifiez-vous")).to_be_visible()
    assert "Alba" not in everything(page)


@pytest.mark.parametrize("subject", ["id-inconnu", "id-imposteur", "id-doute"])
def test_a_stranger_is_told_whom_to_ask(page: Page, dashboard: Any, subject: str) -> None:
    """Unknown, or known under another identity of the same e-mail, or an e-mail that nobody verified."""
    page.goto(dashboard.url)
    enter(page, subject)
    expect(page.get_by_role("heading", name="Vous n’êtes pas inscrit")).to_be_visible()
    expect(page.get_by_text("Camille, 01 99 00 00 00")).to_be_visible()
    expect(page.get_by_text(f"Identifiant : {subject}")).to_be_visible()
    shown = everything(page)
    assert not any(word in shown for word in ("Alba", "Bex", "Portefeuille", "Dossiers"))
    leave(page)


def test_a_role_holds_on_every_page(page: Page, dashboard: Any) -> None:
    page.goto(dashboard.url)
    enter(page, "id-courtier")
    expect(page.get_by_text("Camille · courtier")).to_be_visible()
    page.goto(f"{dashboard.url}/praticien?praticien=Dr+Anne+Alba")
    expect(page.get_by_role("heading", name="Dr Bruno Bex")).to_be_visible()
    page.goto(f"{dashboard.url}/reglages?reglages_partie=Utilisateurs")
    expect(page.get_by_role("heading", name="Réglages")).to_be_visible()
    shown = everything(page)
    assert "Alba" not in shown
    assert "chef@courtage.example" not in shown


def test_who_is_taken_off_the_list_is_out_at_the_next_click(
    browser: Browser, page: Page, dashboard: Any
) -> None:
    page.goto(dashboard.url)
    enter(page, "id-chef")
    expect(page.get_by_text("Chef · administrateur")).to_be_visible()
    dashboard.command("viewer", "set", "--name", "Chef", "--active", "non")
    page.goto(f"{dashboard.url}/guide")
    expect(page.get_by_role("heading", name="Vous n’êtes pas inscrit")).to_be_visible()
    other = browser.new_context()
    forged = other.new_page()
    other.add_cookies([{"name": "_streamlit_user", "value": "forged", "url": dashboard.url}])
    forged.goto(dashboard.url)
    expect(forged.get_by_role("heading", name="Identifiez-vous")).to_be_visible()
    other.close()


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])  # noqa: S104 (refused)
def test_a_server_open_to_others_needs_sign_in(address: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", address]
    command += ["--server.port", "0"]
    done = subprocess.run(  # noqa: S603 (our own program)
        command,
        cwd=ROOT,
        env={"EREPUT_HOME": str(tmp_path), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "Refus de démarrer" in done.stderr
    assert "127.0.0.1" in done.stderr
