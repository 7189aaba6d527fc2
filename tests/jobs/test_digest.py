"""Notifications against a real SMTP server on this machine: their words, once only, failures tried again."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from ereput import cli
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.jobs import digest, practitioners, runs, viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.settings import Settings, parse_now
from ereput.store import Store, open_store, schema

NOW = parse_now("2026-11-23T09:00:00+01:00")


class Mailbox:
    """An SMTP handler that keeps what it takes, and can refuse."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refusal = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        if self.refusal:
            return self.refusal
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Mailbox, int]]:
    handler = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def box(server: tuple[Mailbox, int]) -> Mailbox:
    server[0].mails.clear()
    server[0].refusal = ""
    return server[0]


@pytest.fixture
def settings(server: tuple[Mailbox, int], tmp_path: Path) -> Settings:
    return Settings(
        tmp_path, "", smtp=f"smtp+plain://127.0.0.1:{server[1]}", sender="ereput@cabinet.example",
        address="https://ereput.example",
    )  # fmt: skip


@pytest.fixture
def context(store: Store) -> Context:
    made = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(made, name="Dr Zxqnom Alba", slug="anne")
    practitioners.add(made, name="Bruno Bex", slug="bruno", portfolio="Est")
    return made


@pytest.fixture
def raise_alert(context: Context) -> Callable[..., None]:
    def raised(slug: str, level: str = "alert", week: date = date(2026, 11, 16)) -> None:
        with context.store.writing() as connection:
            who = connection.execute(
                sa.select(schema.practitioner.c.id).where(schema.practitioner.c.slug == slug)
            ).scalar_one()
            connection.execute(
                sa.insert(schema.alert).values(
                    practitioner_id=who, kind="spike", week=week, last_week=week, peak_week=week, level=level,
                    observed=5, expected=0.8, upper=3, odds=4, why="{}", is_provisional=False, state="open",
                    raised_at=NOW, changed_at=NOW,
                )
            )  # fmt: skip

    return raised


def at(context: Context, hours: float) -> Context:
    return replace(context, now=NOW + timedelta(hours=hours))


def states(found: list[digest.Sent]) -> list[tuple[str, str]]:
    return [(one.kind, one.state) for one in found]


def test_a_digest_counts_and_links_and_names_nobody(
    context: Context, settings: Settings, box: Mailbox, raise_alert: Callable[..., None]
) -> None:
    raise_alert("anne")
    raise_alert("bruno", "watch")
    digest.subscribe(context, channel="email", address="lea@cabinet.example", is_urgent=False)
    assert states(digest.send_due(context, settings)) == [("digest", "sent")]
    (mail,) = box.mails
    body = mail.get_content()  # type: ignore[attr-defined]  # a modern message
    assert (mail["to"], mail["from"]) == ("lea@cabinet.example", "ereput@cabinet.example")
    assert mail["subject"] == "ereput\u202f: le point de la semaine"
    assert "2\u00a0alertes ouvertes, dont 2 nouvelles\u202f: https://ereput.example/alertes" in body
    assert "Zxqnom" not in mail.as_string()
    assert "Bex" not in mail.as_string()


def test_run_twice_it_leaves_once_and_again_next_week(
    context: Context, settings: Settings, box: Mailbox
) -> None:
    digest.subscribe(context, channel="email", address="lea@cabinet.example")
    assert states(digest.send_due(context, settings)) == [("digest", "sent")]
    assert digest.send_due(at(context, 1), settings) == []
    assert states(digest.send_due(at(context, 7 * 24), settings)) == [("digest", "sent")]
    assert len(box.mails) == 2


def test_two_runs_at_once_send_once(context: Context, settings: Settings, box: Mailbox) -> None:
    digest.subscribe(context, channel="email", address="lea@cabinet.example")
    gate = Barrier(2)

    def run() -> None:
        gate.wait()
        digest.send_due(context, settings)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(box.mails) == 1


def test_a_failure_is_seen_and_tried_again_later(context: Context, settings: Settings, box: Mailbox) -> None:
    box.refusal = "451 trop occupé"
    digest.subscribe(context, channel="email", address="lea@cabinet.example")
    (failed,) = digest.send_due(context, settings)
    assert (failed.state, failed.error) == ("failed", "refusé par le serveur (code 451)")
    assert digest.send_due(at(context, 0.1), settings) == []
    box.refusal = ""
    assert states(digest.send_due(at(context, 0.3), settings)) == [("digest", "sent")]
    assert len(box.mails) == 1
    with context.store.reading() as connection:
        row = connection.execute(sa.select(schema.sending)).one()
        audit = connection.execute(sa.select(schema.audit.c.action, schema.audit.c.detail)).all()
    assert (row.state, row.attempts, row.error) == ("sent", 2, "")
    assert ("notification en échec", "digest, email : refusé par le serveur (code 451)") in [
        tuple(line) for line in audit
    ]


def test_a_run_that_died_in_hand_is_taken_up_again(
    context: Context, settings: Settings, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest.subscribe(context, channel="email", address="lea@cabinet.example")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(digest, "deliver", killed)
        with pytest.raises(KeyboardInterrupt):
            digest.send_due(context, settings)
    assert digest.send_due(at(context, 0.5), settings) == []
    assert states(digest.send_due(at(context, 2), settings)) == [("digest", "sent")]
    assert len(box.mails) == 1


def test_what_is_urgent_is_told_at_once_and_once(
    context: Context, settings: Settings, box: Mailbox, raise_alert: Callable[..., None]
) -> None:
    digest.subscribe(context, channel="email", address="lea@cabinet.example", rhythm="never")
    assert digest.send_due(context, settings) == []
    raise_alert("anne")
    assert states(digest.send_due(at(context, 1), settings)) == [("urgent", "sent")]
    assert digest.send_due(at(context, 2), settings) == []
    raise_alert("bruno")
    assert states(digest.send_due(at(context, 3), settings)) == [("urgent", "sent")]
    assert ["1\u00a0nouvelle alerte" in mail.get_content() for mail in box.mails] == [True, True]  # type: ignore[attr-defined]  # modern messages


def test_quiet_hours_wait(
    context: Context, settings: Settings, box: Mailbox, raise_alert: Callable[..., None]
) -> None:
    raise_alert("anne")
    digest.subscribe(context, channel="email", address="lea@cabinet.example", quiet=(20, 8))
    night = replace(context, now=NOW.replace(hour=23))
    assert states(digest.send_due(night, settings)) == [("quiet", "kept")]
    assert box.mails == []
    morning = replace(context, now=NOW.replace(day=24, hour=8))
    assert states(digest.send_due(morning, settings)) == [("urgent", "sent"), ("digest", "sent")]


@pytest.mark.parametrize(
    ("hour", "start", "end", "quiet"),
    [(23, 20, 8, True), (8, 20, 8, False), (7, 20, 8, True), (12, 12, 14, True), (9, 9, 9, False)],
)
def test_hours_of_silence_may_pass_midnight(hour: int, start: int, end: int, *, quiet: bool) -> None:
    assert digest.is_quiet(datetime(2026, 11, 23, hour), start, end) is quiet  # noqa: DTZ001 (an hour of the day)


def test_each_sees_its_own_counts(
    context: Context, settings: Settings, box: Mailbox, raise_alert: Callable[..., None]
) -> None:
    raise_alert("anne")
    raise_alert("bruno")
    viewers.add(context, name="Alba", role=Role.PRACTITIONER, people=["anne"])
    alba = viewers.enter(context.store, "Alba", NOW)
    digest.subscribe(alba, channel="email", address="alba@cabinet.example", is_urgent=False)
    digest.send_due(context, settings)
    assert "1\u00a0alerte ouverte" in box.mails[0].get_content()  # type: ignore[attr-defined]  # a modern message
    viewers.change(context, "Alba", is_active=False)
    assert digest.send_due(at(context, 8 * 24), settings) == []


def test_a_trial_leaves_whatever_the_hour_or_says_why_not(
    context: Context, settings: Settings, box: Mailbox
) -> None:
    number = digest.subscribe(context, channel="email", address="lea@cabinet.example", quiet=(0, 23))
    digest.try_channel(context, settings, number)
    assert len(box.mails) == 1
    with pytest.raises(RefusedError, match="EREPUT_SMTP"):
        digest.try_channel(at(context, 1), replace(settings, smtp=""), number)
    with pytest.raises(RefusedError, match="Aucun abonnement"):
        digest.try_channel(context, settings, 99)


def test_what_makes_no_sense_is_refused(context: Context) -> None:
    reader = replace(context, viewer=Viewer("x", Role.PRACTITIONER, practitioners=frozenset({1})))
    for asked in (
        {"channel": "pigeon"},
        {"channel": "email", "address": "pas une adresse"},
        {"channel": "email", "address": "a@b.example\nBcc: c@d.example"},
        {"channel": "email", "address": "a@b.example", "quiet": (20, 25)},
        {"channel": "email", "address": "a@b.example", "rhythm": "never", "is_urgent": False},
    ):
        with pytest.raises(RefusedError):
            digest.subscribe(context, **asked)  # type: ignore[arg-type]  # by name
    with pytest.raises(RefusedError, match="administrateur"):
        digest.subscribe(reader, channel="apprise")
    with pytest.raises(RefusedError, match="administrateur"):
        digest.send_due(reader, Settings(Path(), ""))


# -- Apprise, against a web server of this machine


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    taken: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}/", taken
        server.shutdown()
        thread.join()


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise's own import
def test_any_apprise_channel_takes_the_same_words(
    context: Context, settings: Settings, webhook: tuple[str, list[dict[str, str]]]
) -> None:
    address, taken = webhook
    digest.subscribe(context, channel="apprise", is_urgent=False)
    assert states(digest.send_due(context, replace(settings, apprise=(address,)))) == [("digest", "sent")]
    assert "Rien n’attend" in taken[0]["message"]
    failed = digest.send_due(at(context, 200), replace(settings, apprise=("nimporte",)))
    assert states(failed) == [("digest", "failed")]


# -- one run at a time


def test_a_second_run_does_not_begin_and_a_dead_one_is_taken_over(context: Context) -> None:
    with runs.alone(context, "refresh") as run:
        with (
            pytest.raises(RefusedError, match="est déjà en cours, depuis le 23 nov"),
            runs.alone(at(context, 0.5), "refresh"),
        ):
            pytest.fail("it began")
        with runs.alone(at(context, 0.5), "digest"):
            run.outcome = "1 flux relevé"
    with runs.alone(at(context, 1), "refresh"):
        pass


def test_a_run_that_breaks_says_so_and_gives_its_place_back(context: Context) -> None:
    with pytest.raises(OSError, match="panne"), runs.alone(context, "refresh"):
        raise OSError("panne")
    with context.store.reading() as connection:
        row = connection.execute(sa.select(schema.run)).one()
    assert (row.outcome, row.held_until) == ("interrompue (OSError)", None)


def test_the_command_sends_and_says_what_failed(
    settings: Settings,
    sqlite_url: str,
    box: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("EREPUT_SMTP", settings.smtp)
    frame = ["--database", sqlite_url, "--now", "2026-11-23T09:00", "--json"]
    assert cli.main(["digest", "add", "--email", "lea@cabinet.example", *frame]) == 0
    box.refusal = "550 non"
    assert cli.main(["digest", *frame]) == 1
    box.refusal = ""
    frame[3] = "2026-11-23T10:00"
    assert cli.main(["digest", *frame]) == 0
    assert cli.main(["digest", *frame]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line.get("sent"), line.get("failed")) for line in lines[1:]] == [(0, 1), (1, 0), (0, 0)]
    assert len(box.mails) == 1
    with closing(open_store(sqlite_url)) as store, store.reading() as connection:
        assert connection.execute(sa.select(schema.run.c.outcome)).scalar_one().startswith("0\u00a0message")
