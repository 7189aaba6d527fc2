import ast
import asyncio
import gzip
import hashlib
from base64 import b64encode
from typing import Any

from dev import ROOT
from ereput.ui import server


async def _answer(
    content_type: bytes, parts: list[bytes], asked: tuple[tuple[bytes, bytes], ...] = ()
) -> tuple[dict[str, str], bytes, list[str]]:
    async def inner(scope: Any, _receive: Any, send: Any) -> None:
        if b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b""):
            parts[:] = [gzip.compress(part) for part in parts]
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-type", content_type)]}
        )
        for rank, part in enumerate(parts):
            await send({"type": "http.response.body", "body": part, "more_body": rank + 1 < len(parts)})

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await server.FrenchAndSafe(inner)({"type": "http", "headers": list(asked)}, None, send)  # type: ignore[arg-type]  # never received from
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent)
    return headers, body, [message["type"] for message in sent]


def test_a_page_is_french_and_guarded() -> None:
    headers, body, kinds = asyncio.run(
        _answer(b"text/html; charset=utf-8", [b'<html lang="en">', b"</html>"])
    )
    assert body == b'<html lang="fr"></html>'
    assert kinds == ["http.response.start", "http.response.body", "http.response.body"]
    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_browser_that_accepts_compression_still_gets_a_french_page() -> None:
    asked = ((b"accept", b"text/html,*/*"), (b"accept-encoding", b"gzip, br"))
    _, body, _ = asyncio.run(_answer(b"text/html", [b'<html lang="en">'], asked))
    assert body == b'<html lang="fr">'
    _, script, _ = asyncio.run(_answer(b"text/javascript", [b"a()"], ((b"accept-encoding", b"gzip"),)))
    assert gzip.decompress(script) == b"a()"


def test_other_answers_keep_their_words() -> None:
    headers, body, _ = asyncio.run(_answer(b"text/csv", [b'<html lang="en">']))
    assert body == b'<html lang="en">'
    assert "content-security-policy" in headers


def test_only_the_inline_scripts_of_the_page_may_run() -> None:
    html = "<script>a()</script><script src='b.js'></script><script>\nc()</script>"
    expected = [
        f"'sha256-{b64encode(hashlib.sha256(script).digest()).decode()}'" for script in (b"a()", b"\nc()")
    ]
    assert server.inline_script_hashes(html) == " ".join(expected)
    policy = server.policy(html)
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "http" not in policy


def test_health_says_nothing_about_anyone() -> None:
    assert asyncio.run(server.health(None)).body == b'{"status":"ok"}'  # type: ignore[arg-type]  # unread


def test_the_application_is_a_literal_that_streamlit_sees_without_running_it() -> None:
    tree = ast.parse((ROOT / "app.py").read_text("utf-8"))
    made = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and [target.id for target in node.targets] == ["app"]  # type: ignore[attr-defined]
    ]
    assert [ast.unparse(call.func) for call in made] == ["st.App"]  # type: ignore[attr-defined]


def test_no_pages_folder_stands_beside_the_script_that_navigates() -> None:
    assert server.MAIN.is_file()
    assert not (server.MAIN.parent / "pages").exists()
