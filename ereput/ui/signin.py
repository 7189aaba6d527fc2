"""Whether people sign in here, who a provider of identities says they are, and the screens before entry.

Sign-in is on as soon as `[auth]` is configured (docs/operations.md). Without it the dashboard is that of
the one person who uses this machine, and answers nobody else.
"""

import ipaddress
import os
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from ereput import settings
from ereput.domain.errors import RefusedError
from ereput.jobs.viewers import Identity

LONGEST_SESSION = timedelta(hours=12)
"""A working day: whoever left the provider of identities is out at the latest then."""
_ADVICE = (
    "Configurez la connexion ([auth] dans .streamlit/secrets.toml, voir docs/operations.md), "
    "ou laissez server.address à 127.0.0.1."
)


def is_on() -> bool:
    """Whether people sign in here: `[auth]` stands in the secrets."""
    from streamlit.auth_util import get_secrets_auth_section

    return bool(get_secrets_auth_section())


def is_loopback(host: str) -> bool:
    """Whether an address, or a name, is this machine's alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_address() -> None:
    """Refuse to be served beyond this machine when nobody signs in.

    Raises:
        RefusedError: the address or a host that the server answers to is not this machine's alone.

    """
    if is_on():
        return
    address = str(config.get_option("server.address") or "0.0.0.0")  # noqa: S104 (what Streamlit then binds)
    hosts = [str(host) for host in config.get_option("server.allowedHosts") or ()]
    for host in (address, *hosts):
        if not is_loopback(host):
            raise RefusedError(
                f"Refus de démarrer : sans connexion des utilisateurs, « {host} » ouvrirait ce tableau de "
                f"bord à d’autres que vous. {_ADVICE}"
            )


def guard_start() -> None:
    """Stop the program with a sentence when it would be open to everybody."""
    try:
        check_address()
    except RefusedError as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.stderr.flush()
        # The server loads the application in its own event loop, where an exception would be a traceback.
        os._exit(2)


class ThisMachineOnly:
    """ASGI middleware: without sign-in, nobody is answered but this machine.

    It holds whatever bound the socket: another server's options are not Streamlit's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from this machine, or anything once people sign in."""
        if scope["type"] == "lifespan" or is_on() or _is_from_here(scope):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        words = f"Ce tableau de bord est réservé à la machine qui l’héberge. {_ADVICE}"
        await PlainTextResponse(words, status_code=403)(scope, receive, send)


def _is_from_here(scope: Scope) -> bool:
    """Whether a request comes from this machine itself, and for nobody behind it."""
    asked = HTTPConnection(scope)
    if asked.headers.get("x-forwarded-for") or asked.headers.get("forwarded"):
        return False
    # A socket file has no address: whoever may open the file is on this machine.
    return asked.client is None or is_loopback(asked.client.host)


def identity(claims: Mapping[str, Any], now: datetime, trusted: frozenset[str]) -> Identity | None:
    """Return who signed in, None when nobody did or it was too long ago.

    An e-mail counts when the provider says that it verified it, or is `trusted` to give only such ones.
    """
    issuer, subject = str(claims.get("iss") or ""), str(claims.get("sub") or "")
    if not issuer or not subject:
        return None
    issued = claims.get("iat")
    if isinstance(issued, int | float):
        age = now - datetime.fromtimestamp(issued, now.tzinfo)
        if age > LONGEST_SESSION:
            return None
    verified = claims.get("email_verified") in (True, "true") or issuer in trusted
    return Identity(issuer, subject, str(claims.get("email") or "").strip().lower() if verified else "")


def claims() -> dict[str, Any]:
    """Return what the provider said of whoever holds this session; nothing when nobody signed in."""
    return dict(st.user.to_dict()) if st.user.is_logged_in else {}


# -- before entry


def ask() -> None:
    """Show the door: nothing of what is inside."""
    _door(
        "Identifiez-vous", "Ce tableau de bord est réservé aux personnes que son administrateur a inscrites."
    )
    st.button("Se connecter", type="primary", key="entree_connexion", on_click=st.login)
    st.stop()


def turn_away(found: Identity) -> None:
    """Tell a stranger whom to ask, and nothing else."""
    contact = settings.load().contact or "la personne qui administre cet outil dans votre cabinet"
    _door(
        "Vous n’êtes pas inscrit",
        f"Votre connexion a réussi, mais personne ne vous a encore ouvert ce tableau de bord. "
        f"Adressez-vous à {contact}, en lui transmettant ces deux lignes.",
    )
    st.text(f"Émetteur : {found.issuer}\nIdentifiant : {found.subject}")
    st.button("Se déconnecter", key="entree_deconnexion", on_click=st.logout)
    st.stop()


def _door(title: str, words: str) -> None:
    st.title(title)
    with st.container(key="lead-entree"):
        st.text(words)
