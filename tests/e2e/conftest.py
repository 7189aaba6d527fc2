"""A real browser, and dashboards that really run: slow to start, so one of each a session."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dev import ROOT, find_chromium

NOW = "2026-11-23T09:00:00+01:00"
PATIENCE = 60.0
DEMO = ("demo",)
READY = "loaded"
QUIET_BROWSER = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class AppServer:
    """A running dashboard: its address, its home folder and the environment that commands on it share."""

    url: str
    home: Path
    environment: dict[str, str]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m ereput …` on the same home and the same clock."""
        return _ereput(self.environment, *arguments)


StartServer = Callable[..., AppServer]


def _ereput(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 our own program, arguments from tests
        [sys.executable, "-m", "ereput", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def _environment(home: Path, now: str) -> dict[str, str]:
    return {**os.environ, "EREPUT_HOME": str(home), "EREPUT_NOW": now, "EREPUT_DEMO": "0"}


@contextmanager
def _running(
    home: Path, now: str, commands: tuple[tuple[str, ...], ...], settings: dict[str, str]
) -> Iterator[AppServer]:
    environment = _environment(home, now) | settings
    for command in commands:
        _ereput(environment, *command)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"server.address": "127.0.0.1", "server.port": port, "server.headless": "true"}
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 our own program, arguments from here
            [sys.executable, "-m", "streamlit", "run", "app.py"]
            + [part for name, value in options.items() for part in (f"--{name}", str(value))],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(process, port, log)
        yield AppServer(f"http://127.0.0.1:{port}", home, environment)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            time.sleep(0.05)  # the only way to learn that another process listens is to ask again
        finally:
            connection.close()
    pytest.fail(f"the dashboard did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Start a dashboard on a home of its own; all are stopped at the end of the session.

    `start_server(("demo",), now="2026-11-23")` runs `python -m ereput demo` first. Other names are those
    of environment variables.
    """
    with ExitStack() as stack:

        def start(*commands: tuple[str, ...], now: str = NOW, **settings: str) -> AppServer:
            home = tmp_path_factory.mktemp("dashboard")
            if commands[:1] == (DEMO,) and now == NOW:
                shutil.copytree(_demo_home(tmp_path_factory), home, dirs_exist_ok=True)
                commands = commands[1:]
            return stack.enter_context(_running(home, now, commands, settings))

        yield start


def _demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home that holds the demonstration, loaded once for all the processes of a run."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demo-home"
    with suppress(FileExistsError):
        shared.mkdir()
        _ereput(_environment(shared, NOW), *DEMO)
        (shared / READY).touch()
    deadline = time.monotonic() + PATIENCE
    while not (shared / READY).exists():
        assert time.monotonic() < deadline, "the demonstration was not loaded"
        time.sleep(0.1)  # another process of the run loads it
    return shared


@pytest.fixture(scope="session")
def app_server(start_server: StartServer) -> AppServer:
    """A dashboard without any data."""
    return start_server()


@pytest.fixture(scope="session")
def demo_server(start_server: StartServer) -> AppServer:
    """A dashboard on the demonstration portfolio; a test that changes its data starts its own."""
    return start_server(("demo",))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a file, this machine's or else Playwright's own.

    Not one for the session: Playwright's event loop would still run in the tests that follow on this process.
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET_BROWSER))
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with nothing remembered, in French, in Paris; errors in its console fail the test."""
    context = browser.new_context(
        locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": 1280, "height": 900}
    )
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []
