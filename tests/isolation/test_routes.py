"""Every route beside the screens: it passes no sign-in, so it tells nobody anything of somebody else's."""

import asyncio
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from ereput.jobs import viewers
from ereput.jobs.agenda import PREFIX, PURPOSE
from ereput.store import open_store
from ereput.ui import server, signin

SAYS_NOTHING = "/sante"
WITH_A_SECRET = PREFIX + "{name}"


def test_every_route_is_tried() -> None:
    assert {getattr(route, "path", "") for route in server.ROUTES} == {SAYS_NOTHING, WITH_A_SECRET}


def asked(path: str) -> tuple[int, str]:
    """Ask a route as a browser on this machine would."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
        "root_path": "", "scheme": "http", "query_string": b"", "headers": [], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }  # fmt: skip
    asyncio.run(Starlette(routes=server.ROUTES)(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.fixture
def secrets(large: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The calendar's secret of each person of the larger world, and one that was taken back."""
    shutil.copyfile(large.file, tmp_path / "ereput.db")
    monkeypatch.setenv("EREPUT_HOME", str(tmp_path))
    monkeypatch.setenv("EREPUT_NOW", "2026-11-23T09:00:00+00:00")
    made = {}
    with closing(open_store(f"sqlite:///{tmp_path / 'ereput.db'}")) as store:
        for key, name in (
            ("Alba", "Alba"),
            ("Courtier Ouest", "Courtier Ouest"),
            ("Courtier Est", "Courtier Est"),
            ("taken back", "Boris"),
            ("Boris", "Boris"),  # a new address ends the former one
        ):
            made[key] = viewers.issue_token(viewers.enter(store, name, large.context.now), name, PURPOSE)
    return made


@pytest.mark.parametrize("who", ["Alba", "Courtier Ouest", "taken back", "nobody"])
def test_a_route_tells_nothing_of_somebody_out_of_view(who: str, secrets: dict[str, str]) -> None:
    status, body = asked(f"{PREFIX}{secrets.get(who, 'x' * 43)}.ics")
    assert status == (404 if who in {"taken back", "nobody"} else 200)
    assert not [word for word in ("Bex", "bruno", "dossier-2", "n° 2") if word in body]
    assert body == "" or body.startswith("BEGIN:VCALENDAR")


@pytest.mark.parametrize("who", ["Boris", "Courtier Est"])
def test_the_calendar_itself_tells_its_own(who: str, secrets: dict[str, str]) -> None:
    status, body = asked(f"{PREFIX}{secrets[who]}.ics")
    assert status == 200
    assert "n° 2" in body


def test_health_says_nothing_about_anyone(secrets: dict[str, str]) -> None:
    assert secrets
    assert asked(SAYS_NOTHING) == (200, '{"status":"ok"}')
    assert signin.ThisMachineOnly in {one.cls for one in server.MIDDLEWARE}
