"""Time a refresh of many feeds, beside the `reader` library doing the same: `make bench NAME=feeds`.

A local server plays one host a feed (127.0.x.y); every feed has 100 entries. Printed: a first round and a
not-modified round of ereput, then of `reader` when it is installed (`pip install reader`), in one run; with
`--feeds 2000`, the memory before and after. Sentiment of every entry is scored by ereput, not by reader.
"""

import argparse
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

from ereput.ingest.fetch import FetchPolicy
from ereput.jobs import feeds, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.store import open_store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def body(feed: int, entries: int) -> bytes:
    """Return an RSS feed of its own entries."""
    items = "".join(
        f"<item><title>Article {number} du journal {feed} sur la santé locale</title>"
        f"<link>https://journal-{feed}.example/articles/{number}</link><guid>{feed}-{number}</guid>"
        f"<pubDate>{1 + number % 22:02} Nov 2026 {number % 24:02}:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;Le cabinet de la rue {number} a accueilli ses visiteurs. L'attente était "
        f"courte et l'équipe souriante, dit-on.&lt;/p&gt;</description></item>"
        for number in range(entries)
    )
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Journal {feed}</title>'
    return f"{head}<link>https://journal-{feed}.example</link>{items}</channel></rss>".encode()


class Handler(BaseHTTPRequestHandler):
    """Answer /N.xml by feed N, and a conditional request by 304."""

    protocol_version = "HTTP/1.1"
    entries = 100

    def do_GET(self) -> None:
        """Serve one feed."""
        number = int(self.path.strip("/").removesuffix(".xml"))
        if self.headers.get("If-None-Match") == f'"{number}"':
            self.send_response(304)
            self.end_headers()
            return
        data = body(number, self.entries)
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("ETag", f'"{number}"')
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Stay silent."""


def measured(name: str, count: int, work: Callable[[], object]) -> float:
    """Run, print and return the CPU seconds of this process (which is the server too, for both)."""
    started, used = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    print(f"{name}: {seconds:.2f} s wall, {1000 * cpu / count:.1f} ms CPU a feed")
    return cpu


def memory() -> float:
    """Return the peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=50)
    options = parser.parse_args()
    count = options.feeds
    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # noqa: S104 (all of 127.0.0.0/8 must answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    hosts = [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(count)]
    urls = [f"http://{host}:{port}/{number}.xml" for number, host in enumerate(hosts)]
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/ereput.db")
        store.migrate()
        context = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(context, name="Cabinet", slug="cabinet")
        for url in urls:
            feeds.add(context, url, practitioner="cabinet")
        policy = FetchPolicy(private_hosts=frozenset(hosts))
        before = memory()
        outcomes = feeds.refresh(context, policy=policy, everything=True)  # warms the imports of both
        print(f"{sum(outcome.new for outcome in outcomes)} entries stored of {count} feeds")
        print(f"peak memory: {before:.0f} MB before, {memory():.0f} MB after the first round")
        measured(
            "ereput, not modified", count, lambda: feeds.refresh(context, policy=policy, everything=True)
        )
        fresh = open_store(f"sqlite:///{folder}/again.db")
        fresh.migrate()
        again = Context(fresh, ADMINISTRATOR, NOW)
        practitioners.add(again, name="Cabinet", slug="cabinet")
        for url in urls:
            feeds.add(again, url, practitioner="cabinet")
        ours = measured(
            "ereput, first round", count, lambda: feeds.refresh(again, policy=policy, everything=True)
        )
        if find_spec("reader") is None:
            print("reader is not installed: nothing to compare with")
            return
        from reader import make_reader

        other = make_reader(str(Path(folder) / "reader.db"))
        for url in urls:
            other.add_feed(url)
        theirs = measured("reader, first round", count, lambda: other.update_feeds(workers=8))
        measured("reader, not modified", count, lambda: other.update_feeds(workers=8))
        print(f"ereput / reader, CPU: {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
