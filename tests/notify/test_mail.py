"""SMTP addresses and failures: encrypted or refused, and never a secret in what is said."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from ereput.domain.errors import RefusedError
from ereput.notify import mail
from ereput.notify.message import Message, SendError

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MESSAGE = Message("digest-1-2026-W48", "digest", "Titre", "Corps", NOW)


class Refusing:
    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        return "250 OK"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    controller = Controller(Refusing(), hostname="127.0.0.1", port=free, ready_timeout=10)
    controller.start()
    yield free
    controller.stop()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("smtps://lea:zxq%40secret@smtp.example", "smtp.example, port 465 (TLS)"),
        ("smtp://smtp.example:2525", "smtp.example, port 2525 (STARTTLS)"),
        ("smtp+plain://127.0.0.1", "127.0.0.1, port 25 (sans chiffrement, sur cette machine)"),
    ],
)
def test_a_server_is_shown_without_its_password(address: str, shown: str) -> None:
    assert mail.server(address).shown == shown


def test_a_password_may_hold_any_character() -> None:
    assert mail.server("smtps://lea:zxq%40se%3Acret@smtp.example").password == "zxq@se:cret"  # noqa: S105 (made up)


@pytest.mark.parametrize(
    "address",
    ["", "smtp.example", "http://smtp.example", "smtps://", "smtp+plain://smtp.example", "smtps://h:zxqport"],
)
def test_anything_else_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        mail.server(address)
    assert "zxq" not in str(refusal.value)


def test_a_server_that_cannot_encrypt_gets_nothing(port: int) -> None:
    with pytest.raises(SendError, match="injoignable"):
        mail.send(
            mail.server(f"smtp://127.0.0.1:{port}"), MESSAGE, sender="a@b.example", recipient="c@d.example"
        )


def test_a_server_that_is_not_there_is_said() -> None:
    where = mail.Server("smtp+plain", "127.0.0.1", 1)
    with pytest.raises(SendError, match="injoignable"):
        mail.send(where, MESSAGE, sender="a@b.example", recipient="c@d.example")


def test_wrong_credentials_are_said_without_them(port: int) -> None:
    where = mail.Server("smtp+plain", "127.0.0.1", port, "lea", "zxqsecret")
    with pytest.raises(SendError) as error:
        mail.send(where, MESSAGE, sender="a@b.example", recipient="c@d.example")
    assert "zxq" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    ["a", "a@b@c", "Léa <a@b.example>", "a@b.example\nBcc: c@d.example", "a @b.example", "a" * 300 + "@b"],
)
def test_what_is_no_single_address_is_refused(address: str) -> None:
    with pytest.raises(RefusedError):
        mail.check_address(address)


def test_an_address_is_kept_without_its_spaces() -> None:
    assert mail.check_address(" a@b.example\n") == "a@b.example"
