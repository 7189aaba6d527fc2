"""Send an e-mail by SMTP, always encrypted but to this very machine. Passwords stay in the environment."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from ereput.domain.errors import RefusedError
from ereput.notify.message import Message, SendError

SECONDS = 20.0
_PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Server:
    """Where e-mails leave from. `scheme`: smtps (TLS), smtp (STARTTLS), smtp+plain (this machine only)."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @property
    def shown(self) -> str:
        """What may be said of it: never the password nor the user."""
        how = {"smtps": "TLS", "smtp": "STARTTLS"}.get(self.scheme, "sans chiffrement, sur cette machine")
        return f"{self.host}, port {self.port} ({how})"


def server(address: str) -> Server:
    """Return the server of an address « smtps://user:password@host:port ».

    Raises:
        RefusedError: the address is not one, or would send in clear over a network.

    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _refused() from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _refused()
    if parts.scheme == "smtp+plain" and parts.hostname not in _LOCAL:
        raise RefusedError("EREPUT_SMTP : sans chiffrement, le serveur ne peut être que cette machine.")
    return Server(
        parts.scheme,
        parts.hostname,
        port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def _refused() -> RefusedError:
    return RefusedError(
        "EREPUT_SMTP s’écrit smtps://utilisateur:motdepasse@serveur:465, ou smtp:// (STARTTLS)."
    )


def check_address(text: str) -> str:
    """Return an e-mail address as it is written, or refuse it: one address, on one line, nothing else."""
    address = text.strip()
    name, found = parseaddr(address)
    is_one = not name and found == address and address.count("@") == 1 and address.isprintable()
    if not is_one or " " in address or len(address) > 254:  # noqa: PLR2004 (RFC 5321, 4.5.3.1.3)
        raise RefusedError(f"« {address[:80]} » n’est pas une adresse e-mail.")
    return address


def send(where: Server, message: Message, *, sender: str, recipient: str) -> None:
    """Send one e-mail.

    Raises:
        SendError: the server cannot be reached, or refuses; its words hold no secret.

    """
    mail = EmailMessage()
    mail["Subject"] = message.title
    mail["From"], mail["To"] = sender, recipient
    mail["Date"] = format_datetime(message.at)
    # The same message tried again bears the same identifier: a mailbox shows it once.
    mail["Message-ID"] = f"<{message.key}@ereput>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    try:
        client = _connected(where)
    except (OSError, smtplib.SMTPException) as error:
        raise SendError(f"serveur injoignable ({type(error).__name__})") from error
    try:
        if where.user:
            client.login(where.user, where.password)
        client.send_message(mail)
    except smtplib.SMTPAuthenticationError as error:
        raise SendError("identifiants refusés par le serveur") from error
    except smtplib.SMTPResponseException as error:
        raise SendError(f"refusé par le serveur (code {error.smtp_code})") from error
    except (OSError, smtplib.SMTPException) as error:
        raise SendError(f"envoi interrompu ({type(error).__name__})") from error
    finally:
        with suppress(OSError, smtplib.SMTPException):
            client.quit()


def _connected(where: Server) -> smtplib.SMTP:
    make: Callable[..., smtplib.SMTP] = smtplib.SMTP
    if where.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(where.host, where.port, timeout=SECONDS, context=context)
    client = make(where.host, where.port, timeout=SECONDS)
    if where.scheme == "smtp":
        try:
            client.starttls(context=ssl.create_default_context())
        except (OSError, smtplib.SMTPException):
            client.close()
            raise
    return client
