"""A server on loopback that answers whatever a test wants, down to bytes that no HTTP library would send."""

import socket
import socketserver
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

# Self-signed, for flux.example, until 2120; it protects nothing, so its key may stand here.
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpBoHmIeFnNUxLPWK
6O91anEzQ38SuSJpKSRECMFNolmhRANCAAS9Oas19V0NzY4rT3SeIxIz/TtOJfkv
VbV9PeGCZs/N26WgmChlx4tWlGTSLW/BHvndFoDCVp8dy/fqeyiGOBFS
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBezCCASCgAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxmbHV4LmV4
YW1wbGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcxFTATBgNV
BAMMDGZsdXguZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABL05qzX1
XQ3NjitPdJ4jEjP9O04l+S9VtX094YJmz83bpaCYKGXHi1aUZNItb8Ee+d0WgMJW
nx3L9+p7KIY4EVKjWzBZMB0GA1UdDgQWBBTk1ZDzBMNajx4znwF6Sisx25Ir2jAP
BgNVHRMBAf8EBTADAQH/MBcGA1UdEQQQMA6CDGZsdXguZXhhbXBsZTAOBgNVHQ8B
Af8EBAMCAoQwCgYIKoZIzj0EAwIDSQAwRgIhAPrCrVGnMdsd420dc74go9sJyUWx
Tkttv4Z5SShByyY2AiEAyVQP44hUbcsRPt89At6LldHqiVQBQ9AMPNATaBFeOR0=
-----END CERTIFICATE-----
"""

Script = Callable[["Exchange"], None]


@dataclass
class Exchange:
    """One connection, once the request is read."""

    connection: socket.socket
    line: str
    headers: dict[str, str]
    server_over: Event

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def answer(self, body: bytes = b"", *, status: str = "200 OK", **headers: str) -> None:
        """Send a well-formed answer; `content_type="…"` becomes the header Content-Type."""
        fields = {"Content-Length": str(len(body))}
        fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.send(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)

    def stall(self) -> None:
        """Say nothing, until the test is over."""
        self.server_over.wait()

    def reset(self) -> None:
        """Cut the connection rudely."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


@dataclass
class HostileServer:
    """Scripts by path, and the requests that came."""

    port: int
    scripts: dict[str, Script] = field(default_factory=dict)
    requests: list[Exchange] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def on(self, path: str, script: Script) -> str:
        """Answer a path by a script; its address."""
        self.scripts[path] = script
        return self.url(path)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
    context: ssl.SSLContext | None = None


@contextmanager
def hostile_server(certificate: Path | None = None) -> Iterator[HostileServer]:
    """Serve on a free port of 127.0.0.1, in TLS when a certificate is given, until the block ends."""
    over = Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            # A client that protects itself hangs up: that is what the tests are for.
            with suppress(ConnectionError, ssl.SSLError):
                connection = self.request
                if listener.context is not None:
                    connection = listener.context.wrap_socket(connection, server_side=True)
                with connection, connection.makefile("rb") as lines:
                    line, *fields = [
                        text.decode("latin-1").rstrip("\r\n") for text in iter(lines.readline, b"\r\n")
                    ]
                    headers = {name: value for name, _, value in (text.partition(": ") for text in fields)}
                    exchange = Exchange(connection, line, headers, over)
                    hostile.requests.append(exchange)
                    hostile.scripts[line.split(" ")[1].partition("?")[0]](exchange)

    with _Server(("127.0.0.1", 0), Handler) as listener:
        if certificate is not None:
            listener.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            listener.context.load_cert_chain(certificate)
        hostile = HostileServer(listener.server_address[1])
        thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hostile
        finally:
            over.set()
            listener.shutdown()
            thread.join()
