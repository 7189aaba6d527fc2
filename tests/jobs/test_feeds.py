"""Feeds end to end: a local server, conditional requests, one failure among many."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ereput.domain.errors import RefusedError
from ereput.ingest.fetch import FetchPolicy
from ereput.jobs import feeds, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.store import batches, open_store, publications
from ereput.store import feeds as feed_store
from tests.ingest.hostile_server import Exchange, HostileServer, hostile_server

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ITEM = (
    "<item><title>{title}</title><link>{link}</link>"
    "<pubDate>{day:02} Nov 2026 08:00:00 +0100</pubDate></item>"
)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with hostile_server() as made:
        yield made


@pytest.fixture
def context(sqlite_url: str) -> Iterable[Context]:
    with closing(open_store(sqlite_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël", slug="noel", city="Niort")
        practitioners.add(made, name="Dr Paul Marin", slug="marin", city="Tours")
        yield made


def rss(*titles: str) -> bytes:
    items = [
        ITEM.format(title=t, link=f"https://presse.example/{n}", day=n * 3) for n, t in enumerate(titles, 1)
    ]
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>P</title>'
    return f"{head}{''.join(items)}</channel></rss>".encode()


def refresh(context: Context, server: HostileServer) -> list[feeds.FeedOutcome]:
    policy = FetchPolicy(
        private_hosts=frozenset({f"127.0.0.1:{server.port}"}), total_seconds=2, read_seconds=1
    )
    return feeds.refresh(context, policy=policy, everything=True)


def titles(context: Context, who: int) -> list[str]:
    with context.store.reading() as connection:
        return sorted(row.title for row in publications.read_all(connection, context.viewer, who))


def test_a_feed_brings_mentions_once(context: Context, server: HostileServer) -> None:
    def script(exchange: Exchange) -> None:
        if exchange.headers.get("If-None-Match") == '"v1"':
            exchange.answer(status="304 Not Modified")
        else:
            exchange.answer(rss("Portes ouvertes au cabinet du port", "Un prix pour le cabinet"), etag='"v1"')

    feeds.add(context, server.on("/rss", script), practitioner="noel")
    (first,) = refresh(context, server)
    (second,) = refresh(context, server)
    assert (first.status, first.new, second.status) == ("new", 2, "not_modified")
    assert titles(context, 1) == ["Portes ouvertes au cabinet du port", "Un prix pour le cabinet"]


def test_a_feed_without_news_leaves_no_line_in_the_journal(context: Context, server: HostileServer) -> None:
    feeds.add(
        context,
        server.on("/rss", lambda exchange: exchange.answer(rss("Un prix pour le cabinet"))),
        practitioner="noel",
    )
    refresh(context, server)
    (again,) = refresh(context, server)
    assert (again.status, again.unchanged) == ("unchanged", 1)
    with context.store.reading() as connection:
        assert len(batches.read_all(connection, context.viewer)) == 1


def test_one_failure_concerns_its_feed_alone(context: Context, server: HostileServer) -> None:
    page = b"<!doctype html><html><body><h1>Bienvenue</h1></body></html>"
    feeds.add(context, server.on("/page", lambda exchange: exchange.answer(page)), practitioner="noel")
    feeds.add(context, server.on("/reset", lambda exchange: exchange.reset()), practitioner="noel")
    feeds.add(
        context,
        server.on("/rss", lambda exchange: exchange.answer(rss("Un prix au cabinet du port"))),
        practitioner="noel",
    )
    page_outcome, reset, good = refresh(context, server)
    assert (page_outcome.status, reset.status, good.status) == ("failed", "failed", "new")
    assert page_outcome.error
    assert reset.error
    with context.store.reading() as connection:
        rows = feed_store.read_all(connection, context.viewer)
    assert [row.errors for row in rows] == [1, 1, 0]
    assert all(row.next_due >= NOW + timedelta(minutes=30) for row in rows)


def test_private_addresses_are_refused_unless_allowed(context: Context, server: HostileServer) -> None:
    feeds.add(context, server.on("/rss", lambda exchange: exchange.answer(rss("Titre"))), practitioner="noel")
    (outcome,) = feeds.refresh(context, policy=FetchPolicy(), everything=True)
    assert outcome.status == "failed"
    assert server.requests == []


def test_an_article_of_a_portfolio_feed_goes_to_whom_it_names(
    context: Context, server: HostileServer
) -> None:
    body = rss(
        "Le docteur Paul Marin ouvre à Tours", "Élise Noël et Paul Marin récompensés", "Rien à voir ici"
    )
    feeds.add(context, server.on("/rss", lambda exchange: exchange.answer(body)), portfolio="Mon cabinet")
    refresh(context, server)
    assert (titles(context, 1), titles(context, 2)) == ([], ["Le docteur Paul Marin ouvre à Tours"])
    with context.store.reading() as connection:
        (batch,) = batches.read_all(connection, context.viewer)
    assert batch.waiting == 1


def test_only_what_is_due_is_fetched(context: Context, server: HostileServer) -> None:
    feeds.add(
        context,
        server.on("/rss", lambda exchange: exchange.answer(rss("Titre du jour au cabinet"))),
        practitioner="noel",
    )
    refresh(context, server)
    policy = FetchPolicy(private_hosts=frozenset({f"127.0.0.1:{server.port}"}))
    assert feeds.refresh(context, policy=policy) == []
    later = replace(context, now=NOW + timedelta(days=2))
    assert len(feeds.refresh(later, policy=policy)) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "", "https://"])
def test_what_is_no_address_is_refused(context: Context, url: str) -> None:
    with pytest.raises(RefusedError, match="adresse de flux"):
        feeds.add(context, url, practitioner="noel")
