"""The calendar's route, asked over HTTP on this machine, and its part of Réglages."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from http.client import HTTPConnection
from pathlib import Path

import pytest
import uvicorn
from icalendar import Calendar
from starlette.applications import Starlette

from ereput.domain.publication import PartialDate
from ereput.jobs import agenda, cases, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.settings import load
from ereput.store import open_store
from ereput.ui import server

NOW = "2026-11-23T09:00:00+01:00"


@contextmanager
def served() -> Iterator[int]:
    """Serve the routes of the dashboard on a free port."""
    app = Starlette(routes=server.ROUTES, middleware=server.MIDDLEWARE)
    running = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    # It listens from here on: who asks before the thread runs waits in its queue.
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=lambda: asyncio.run(running.serve([listening])))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            running.should_exit = True
            thread.join(20)


def get(port: int, path: str) -> tuple[int, dict[str, str], bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    monkeypatch.setenv("EREPUT_HOME", str(tmp_path))
    monkeypatch.setenv("EREPUT_NOW", NOW)
    monkeypatch.delenv("EREPUT_DATABASE_URL", raising=False)
    loaded = load()
    with closing(open_store(loaded.database_url)) as store:
        store.migrate()
        context = Context(store, ADMINISTRATOR, loaded.now())
        practitioners.add(context, name="Dr Anne Alba", slug="anne", portfolio="Ouest")
        when = PartialDate.exact(date(2026, 10, 12))
        cases.open_by_hand(context, "anne", "Un avis cruel", published=when, home=tmp_path)
        yield context


def test_an_agenda_program_gets_the_deadlines_and_anybody_else_nothing(job: Context) -> None:
    path = agenda.subscribe(job)
    with served() as port:
        status, headers, body = get(port, path)
        wrong = [get(port, other) for other in (path[:-6] + "AA.ics", "/agenda/x", path.removesuffix(".ics"))]
        agenda.unsubscribe(job)
        ended = get(port, path)
    assert status == 200
    assert headers["content-type"] == "text/calendar; charset=utf-8"
    assert headers["cache-control"] == "private, no-store"
    assert Calendar.from_ical(body).walk("VEVENT")
    assert b"cruel" not in body
    assert {(status, body) for status, _, body in (*wrong, ended)} == {(404, b"")}
