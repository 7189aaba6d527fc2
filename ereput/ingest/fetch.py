"""Fetch a feed from a server that may be hostile.

Built on `http.client`, not on requests: what protects is below the level of an HTTP library. Each byte, of
headers too, passes through `_Wire`, which holds the time limits and the size cap; each hop resolves its host
once, checks every address, and connects to a checked address under the right `Host` and server name, so that
a name which answers twice differently (DNS rebinding) gains nothing. No cookie, no proxy, no password.
What goes wrong is a `Failed` with one French sentence, which never holds the address: it may hold a key.
"""

import heapq
import http
import http.client
import io
import re
import socket
import ssl
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, cast
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import certifi

from ereput import __version__

USER_AGENT = f"ereput/{__version__} (veille locale)"
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
CHUNK = 65_536
HEADER_BYTES = 131_072
TAG_LENGTH = 512

FASTEST = timedelta(minutes=30)
USUAL = timedelta(hours=3)
SLOWEST = timedelta(hours=12)
FIRST_RETRY = timedelta(hours=1)
LAST_RETRY = timedelta(days=1)
LONGEST_PAUSE = timedelta(days=7)
PAUSE_AFTER_429 = timedelta(hours=1)

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
# Ports of other services, which https://fetch.spec.whatwg.org/#port-blocking keeps browsers from.
_OTHER_SERVICES = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, *range(6665, 6670), 6679, 6697, 10080}
)
_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
_KEPT = "/%:@!$&'()*+,;=~|[]?"
_GZIP = b"\x1f\x8b"
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_SUCCESSES = range(200, 300)
_BREAKDOWNS = range(500, 600)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REASONS = {
    401: "Le site demande un mot de passe pour ce flux.",
    403: "Le site refuse l’accès à ce flux.",
    404: "Ce flux n’existe pas à cette adresse.",
    410: "Le site a supprimé ce flux définitivement.",
    429: "Le site demande d’espacer les visites.",
}
_MISSPELT = "Cette adresse de flux est mal écrite."
_UNREADABLE = "La réponse du site est illisible."
_TRUNCATED = "La réponse du site s’est interrompue avant la fin."
_HUGE_HEADERS = "Les en-têtes de la réponse sont démesurés."
_LATE = "Le site n’a pas répondu à temps."
# The first class that fits speaks, so a class stands before its parents.
_EXPLANATIONS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "Le certificat de sécurité du site n’est pas valable."),
    (ssl.SSLError, "La connexion sécurisée avec le site a échoué."),
    (TimeoutError, _LATE),
    (ConnectionRefusedError, "Le site n’accepte pas de connexion."),
    (ConnectionError, "Le site a coupé la connexion."),
    (OSError, "La connexion au site a échoué."),
    (http.client.IncompleteRead, _TRUNCATED),
    (http.client.LineTooLong, _HUGE_HEADERS),
    (http.client.HTTPException, _UNREADABLE),
    (zlib.error, "Le contenu compressé du flux est illisible."),
)


@dataclass(frozen=True)
class FetchPolicy:
    """What a fetch may cost and reach; times in seconds, sizes in bytes.

    `private_hosts` are the machines of the local network that the user allows, as "host" or "host:port".
    """

    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    total_seconds: float = 30.0
    wire_bytes: int = 10_000_000
    body_bytes: int = 20_000_000
    redirects: int = 5
    private_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ok:
    """A body, decompressed, and what the next conditional request needs."""

    body: bytes = field(repr=False)
    etag: str
    last_modified: str
    final_url: str
    content_type: str


@dataclass(frozen=True)
class NotModified:
    """Nothing new since the tags that were sent; they stand."""


@dataclass(frozen=True)
class Failed:
    """One French sentence, and how long the site asks to be left alone."""

    reason: str
    retry_after: timedelta | None = None


Fetched = Ok | NotModified | Failed


def _resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the order in which the system prefers them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _connect(address: tuple[str, int], seconds: float) -> socket.socket:
    return socket.create_connection(address, timeout=seconds)


@cache
def _tls() -> ssl.SSLContext:
    # The system's authorities, and certifi's for a Python that was installed without any.
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@dataclass(frozen=True)
class Network:
    """The world outside, which tests replace: names, connections, authorities, the clock of the deadlines."""

    resolve: Callable[[str, int], Sequence[str]] = _resolve
    connect: Callable[[tuple[str, int], float], socket.socket] = _connect
    tls: Callable[[], ssl.SSLContext] = _tls
    monotonic: Callable[[], float] = time.monotonic


POLICY = FetchPolicy()
NETWORK = Network()


class _RefusedError(Exception):
    """Ends a fetch; carries the sentence for the user."""


# --- what may be reached ------------------------------------------------------------------------------


def is_public(address: str) -> bool:
    """Whether an IP address is on the public Internet, seen through IPv6 forms that wrap an IPv4 address."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        nat64 = IPv4Address(int(ip) & 0xFFFF_FFFF) if ip in _NAT64 else None
        wrapped = ip.ipv4_mapped or ip.sixtofour or nat64
        if wrapped is not None:
            return is_public(str(wrapped))
        if ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast


@dataclass(frozen=True)
class _Place:
    """An address that may be asked for: the host in ASCII, the target as the request line wants it."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def header(self) -> str:
        """The `Host` header."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"


def _place(url: str) -> _Place:
    """Read an address, and refuse what is not a plain web address."""
    if _CONTROL.search(url):
        raise _RefusedError(_MISSPELT)
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except ValueError:
        raise _RefusedError(_MISSPELT) from None
    if parts.scheme not in _PORTS:
        raise _RefusedError("Seules les adresses en http et https sont lues.")
    if parts.username is not None or parts.password is not None:
        raise _RefusedError("Une adresse qui contient un identifiant ou un mot de passe est refusée.")
    if not _HOST.fullmatch(host):
        raise _RefusedError(_MISSPELT)
    if port is None:
        port = _PORTS[parts.scheme]
    if (port < _FIRST_FREE_PORT and port not in _PORTS.values()) or port in _OTHER_SERVICES:
        raise _RefusedError(f"Le port {port} n’est pas celui d’un site : cette adresse est refusée.")
    target = quote(parts.path or "/", safe=_KEPT)
    if parts.query:
        target += "?" + quote(parts.query, safe=_KEPT)
    return _Place(parts.scheme, host, port, target)


# --- one request --------------------------------------------------------------------------------------


class _Wire(io.RawIOBase):
    """Stands for the socket in http.client: no read outlasts the time left or passes the size cap."""

    def __init__(self, connection: socket.socket, patience: Callable[[], float], body_bytes: int) -> None:
        self._connection = connection
        self._patience = patience
        self._body_bytes = body_bytes
        self._left = HEADER_BYTES
        self._complaint = _HUGE_HEADERS

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the stream that http.client reads the answer from."""
        return io.BufferedReader(self)

    def close(self) -> None:
        """Do nothing: http.client closes early, the one who opened the connection closes it."""

    def sendall(self, data: bytes) -> None:
        """Send the request."""
        self._connection.settimeout(self._patience())
        self._connection.sendall(data)

    def expect_body(self) -> None:
        """From now on the cap is that of the body."""
        self._left = self._body_bytes
        self._complaint = _too_large(self._body_bytes)

    def readable(self) -> bool:
        """Say to io that this stream is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Receive what there is, at most the buffer's size; 0 at the end."""
        if self._left < 0:
            raise _RefusedError(self._complaint)
        self._connection.settimeout(self._patience())
        count = self._connection.recv_into(buffer)
        self._left -= count
        return count


@dataclass(frozen=True)
class _Answer:
    """What one request brought; the body is empty unless the status is a success."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes = b""


@dataclass(frozen=True)
class _Visit:
    """A fetch under way: its limits and the moment when it must be over, redirects included."""

    policy: FetchPolicy
    network: Network
    deadline: float

    def patience(self, limit: float) -> float:
        """Return how long the next step may wait, in seconds: its own limit, or what is left of the whole."""
        left = self.deadline - self.network.monotonic()
        if left <= 0:
            raise _RefusedError(_LATE)
        return min(limit, left)

    def addresses(self, place: _Place, *, private: bool) -> list[str]:
        """Resolve a host, once, and keep the addresses that may be connected to."""
        try:
            found = self.network.resolve(place.host, place.port)
        except (socket.gaierror, UnicodeError):
            raise _RefusedError("Le nom de ce site est introuvable.") from None
        allowed = [address for address in found if private or is_public(address)]
        if not allowed:
            raise _RefusedError("Cette adresse désigne une machine du réseau local, qui n’est pas autorisée.")
        return allowed

    def connection(self, place: _Place, addresses: Sequence[str]) -> socket.socket:
        """Connect to the first address that answers, and secure the connection if the scheme says so."""
        *others, last = addresses
        for address in others:
            try:
                return self.secured(place, address)
            except OSError:
                continue  # a host may have an IPv6 address that this machine cannot reach: the next may do
        return self.secured(place, last)

    def secured(self, place: _Place, address: str) -> socket.socket:
        """Connect to one address."""
        plain = self.network.connect((address, place.port), self.patience(self.policy.connect_seconds))
        if place.scheme == "http":
            return plain
        with ExitStack() as on_failure:
            on_failure.callback(plain.close)
            plain.settimeout(self.patience(self.policy.connect_seconds))
            secure = self.network.tls().wrap_socket(plain, server_hostname=place.host)
            on_failure.pop_all()
        return secure

    def ask(self, place: _Place, headers: Mapping[str, str], *, private: bool) -> _Answer:
        """Make one request; its redirect is the caller's to follow."""
        with self.connection(place, self.addresses(place, private=private)) as connection:
            wire = _Wire(connection, partial(self.patience, self.policy.read_seconds), self.policy.wire_bytes)
            exchange = http.client.HTTPConnection(place.host, place.port)
            exchange.sock = cast("socket.socket", wire)  # it uses no more than what _Wire has
            exchange.request("GET", place.target, headers={"Host": place.header, **headers})
            with exchange.getresponse() as response:
                wire.expect_body()
                body = _read_body(response, self.policy) if response.status in _SUCCESSES else b""
                return _Answer(response.status, response.headers, body)


# --- the body -----------------------------------------------------------------------------------------


def _too_large(limit: int) -> str:
    return f"Ce flux dépasse la taille admise ({limit / 1_000_000:.0f} Mo)."


def _read_body(response: http.client.HTTPResponse, policy: FetchPolicy) -> bytes:
    """Read a body whole and decompressed, never holding more than the policy's `body_bytes` and a chunk."""
    if (response.length or 0) > policy.wire_bytes:
        raise _RefusedError(_too_large(policy.wire_bytes))
    encoding = (response.headers["Content-Encoding"] or "identity").strip().lower()
    chunks = iter(partial(response.read, CHUNK), b"")
    body = io.BytesIO()
    try:
        for piece in chunks if encoding == "identity" else _inflated(chunks, encoding):
            if body.tell() + len(piece) > policy.body_bytes:
                raise _RefusedError(_too_large(policy.body_bytes))
            body.write(piece)
    except ValueError:  # http.client's, on a chunk of negative size
        raise _RefusedError(_UNREADABLE) from None
    if response.length:
        raise _RefusedError(_TRUNCATED)
    return body.getvalue()


def _inflated(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Decompress gzip (of any number of members) or deflate (zlib or bare), a chunk at a time."""
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise _RefusedError("Le site envoie un contenu compressé d’une façon qui n’est pas lue.")
    data = next(chunks, b"")
    if not data:
        return
    engine = zlib.decompressobj(_window(encoding, data))
    while True:
        piece = engine.decompress(data, CHUNK)
        yield piece
        data = engine.unconsumed_tail
        if engine.eof:
            data = engine.unused_data or next(chunks, b"")
            if not data.startswith(_GZIP):  # the end, or padding
                return
            engine = zlib.decompressobj(_window(encoding, data))
        elif not data and len(piece) < CHUNK:
            data = next(chunks, b"")
            if not data:
                raise _RefusedError(_TRUNCATED)


def _window(encoding: str, start: bytes) -> int:
    """Return zlib's `wbits` for a body, of which servers call "deflate" both zlib streams and bare ones."""
    if encoding != "deflate":
        return zlib.MAX_WBITS | 16
    zlib_header = start[0] & 0x0F == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS


# --- a fetch ------------------------------------------------------------------------------------------


def fetch(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    policy: FetchPolicy = POLICY,
    now: datetime,
    network: Network = NETWORK,
) -> Fetched:
    """Ask for a feed, conditionally when tags of an earlier answer are given.

    `now`, with its zone, is what a `Retry-After` date is counted from. Never raises for what a server does.
    """
    visit = _Visit(policy, network, network.monotonic() + policy.total_seconds)
    tags = {"If-None-Match": _tag(etag), "If-Modified-Since": _tag(last_modified)}
    tags = {name: value for name, value in tags.items() if value}
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": ACCEPT,
        "Accept-Encoding": "gzip, deflate",
        "Connection": "close",
    }
    url, hop, trusted = url.strip(), 0, True
    try:
        while True:
            place = _place(url)
            # Once on the Internet, never back to a machine of the local network, even an allowed one.
            trusted = trusted and not policy.private_hosts.isdisjoint(
                {place.host, f"{place.host}:{place.port}"}
            )
            answer = visit.ask(place, headers | tags, private=trusted)
            if answer.status not in _REDIRECTS:
                return _conclude(answer, url, conditional=bool(tags), now=now)
            hop += 1
            if hop > policy.redirects:
                return Failed("Le site renvoie d’adresse en adresse, sans fin.")
            url = _redirected(url, answer.headers["Location"])
    except _RefusedError as refusal:
        return Failed(_after(hop, str(refusal)))
    except (OSError, http.client.HTTPException, zlib.error) as error:
        return Failed(_after(hop, _explain(error)))


def _after(hop: int, reason: str) -> str:
    return f"Après redirection : {reason[0].lower()}{reason[1:]}" if hop else reason


def _explain(error: Exception) -> str:
    return next(sentence for kind, sentence in _EXPLANATIONS if isinstance(error, kind))


def _redirected(url: str, location: str | None) -> str:
    if not location:
        raise _RefusedError("Le site renvoie vers une autre adresse sans dire laquelle.")
    try:
        # http.client reads headers as Latin-1, servers write them in UTF-8.
        location = location.encode("latin-1").decode("utf-8", "replace")
        return urldefrag(urljoin(url, location.strip())).url
    except ValueError:
        raise _RefusedError(_MISSPELT) from None


def _conclude(answer: _Answer, url: str, *, conditional: bool, now: datetime) -> Fetched:
    status, headers = answer.status, answer.headers
    if status == http.HTTPStatus.NOT_MODIFIED and conditional:
        return NotModified()
    if status in {http.HTTPStatus.NO_CONTENT, http.HTTPStatus.RESET_CONTENT}:
        return Failed("Le site a répondu sans contenu.")
    if status in _SUCCESSES:
        tag, modified = _tag(headers["ETag"]), _tag(headers["Last-Modified"])
        return Ok(answer.body, tag, modified, url, headers["Content-Type"] or "")
    pause = None
    if status in {http.HTTPStatus.TOO_MANY_REQUESTS, http.HTTPStatus.SERVICE_UNAVAILABLE}:
        pause = _retry_after(headers["Retry-After"], now)
    if status == http.HTTPStatus.TOO_MANY_REQUESTS and pause is None:
        pause = PAUSE_AFTER_429
    other = "Le site est en panne" if status in _BREAKDOWNS else "Le site a répondu par une erreur"
    return Failed(_REASONS.get(status, f"{other} (code {status})."), pause)


def _tag(value: str | None) -> str:
    """Return a validator that can be stored and sent back; "" for one that is missing or unfit."""
    fit = value is not None and len(value) <= TAG_LENGTH and value.isascii() and value.isprintable()
    return value.strip() if value is not None and fit else ""


def _retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Read a `Retry-After` header (RFC 9110, 10.2.3): seconds or a date; never more than a week."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return timedelta(seconds=min(int(text[:9]), LONGEST_PAUSE.total_seconds()))
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    wanted = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return min(max(wanted, timedelta()), LONGEST_PAUSE)


def next_due(
    now: datetime, habit: timedelta | None, errors: int, retry_after: timedelta | None = None
) -> datetime:
    """Return when to ask a feed again.

    `habit` is the usual time between two of its items (None: unknown): half of it, within 30 minutes and
    12 hours, so that silence is noticed the same day. `errors` counts the failures in a row, the last answer
    included: an hour, doubled by each, up to a day. The pause that a site asks for is always respected.
    """
    interval = USUAL if habit is None else min(max(habit / 2, FASTEST), SLOWEST)
    if errors > 0:
        doubled = FIRST_RETRY * 2 ** min(errors - 1, 5)
        interval = max(interval, min(doubled, LAST_RETRY))
    return now + max(interval, retry_after or timedelta())


# --- many fetches -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FetchRequest:
    """One feed to ask for; `key` is what the caller knows it by."""

    key: int | str
    url: str
    etag: str = ""
    last_modified: str = ""


class Turns:
    """Whose turn it is: one request at a time a host, `rest` seconds apart, else in the order given.

    Pure: `now` is any clock in seconds that never goes back.
    """

    def __init__(self, requests: Iterable[FetchRequest], rest: float) -> None:
        self._rest = rest
        self._queues: dict[str, deque[FetchRequest]] = {}
        for request in requests:
            self._queues.setdefault(_host(request), deque()).append(request)
        # A host stands here when it has a request left and none under way; a list in order is a heap.
        self._ready = [(float("-inf"), order, host) for order, host in enumerate(self._queues)]
        self._served = len(self._ready)

    def take(self, now: float) -> FetchRequest | None:
        """Return the next request to make, None when no host is free yet."""
        if not self._ready or self._ready[0][0] > now:
            return None
        *_, host = heapq.heappop(self._ready)
        return self._queues[host].popleft()

    def give_back(self, request: FetchRequest, now: float) -> None:
        """Say that a request is over: its host rests, then takes its place behind the others."""
        host = _host(request)
        if self._queues[host]:
            self._served += 1
            heapq.heappush(self._ready, (now + self._rest, self._served, host))

    def drop(self, request: FetchRequest) -> list[FetchRequest]:
        """Give up, and return, what was left to ask of the host of a request."""
        dropped = list(self._queues[_host(request)])
        self._queues[_host(request)].clear()
        return dropped

    def wait(self, now: float) -> float | None:
        """Return in how many seconds a host will be free; None when none is waiting for its turn."""
        return max(0.0, self._ready[0][0] - now) if self._ready else None


def _host(request: FetchRequest) -> str:
    try:
        return urlsplit(request.url.strip()).hostname or ""
    except ValueError:
        return ""


def fetch_many(
    requests: Iterable[FetchRequest],
    *,
    now: datetime,
    policy: FetchPolicy = POLICY,
    workers: int = 8,
    rest: float = 1.0,
    network: Network = NETWORK,
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[tuple[FetchRequest, Fetched]]:
    """Yield each request with its outcome as it comes; no more than `workers` bodies wait to be taken.

    A host is asked one thing at a time, with `rest` seconds between; when it asks to be left alone, what was
    left to ask of it fails with the same pause, unasked. Closing the iterator waits for what is under way.
    """
    turns = Turns(requests, rest)
    running: dict[Future[Fetched], FetchRequest] = {}
    with ThreadPoolExecutor(workers, thread_name_prefix="fetch") as pool:
        while True:
            clock = network.monotonic()
            while len(running) < workers and (request := turns.take(clock)):
                running[pool.submit(_fetch_one, request, policy, now, network)] = request
            patience = turns.wait(clock) if len(running) < workers else None
            if running:
                finished, _ = wait(running, timeout=patience, return_when=FIRST_COMPLETED)
                if not finished:
                    continue
                future = finished.pop()  # one only: a body that waits for the consumer occupies a worker
                request, outcome = running.pop(future), future.result()
                asks_for_rest = isinstance(outcome, Failed) and bool(outcome.retry_after)
                left = turns.drop(request) if asks_for_rest else []
                turns.give_back(request, network.monotonic())
                yield request, outcome
                yield from ((unasked, outcome) for unasked in left)
            elif patience is not None:
                pause(patience)
            else:
                return


def _fetch_one(request: FetchRequest, policy: FetchPolicy, now: datetime, network: Network) -> Fetched:
    tags = {"etag": request.etag, "last_modified": request.last_modified}
    return fetch(request.url, **tags, policy=policy, now=now, network=network)
