import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from dev import ROOT

PATIENCE = 60.0


def test_the_dashboard_opens_on_a_fresh_account_without_asking_anything(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # HOME is empty as on a new machine: Streamlit would ask for an e-mail address there.
    fresh = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "EREPUT_HOME": str(tmp_path / "home")}
    log = tmp_path / "said.log"
    with log.open("wb") as output:
        started = subprocess.Popen(  # noqa: S603 our own program
            [sys.executable, "-m", "ereput", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **fresh, "BROWSER": "true", "EREPUT_DEMO": "0"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        assert _answers(started, port)
    finally:
        _stop(started)
    said = log.read_text("utf-8")
    assert f"http://127.0.0.1:{port}" in said
    assert "mail" not in said


def _answers(started: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and started.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/sante")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            time.sleep(0.05)  # the only way to learn that another process listens is to ask again
        finally:
            connection.close()
    return False


def _stop(started: subprocess.Popen[bytes]) -> None:
    """End the command and the server that it started, as Ctrl+C does in a terminal."""
    os.killpg(started.pid, signal.SIGINT)
    started.wait(timeout=20)
