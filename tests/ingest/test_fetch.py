import gzip
import io
import socket
import ssl
import tracemalloc
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.ingest.fetch import (
    LAST_RETRY,
    LONGEST_PAUSE,
    NETWORK,
    SLOWEST,
    USUAL,
    Failed,
    Fetched,
    FetchPolicy,
    FetchRequest,
    Network,
    NotModified,
    Ok,
    Turns,
    fetch,
    fetch_many,
    is_public,
    next_due,
)
from tests.ingest.hostile_server import CERTIFICATE, Exchange, HostileServer, Script, hostile_server

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FEED = b"<rss version='2.0'><channel><title>Veille</title></channel></rss>"
LIMIT = 1_000_000
STRICT = FetchPolicy(connect_seconds=2, read_seconds=2, total_seconds=5, wire_bytes=LIMIT, body_bytes=LIMIT)


@pytest.fixture(scope="module")
def running() -> Iterator[HostileServer]:
    with hostile_server() as server:
        yield server


@pytest.fixture
def server(running: HostileServer) -> HostileServer:
    running.scripts.clear()
    running.requests.clear()
    return running


@pytest.fixture
def policy(server: HostileServer) -> FetchPolicy:
    return replace(STRICT, private_hosts=frozenset({f"127.0.0.1:{server.port}"}))


def feed(exchange: Exchange) -> None:
    exchange.answer(FEED)


def redirect(location: str, status: str = "302 Found") -> Script:
    return lambda exchange: exchange.answer(status=status, location=location)


def body(outcome: Fetched) -> bytes:
    assert isinstance(outcome, Ok), outcome
    return outcome.body


def reason(outcome: Fetched) -> str:
    assert isinstance(outcome, Failed), outcome
    return outcome.reason


def names(**addresses: str) -> Network:
    """A network in which only these names resolve; a connection to any address reaches loopback."""

    def resolve(host: str, _port: int) -> list[str]:
        return [addresses[host.replace(".", "_")]]

    def connect(address: tuple[str, int], seconds: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", address[1]), seconds)

    return replace(NETWORK, resolve=resolve, connect=connect)


# --- a feed that behaves ------------------------------------------------------------------------------


def test_a_feed_is_read_with_its_tags(server: HostileServer, policy: FetchPolicy) -> None:
    url = server.on(
        "/flux",
        lambda exchange: exchange.answer(
            FEED,
            content_type="application/rss+xml; charset=utf-8",
            etag='"v1"',
            last_modified="Mon, 23 Nov 2026 07:00:00 GMT",
            set_cookie="suivi=1",
        ),
    )
    assert fetch(f" {url}?q=santé publique#haut\n".rstrip("\n"), policy=policy, now=NOW) == Ok(
        FEED,
        '"v1"',
        "Mon, 23 Nov 2026 07:00:00 GMT",
        f"{url}?q=santé publique#haut",
        "application/rss+xml; charset=utf-8",
    )
    [exchange] = server.requests
    assert exchange.line == "GET /flux?q=sant%C3%A9%20publique HTTP/1.1"
    assert exchange.headers["Host"] == f"127.0.0.1:{server.port}"
    assert exchange.headers["User-Agent"].startswith("ereput/")
    assert exchange.headers["User-Agent"].endswith("(veille locale)")
    assert exchange.headers["Accept-Encoding"] == "gzip, deflate"
    assert not {"Cookie", "Authorization", "Referer", "If-None-Match"} & exchange.headers.keys()


def test_a_feed_that_did_not_change_is_not_sent_again(server: HostileServer, policy: FetchPolicy) -> None:
    url = server.on("/flux", lambda exchange: exchange.answer(status="304 Not Modified"))
    assert fetch(url, etag='"v1"', last_modified="hier", policy=policy, now=NOW) == NotModified()
    assert server.requests[0].headers["If-None-Match"] == '"v1"'
    assert server.requests[0].headers["If-Modified-Since"] == "hier"
    assert "(code 304)" in reason(fetch(url, policy=policy, now=NOW))


def test_a_tag_that_cannot_be_sent_back_is_dropped(server: HostileServer, policy: FetchPolicy) -> None:
    url = server.on(
        "/flux", lambda exchange: exchange.answer(FEED, etag="x" * 5000, last_modified="\xe9t\xe9")
    )
    outcome = fetch(url, etag="a\r\nX-Injected: 1", policy=policy, now=NOW)
    assert isinstance(outcome, Ok)
    assert (outcome.etag, outcome.last_modified) == ("", "")
    assert not {"If-None-Match", "X-Injected"} & server.requests[0].headers.keys()


def bare_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:]) + b"\0" * 8),
        ("deflate", zlib.compress),
        ("Deflate", bare_deflate),
        ("identity", bytes),
    ],
)
@pytest.mark.parametrize("size", [0, 1, len(FEED), 300_000])
def test_a_compressed_feed_is_decompressed(
    server: HostileServer, policy: FetchPolicy, encoding: str, compress: Callable[[bytes], bytes], size: int
) -> None:
    data = (FEED * (size // len(FEED) + 1))[:size]
    url = server.on("/flux", lambda exchange: exchange.answer(compress(data), content_encoding=encoding))
    assert body(fetch(url, policy=policy, now=NOW)) == data


def test_a_chunked_answer_is_put_together(server: HostileServer, policy: FetchPolicy) -> None:
    url = server.on(
        "/flux",
        lambda exchange: exchange.send(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss/\r\n1\r\n>\r\n0\r\n\r\n"
        ),
    )
    assert body(fetch(url, policy=policy, now=NOW)) == b"<rss/>"


def test_an_answer_without_length_ends_with_the_connection(
    server: HostileServer, policy: FetchPolicy
) -> None:
    url = server.on("/flux", lambda exchange: exchange.send(b"HTTP/1.0 200 OK\r\n\r\n" + FEED))
    assert body(fetch(url, policy=policy, now=NOW)) == FEED


def test_a_path_in_a_body_stays_text(server: HostileServer, policy: FetchPolicy) -> None:
    url = server.on("/flux", lambda exchange: exchange.answer(b"/dev/zero"))
    assert body(fetch(url, policy=policy, now=NOW)) == b"/dev/zero"


# --- too much, too slow -------------------------------------------------------------------------------


def peak_while(act: Callable[[], Fetched]) -> tuple[Fetched, int]:
    tracemalloc.start()
    try:
        outcome = act()
        return outcome, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bomb(size: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as stream:
        for _ in range(size // LIMIT):
            stream.write(bytes(LIMIT))
    return packed.getvalue()


@pytest.mark.parametrize("layers", [1, 2])
def test_a_gzip_bomb_is_stopped_within_bounded_memory(
    server: HostileServer, policy: FetchPolicy, layers: int
) -> None:
    packed = bomb(100 * LIMIT)
    encoding = ", ".join(["gzip"] * layers)
    url = server.on("/bombe", lambda exchange: exchange.answer(packed, content_encoding=encoding))
    outcome, peak = peak_while(lambda: fetch(url, policy=policy, now=NOW))
    assert ("taille admise (1 Mo)" if layers == 1 else "compressé d’une façon") in reason(outcome)
    assert peak < 3 * LIMIT


def test_a_body_of_100_mb_is_stopped_within_bounded_memory(
    server: HostileServer, policy: FetchPolicy
) -> None:
    sent = Counter[str]()

    def flood(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(100):
            exchange.send(bytes(LIMIT))
            sent["megabytes"] += 1

    outcome, peak = peak_while(lambda: fetch(server.on("/deluge", flood), policy=policy, now=NOW))
    assert reason(outcome) == "Ce flux dépasse la taille admise (1 Mo)."
    assert peak < 4 * LIMIT  # the server's own megabyte is counted too
    assert sent["megabytes"] < 20


def test_a_length_that_is_too_large_is_refused_unread(server: HostileServer, policy: FetchPolicy) -> None:
    url = server.on(
        "/deluge", lambda exchange: exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
    )
    assert reason(fetch(url, policy=policy, now=NOW)) == "Ce flux dépasse la taille admise (1 Mo)."


def test_compressed_bytes_are_capped_too(server: HostileServer, policy: FetchPolicy) -> None:
    packed = gzip.compress(bytes(300_000), compresslevel=0)

    def send(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed)

    narrow = replace(policy, wire_bytes=100_000)
    assert "taille admise" in reason(fetch(server.on("/flux", send), policy=narrow, now=NOW))


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_slow_drip_ends_with_the_total_time(
    server: HostileServer, policy: FetchPolicy, start: bytes
) -> None:
    def drip(exchange: Exchange) -> None:
        exchange.send(start)
        while True:  # until the client hangs up; each byte comes in time, the whole never does
            exchange.send(b" ")

    patient = replace(policy, read_seconds=2, total_seconds=30, wire_bytes=10**9, body_bytes=10**9)
    ticking = replace(NETWORK, monotonic=count().__next__)
    outcome = fetch(server.on("/goutte", drip), policy=patient, now=NOW, network=ticking)
    assert reason(outcome) in {
        "Le site n’a pas répondu à temps.",
        "Les en-têtes de la réponse sont démesurés.",
    }
    if start.endswith(b"\r\n\r\n"):
        assert reason(outcome) == "Le site n’a pas répondu à temps."


@pytest.mark.parametrize("limits", [replace(STRICT, read_seconds=0.1), replace(STRICT, total_seconds=0.1)])
def test_a_silent_server_is_left(server: HostileServer, policy: FetchPolicy, limits: FetchPolicy) -> None:
    limits = replace(limits, private_hosts=policy.private_hosts)
    outcome = fetch(server.on("/muet", Exchange.stall), policy=limits, now=NOW)
    assert reason(outcome) == "Le site n’a pas répondu à temps."


# --- answers that make no sense -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"", "Le site a coupé la connexion."),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "La réponse du site est illisible."),
        (b"HTTP/1.1 abc OK\r\n\r\n", "La réponse du site est illisible."),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss/>", "s’est interrompue avant la fin."),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500\r\n<rss/>",
            "s’est interrompue avant la fin.",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n<rss/>",
            "La réponse du site est illisible.",
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<rss/>",
            "s’est interrompue avant la fin.",
        ),
        (
            b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
            "Les en-têtes de la réponse sont démesurés.",
        ),
        (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 200 + b"\r\n", "La réponse du site est illisible."),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000, "Les en-têtes de la réponse sont démesurés."),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nabc", "compressé d’une façon qui n’est pas lue."),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<rss/>",
            "Le contenu compressé du flux est illisible.",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(FEED, mtime=0)[:30],
            "s’est interrompue avant la fin.",
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "Le site a répondu sans contenu."),
        (b"HTTP/1.1 302 Found\r\n\r\n", "Le site renvoie vers une autre adresse sans dire laquelle."),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n", "Cette adresse de flux est mal écrite."),
    ],
)
def test_a_broken_answer_is_a_sentence(
    server: HostileServer, policy: FetchPolicy, answer: bytes, sentence: str
) -> None:
    url = server.on("/casse", lambda exchange: exchange.send(answer))
    assert reason(fetch(url, policy=policy, now=NOW)).lower().endswith(sentence.lower())


def test_a_reset_connection_is_a_sentence(server: HostileServer, policy: FetchPolicy) -> None:
    url = server.on("/coupe", Exchange.reset)
    assert reason(fetch(url, policy=policy, now=NOW)) == "Le site a coupé la connexion."


def test_a_closed_port_is_a_sentence() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))  # bound but not listening: nobody else takes the port meanwhile
        port = probe.getsockname()[1]
        policy = replace(STRICT, private_hosts=frozenset({"127.0.0.1"}))
        outcome = fetch(f"http://127.0.0.1:{port}/", policy=policy, now=NOW)
    assert reason(outcome) == "Le site n’accepte pas de connexion."


@pytest.mark.parametrize(
    ("status", "retry_after", "expected"),
    [
        ("401 Unauthorized", "", ("mot de passe", None)),
        ("403 Forbidden", "", ("refuse l’accès", None)),
        ("404 Not Found", "60", ("n’existe pas", None)),
        ("410 Gone", "", ("définitivement", None)),
        ("418 Teapot", "", ("erreur (code 418)", None)),
        ("429 Too Many Requests", "120", ("espacer les visites", timedelta(seconds=120))),
        ("429 Too Many Requests", "Mon, 23 Nov 2026 10:30:00 GMT", ("espacer", timedelta(minutes=90))),
        ("429 Too Many Requests", "Mon, 23 Nov 2026 10:30:00 -0000", ("espacer", timedelta(minutes=90))),
        ("429 Too Many Requests", "Mon, 23 Nov 2020 10:30:00 GMT", ("espacer", timedelta())),
        ("429 Too Many Requests", "9" * 40, ("espacer", LONGEST_PAUSE)),
        ("429 Too Many Requests", "bientôt", ("espacer", timedelta(hours=1))),
        ("429 Too Many Requests", "", ("espacer", timedelta(hours=1))),
        ("500 Internal Server Error", "60", ("en panne (code 500)", None)),
        ("503 Service Unavailable", "60", ("en panne (code 503)", timedelta(minutes=1))),
        ("503 Service Unavailable", "", ("en panne (code 503)", None)),
    ],
)
def test_an_error_status_is_a_sentence_and_perhaps_a_pause(
    policy: FetchPolicy,
    server: HostileServer,
    status: str,
    retry_after: str,
    expected: tuple[str, timedelta | None],
) -> None:
    url = server.on(
        "/erreur", lambda exchange: exchange.answer(b"<html>", status=status, retry_after=retry_after)
    )
    outcome = fetch(url, policy=policy, now=NOW)
    sentence, pause = expected
    assert sentence in reason(outcome)
    assert outcome == Failed(reason(outcome), pause)


# --- where a fetch may go -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("file:///etc/passwd", "Seules les adresses en http et https sont lues."),
        ("ftp://example.org/flux", "Seules les adresses en http et https sont lues."),
        ("javascript:alert(1)", "Seules les adresses en http et https sont lues."),
        ("exemple.fr/flux", "Seules les adresses en http et https sont lues."),
        ("http://jean:secret@example.org/", "identifiant ou un mot de passe est refusée."),
        ("http://jean@example.org/", "identifiant ou un mot de passe est refusée."),
        ("http://example.org:22/", "Le port 22 n’est pas celui d’un site"),
        ("http://example.org:6667/", "Le port 6667 n’est pas celui d’un site"),
        ("http://example.org:99999/", "mal écrite"),
        ("http:///flux", "mal écrite"),
        ("http://exa mple.org/", "mal écrite"),
        ("http://example.org\\@127.0.0.1/", "mal écrite"),
        ("http://example.org/\r\nX-Injected: 1", "mal écrite"),
        ("http://[::1/", "mal écrite"),
        (f"http://{'a' * 70}.org/", "mal écrite"),
    ],
)
def test_an_address_that_is_no_plain_web_address_is_refused(url: str, sentence: str) -> None:
    outcome = fetch(url, policy=STRICT, now=NOW, network=names())
    assert sentence in reason(outcome)
    assert "secret" not in reason(outcome)


PRIVATE = """
    127.0.0.1 127.8.8.8 10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 169.254.169.254 0.0.0.0 224.0.0.1
    198.18.0.1 255.255.255.255 ::1 :: ::ffff:10.0.0.1 ::7f00:1 fc00::1 fd12::1 fe80::1%eth0 fec0::1 ff02::1
    2002:7f00:1:: 2001:0:7f00:1:: 64:ff9b::7f00:1 64:ff9b:1::1 2001:db8::1
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_a_private_address_is_refused_whatever_its_name(address: str) -> None:
    assert not is_public(address)
    outcome = fetch("http://flux.example/", policy=STRICT, now=NOW, network=names(flux_example=address))
    assert reason(outcome) == "Cette adresse désigne une machine du réseau local, qui n’est pas autorisée."


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "0", "127。0。0。1"]
)
def test_loopback_is_refused_however_it_is_written(server: HostileServer, host: str) -> None:
    server.on("/", feed)
    outcome = fetch(server.url(host=host), policy=STRICT, now=NOW)
    assert reason(outcome).startswith(
        ("Cette adresse désigne une machine du réseau local", "Le nom de ce site")
    )
    assert server.requests == []


def test_a_permission_is_for_one_port_or_for_a_host(server: HostileServer) -> None:
    url = server.on("/", feed)
    for allowed, works in ((f"127.0.0.1:{server.port}", True), ("127.0.0.1", True), ("127.0.0.1:1", False)):
        outcome = fetch(url, policy=replace(STRICT, private_hosts=frozenset({allowed})), now=NOW)
        assert isinstance(outcome, Ok) is works


def test_a_name_is_resolved_once_and_the_checked_address_connected_to(server: HostileServer) -> None:
    answers = iter([["10.0.0.1", "93.184.216.34"], ["127.0.0.1"]])
    reached: list[str] = []

    def connect(address: tuple[str, int], seconds: float) -> socket.socket:
        reached.append(address[0])
        return socket.create_connection(("127.0.0.1", address[1]), seconds)

    server.on("/", feed)
    network = replace(NETWORK, resolve=lambda _host, _port: next(answers), connect=connect)
    assert body(fetch(server.url(host="flux.example"), policy=STRICT, now=NOW, network=network)) == FEED
    assert reached == ["93.184.216.34"]
    assert server.requests[0].headers["Host"] == f"flux.example:{server.port}"


def test_the_next_address_is_tried_when_one_does_not_answer(server: HostileServer) -> None:
    def connect(address: tuple[str, int], seconds: float) -> socket.socket:
        if ":" in address[0]:
            raise OSError("no route")
        return socket.create_connection(("127.0.0.1", address[1]), seconds)

    server.on("/", feed)
    network = replace(NETWORK, resolve=lambda *_: ["2606:4700::1", "93.184.216.34"], connect=connect)
    assert body(fetch(server.url(host="flux.example"), policy=STRICT, now=NOW, network=network)) == FEED


def test_an_accented_name_is_asked_in_ascii(server: HostileServer) -> None:
    server.on("/", feed)
    network = names(**{"xn--sant-epa_example": "93.184.216.34"})
    assert body(fetch(server.url(host="santé.example"), policy=STRICT, now=NOW, network=network)) == FEED
    assert server.requests[0].headers["Host"].startswith("xn--sant-epa.example:")


def test_a_name_that_does_not_resolve_is_a_sentence() -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise socket.gaierror("unknown")

    outcome = fetch("http://flux.example/", policy=STRICT, now=NOW, network=replace(NETWORK, resolve=resolve))
    assert reason(outcome) == "Le nom de ce site est introuvable."


# --- redirects ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_a_redirect_is_followed(server: HostileServer, policy: FetchPolicy, status: str) -> None:
    url = server.on("/ancien", redirect("/nouveau#fin", status))
    new = server.on("/nouveau", feed)
    outcome = fetch(url, policy=policy, now=NOW)
    assert isinstance(outcome, Ok)
    assert outcome.final_url == new


def test_a_redirect_with_accents_is_followed(server: HostileServer, policy: FetchPolicy) -> None:
    url = server.on(
        "/ancien",
        lambda exchange: exchange.send("HTTP/1.1 301 Moved\r\nLocation: /actualités\r\n\r\n".encode()),
    )
    server.on("/actualit%C3%A9s", feed)
    assert body(fetch(url, policy=policy, now=NOW)) == FEED


def test_a_redirect_loop_ends_after_five(server: HostileServer, policy: FetchPolicy) -> None:
    url = server.on("/boucle", redirect("/boucle"))
    assert reason(fetch(url, policy=policy, now=NOW)) == "Le site renvoie d’adresse en adresse, sans fin."
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("file:///dev/zero", "Après redirection : seules les adresses en http et https sont lues."),
        ("http://127.0.0.1:8080/", "Après redirection : cette adresse désigne une machine du réseau local"),
        ("http://a:b@127.0.0.1/", "Après redirection : une adresse qui contient un identifiant"),
    ],
)
def test_a_redirect_is_checked_like_an_address(
    server: HostileServer, policy: FetchPolicy, location: str, sentence: str
) -> None:
    assert reason(fetch(server.on("/piege", redirect(location)), policy=policy, now=NOW)).startswith(sentence)


def test_a_public_site_cannot_lead_to_an_allowed_private_machine(
    server: HostileServer, policy: FetchPolicy
) -> None:
    server.on("/piege", redirect(server.on("/interne", feed)))
    network = names(flux_example="93.184.216.34", **{"127_0_0_1": "127.0.0.1"})
    outcome = fetch(server.url("/piege", host="flux.example"), policy=policy, now=NOW, network=network)
    assert reason(outcome).startswith("Après redirection : cette adresse désigne une machine du réseau local")
    assert isinstance(fetch(server.url("/interne"), policy=policy, now=NOW, network=network), Ok)


# --- secured connections ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secure_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileServer]:
    certificate = tmp_path_factory.mktemp("tls") / "flux.example.pem"
    certificate.write_text(CERTIFICATE)
    with hostile_server(certificate) as server:
        server.on("/", feed)
        yield server


def trusting(network: Network) -> Network:
    context = ssl.create_default_context(cadata=CERTIFICATE[CERTIFICATE.index("-----BEGIN CERTIFICATE") :])
    return replace(network, tls=lambda: context)


def test_a_certificate_is_checked_against_the_name_not_the_address(secure_server: HostileServer) -> None:
    network = trusting(names(flux_example="93.184.216.34", autre_example="93.184.216.34"))
    url = secure_server.url(host="flux.example", scheme="https")
    assert body(fetch(url, policy=STRICT, now=NOW, network=network)) == FEED
    url = secure_server.url(host="autre.example", scheme="https")
    outcome = fetch(url, policy=STRICT, now=NOW, network=network)
    assert reason(outcome) == "Le certificat de sécurité du site n’est pas valable."


def test_a_certificate_of_nobody_known_is_refused(secure_server: HostileServer) -> None:
    url = secure_server.url(host="flux.example", scheme="https")
    outcome = fetch(url, policy=STRICT, now=NOW, network=names(flux_example="93.184.216.34"))
    assert reason(outcome) == "Le certificat de sécurité du site n’est pas valable."


def test_a_site_that_does_not_speak_tls_is_a_sentence() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        network = replace(NETWORK, resolve=lambda *_: ["93.184.216.34"], connect=lambda *_: ours)
        outcome = fetch("https://flux.example/", policy=STRICT, now=NOW, network=network)
    assert reason(outcome) == "La connexion sécurisée avec le site a échoué."


# --- when to ask again --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("habit", "errors", "retry_after", "wait"),
    [
        (None, 0, None, USUAL),
        (timedelta(hours=4), 0, None, timedelta(hours=2)),
        (timedelta(minutes=5), 0, None, timedelta(minutes=30)),
        (timedelta(days=90), 0, None, SLOWEST),
        (timedelta(minutes=5), 1, None, timedelta(hours=1)),
        (timedelta(minutes=5), 3, None, timedelta(hours=4)),
        (timedelta(days=90), 3, None, SLOWEST),
        (None, 1000, None, LAST_RETRY),
        (None, 0, timedelta(minutes=1), USUAL),
        (None, 1, timedelta(days=3), timedelta(days=3)),
    ],
)
def test_the_next_visit(
    habit: timedelta | None, errors: int, retry_after: timedelta | None, wait: timedelta
) -> None:
    assert next_due(NOW, habit, errors, retry_after) == NOW + wait


@given(st.none() | st.timedeltas(), st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_the_next_visit_is_the_same_day_and_errors_never_hasten_it(
    habit: timedelta | None, errors: int
) -> None:
    due = next_due(NOW, habit, errors)
    assert NOW + timedelta(minutes=30) <= next_due(NOW, habit, 0) <= due <= NOW + timedelta(days=1)


# --- many feeds ---------------------------------------------------------------------------------------


def asks(*urls: str) -> list[FetchRequest]:
    return [FetchRequest(key, url) for key, url in enumerate(urls)]


def test_turns_give_one_request_a_host_then_let_it_rest() -> None:
    first, second, other, *_ = requests = asks(
        "http://a/1", "http://A/2", "http://b/1", "http://[", " http://a/3"
    )
    turns = Turns(requests, rest=10)
    assert [turns.take(0), turns.take(0), turns.take(0), turns.take(0)] == [first, other, requests[3], None]
    assert turns.wait(0) is None
    turns.give_back(other, now=1)
    assert turns.wait(1) is None
    turns.give_back(first, now=2)
    assert turns.wait(3) == 9
    assert turns.take(11.9) is None
    assert turns.take(12) == second
    assert turns.drop(second) == [requests[4]]
    turns.give_back(second, now=13)
    assert turns.wait(100) is None


@given(st.lists(st.integers(0, 4), max_size=30), st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_turns_serve_everyone_once_in_order_within_a_host(hosts: list[int], workers: int) -> None:
    requests = [FetchRequest(key, f"http://{host}.example/") for key, host in enumerate(hosts)]
    turns, clock, under_way, served = Turns(requests, rest=1), 0.0, list[FetchRequest](), list[FetchRequest]()
    while len(served) < len(requests):
        while len(under_way) < workers and (request := turns.take(clock)):
            assert request.url not in {busy.url for busy in under_way}
            under_way.append(request)
        if under_way:
            served.append(under_way.pop(0))
            turns.give_back(served[-1], clock)
        else:
            patience = turns.wait(clock)
            assert patience is not None
            clock += patience
    assert turns.take(clock + 1) is None
    for url in {request.url for request in requests}:
        assert [r.key for r in served if r.url == url] == [r.key for r in requests if r.url == url]


def test_many_feeds_come_one_at_a_time_a_host(server: HostileServer, policy: FetchPolicy) -> None:
    under_way = Counter[str]()

    def counted(exchange: Exchange) -> None:
        host = exchange.headers["Host"]
        under_way[host] += 1
        exchange.send(b"HTTP/1.1 200 OK\r\n\r\n" + FEED)
        assert under_way[host] == 1
        under_way[host] -= 1
        exchange.send(host.encode())

    server.on("/flux", counted)
    # Two names of this machine are two hosts.
    hosts = [f"127.0.0.1:{server.port}", f"localhost:{server.port}"]
    requests = [
        FetchRequest(f"{host}/{serial}", f"http://{host}/flux") for serial in range(10) for host in hosts
    ]
    network = replace(NETWORK, resolve=lambda *_: ["127.0.0.1"])
    allowed = replace(policy, private_hosts=frozenset(hosts))
    outcomes = dict(fetch_many(requests, now=NOW, policy=allowed, rest=0, network=network))
    assert outcomes.keys() == set(requests)
    assert {body(outcome) for outcome in outcomes.values()} == {FEED + host.encode() for host in hosts}


def test_one_feed_that_fails_is_alone(server: HostileServer, policy: FetchPolicy) -> None:
    good, bad = server.on("/flux", feed), server.on("/coupe", Exchange.reset)
    outcomes = [
        outcome
        for _, outcome in fetch_many(asks(good, bad, "file:///x", good), now=NOW, policy=policy, rest=0)
    ]
    assert sorted(isinstance(outcome, Ok) for outcome in outcomes) == [False, False, True, True]


def test_a_site_that_asks_for_rest_is_not_asked_again(server: HostileServer, policy: FetchPolicy) -> None:
    busy = server.on("/", lambda exchange: exchange.answer(status="429 Too Many Requests", retry_after="600"))
    outcomes = list(fetch_many(asks(busy, busy, busy), now=NOW, policy=policy, rest=0))
    expected = Failed("Le site demande d’espacer les visites.", timedelta(minutes=10))
    assert [(request.key, outcome) for request, outcome in outcomes] == [(key, expected) for key in range(3)]
    assert len(server.requests) == 1


def test_a_host_rests_between_two_visits(server: HostileServer, policy: FetchPolicy) -> None:
    clock = [0.0]
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        clock[0] += seconds

    url = server.on("/flux", feed)
    network = replace(NETWORK, monotonic=lambda: clock[0])
    outcomes = list(
        fetch_many(asks(url, url, url), now=NOW, policy=policy, network=network, rest=7, pause=pause)
    )
    assert [body(outcome) for _, outcome in outcomes] == [FEED] * 3
    assert pauses == [7, 7]


def test_nothing_to_fetch_is_nothing() -> None:
    assert list(fetch_many([], now=NOW)) == []


def test_2000_feeds_take_no_more_memory_than_the_workers_do(monkeypatch: pytest.MonkeyPatch) -> None:
    size, workers = 100_000, 4
    monkeypatch.setattr("ereput.ingest.fetch.fetch", lambda *_, **__: Ok(bytes(size), "", "", "", ""))
    requests = asks(*(f"http://site-{serial}.example/" for serial in range(2_000)))
    tracemalloc.start()
    try:
        seen = sum(len(body(outcome)) for _, outcome in fetch_many(requests, now=NOW, workers=workers))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert seen == 2_000 * size
    assert peak < (workers + 2) * size + 2_000_000
