"""Who is let in: by address without sign-in, by identity with it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit import config

from ereput.domain.errors import RefusedError
from ereput.jobs.viewers import Identity
from ereput.ui import signin

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CLAIMS = {"iss": "https://id.example", "sub": "42", "email": "Anne@Cabinet.example", "email_verified": True}


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("[::1]", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("192.168.1.5", False), ("", False),  # noqa: S104 (refused)
        ("127.0.0.1.example.org", False),
    ],
)  # fmt: skip
def test_this_machine_is_told_from_others(host: str, expected: bool) -> None:  # noqa: FBT001 (a case)
    assert signin.is_loopback(host) is expected


@pytest.mark.parametrize(
    ("address", "hosts"),
    [(None, ["localhost"]), ("0.0.0.0", ["localhost"]), ("127.0.0.1", ["avis.example"])],  # noqa: S104 (refused)
)
def test_a_server_open_to_others_needs_sign_in(
    address: str | None, hosts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"server.address": address, "server.allowedHosts": hosts}
    monkeypatch.setattr(config, "get_option", told.__getitem__)
    monkeypatch.setattr(signin, "is_on", lambda: False)
    with pytest.raises(RefusedError, match="Refus de démarrer"):
        signin.check_address()
    monkeypatch.setattr(signin, "is_on", lambda: True)
    signin.check_address()


def answered(
    kind: str, client: tuple[str, int] | None, *headers: tuple[bytes, bytes]
) -> list[dict[str, Any]]:
    async def inside(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "let in"})

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    scope = {"type": kind, "client": client, "headers": list(headers), "method": "GET", "path": "/"}
    asyncio.run(signin.ThisMachineOnly(inside)(scope, receive, send))
    return sent


def test_without_sign_in_only_this_machine_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "is_on", lambda: False)
    here, there = ("127.0.0.1", 5), ("192.168.1.5", 5)
    assert answered("http", here) == [{"type": "let in"}]
    assert answered("http", None) == [{"type": "let in"}]
    assert answered("http", there)[0]["status"] == 403
    assert "réservé à la machine" in answered("http", there)[1]["body"].decode()
    assert answered("http", here, (b"x-forwarded-for", b"203.0.113.9"))[0]["status"] == 403
    assert answered("websocket", there) == [{"type": "websocket.close", "code": 1008}]
    monkeypatch.setattr(signin, "is_on", lambda: True)
    assert answered("http", there) == [{"type": "let in"}]
    assert answered("websocket", there) == [{"type": "let in"}]


def test_an_email_counts_when_somebody_vouches_for_it() -> None:
    def known(trusted: frozenset[str] = frozenset(), **more: Any) -> Identity | None:
        return signin.identity(CLAIMS | more, NOW, trusted)

    sure = Identity("https://id.example", "42", "anne@cabinet.example")
    unsure = Identity("https://id.example", "42")
    assert known() == known(email_verified="true") == sure
    assert known(email_verified=False) == known(email_verified=None) == known(email=None) == unsure
    assert known(frozenset({"https://id.example"}), email_verified=None) == sure
    assert known(frozenset({"https://other.example"}), email_verified=None) == unsure
    assert known(iss="") is None
    assert known(sub=None) is None


def test_a_session_lasts_a_working_day() -> None:
    def since(age: timedelta) -> Identity | None:
        return signin.identity(CLAIMS | {"iat": int((NOW - age).timestamp())}, NOW, frozenset())

    assert since(timedelta(hours=11)) is not None
    assert since(timedelta(hours=13)) is None
