"""The web server around the screens: start-up work, security headers, language, health.

The screens start in `main.py`, which has no `pages/` folder beside it. Streamlit would otherwise
serve `pages/*.py` on its own, without `main.py` and what it checks, until a first visitor had
opened the home page.
"""

import base64
import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from http import HTTPStatus
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ereput import settings
from ereput.jobs import agenda
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.demo_portfolio import load_demo_once
from ereput.store import open_store
from ereput.ui import mishap, signin, warming

MAIN = Path(__file__).parent / "main.py"
SHELL = Path(st.__file__).parent / "static" / "index.html"


def inline_script_hashes(html: str) -> str:
    """Return the CSP sources that allow the inline scripts of `html`, and no other inline script."""
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def policy(html: str) -> str:
    """Return the content security policy: nothing is fetched from another host, no foreign script runs.

    Inline styles stay allowed because Streamlit's components write them.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {inline_script_hashes(html)}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


HEADERS = {
    "Content-Security-Policy": policy(SHELL.read_text("utf-8")),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class FrenchAndSafe:
    """ASGI middleware: the headers above on every answer, `lang="fr"` on every page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and adjust what comes back."""
        held: Message | None = None

        async def adjusted(message: Message) -> None:
            # The start is held until the body comes: the length of "fr" and "en" is the same,
            # but a start sent twice, or after its body, is a protocol error.
            nonlocal held
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if headers.get("content-type", "").startswith("text/html"):
                    held = message
                    return
            elif held is not None:
                message["body"] = message.get("body", b"").replace(b'<html lang="en"', b'<html lang="fr"', 1)
                start, held = held, None
                await send(start)
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(_uncompressed(scope), receive, adjusted)


def _uncompressed(scope: Scope) -> Scope:
    """Ask for a page as plain bytes, or its language could not be changed; it weighs 8 kB."""
    headers = Headers(scope=scope)
    if "text/html" not in headers.get("accept", ""):
        return scope
    kept = [(name, value) for name, value in headers.raw if name != b"accept-encoding"]
    return {**scope, "headers": kept}


async def health(_: Request) -> JSONResponse:
    """Say that the server answers, and nothing about anyone."""
    return JSONResponse({"status": "ok"})


async def calendar(request: Request) -> Response:
    """Give the calendar whose secret is in the address; any other address is not found, and says nothing."""
    body = await run_in_threadpool(_calendar, request.path_params["name"])
    if body is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def _calendar(name: str) -> bytes | None:
    loaded = settings.load()
    with closing(open_store(loaded.database_url)) as store:
        return agenda.feed(store, name, loaded.now())


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncGenerator[None]:
    """Do the start-up work once a process, before the first visitor: tables, first demonstration.

    What the first page would wait for is read meanwhile, in a thread of its own: the server answers at once.
    """
    mishap.install()
    warming.start()
    loaded = settings.load()
    with closing(open_store(loaded.database_url)) as store:
        store.migrate()
        if loaded.has_demo:
            load_demo_once(Context(store, ADMINISTRATOR, loaded.now()))
    yield


ROUTES: list[BaseRoute] = [Route("/sante", health), Route(f"{agenda.PREFIX}{{name}}", calendar)]
MIDDLEWARE = [Middleware(FrenchAndSafe), Middleware(signin.ThisMachineOnly)]
