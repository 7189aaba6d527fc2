from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ereput.domain.publication import Kind
from ereput.ingest import FeedEntry, Reading, RefusedError, mentions, read_bytes
from ereput.ingest.feeds import LONG, MAX_ENTRIES

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))


def rss(items: str, prolog: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f'{prolog}<rss version="2.0"><channel><title>Journal</title><link>https://j.exemple/</link>{items}</channel></rss>'


def read(text: str | bytes) -> Reading:
    return read_bytes(text if isinstance(text, bytes) else text.encode(), "flux", now=NOW)


def one(text: str | bytes) -> FeedEntry:
    (entry,) = read(text).entries
    return entry


ITEM = "<item><title>L’été à l’hôpital</title><link>https://j.exemple/1</link></item>"


@pytest.mark.parametrize(
    "data",
    [
        rss(ITEM).encode(),
        rss(ITEM, "").encode("cp1252"),
        rss(ITEM).encode("cp1252"),
        rss(ITEM, '<?xml version="1.0" encoding="windows-1252"?>').encode("cp1252"),
        rss(ITEM, '<?xml version="1.0" encoding="iso-8859-1"?>').encode(),
        rss(ITEM, '<?xml version="1.0" encoding="utf-16"?>').encode("utf-16"),
        rss(ITEM, "").encode("utf-16-le"),
        b"\n\n" + rss(ITEM).encode(),
        b"Notice: Undefined index in /x.php\n" + rss(ITEM).encode(),
    ],
)
def test_titles_survive_any_encoding(data: bytes) -> None:
    assert one(data).title == "L’été à l’hôpital"


def test_an_entry_without_title_takes_the_beginning_of_its_text() -> None:
    assert (
        one(
            rss("<item><title/><description>&lt;p&gt;Mon dentiste est super&lt;/p&gt;</description></item>")
        ).title
        == "Mon dentiste est super"
    )


def test_markup_never_stays_in_texts() -> None:
    entry = one(
        rss(
            "<item><title>&lt;img src=x onerror=alert(1)&gt;Ici</title>"
            "<description>&lt;b&gt;x&lt;/b&gt;</description></item>"
        )
    )
    assert (entry.title, entry.summary) == ("Ici", "x")


def test_dangerous_links_are_dropped_and_relative_ones_completed() -> None:
    assert one(rss("<item><title>a</title><link>javascript:alert(1)</link></item>")).link == ""
    assert (
        one(rss("<item><title>a</title><link>/article/1</link></item>")).link == "https://j.exemple/article/1"
    )
    assert (
        one(rss("<item><title>a</title><guid>https://j.exemple/g</guid></item>")).link
        == "https://j.exemple/g"
    )


def test_only_the_exact_source_is_cut_from_a_title() -> None:
    item = (
        "<item><title>Grève - mode d’emploi - Le Matin</title>"
        "<source url='https://m.exemple'>Le Matin</source></item>"
    )
    assert (one(rss(item)).title, one(rss(item)).source) == ("Grève - mode d’emploi", "Le Matin")


def test_an_author_is_a_name_not_an_address() -> None:
    assert (
        one(rss("<item><title>a</title><author>jeanne@j.exemple (Jeanne D.)</author></item>")).author
        == "Jeanne D."
    )


def test_entities_that_name_one_another_cost_nothing() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    bomb = rss("<item><title>&a11;</title></item>", f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]>')
    for data in (bomb.encode(), bomb.encode("utf-16")):
        assert all(len(entry.title) < 100 for entry in read(data).entries)


def test_external_entities_are_not_opened() -> None:
    prolog = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert "root:" not in str(read(rss("<item><title>A &x;</title></item>", prolog)).entries)


def test_a_very_long_feed_is_read_from_its_beginning() -> None:
    reading = read(rss("<item><title>a</title></item>" * (MAX_ENTRIES + 50)))
    assert len(reading.entries) == MAX_ENTRIES
    assert reading.message == LONG


@pytest.mark.parametrize(
    "data", ["<?xml version='1.0'?><note/>", "<rss" + "".join(f' xmlns:a{i}="u"' for i in range(300)) + "/>"]
)
def test_other_xml_is_refused(data: str) -> None:
    with pytest.raises(RefusedError, match="flux"):
        read(data)


def test_a_web_page_offers_its_feed() -> None:
    with pytest.raises(RefusedError, match=r"/atom\.xml"):
        read("<!doctype html><head><link rel=alternate type=application/atom+xml href=/atom.xml></head>")
    with pytest.raises(RefusedError, match="page web"):
        read("<html><body>404</body></html>")


def test_entries_become_mentions_and_store_reviews_reviews() -> None:
    entries = [
        FeedEntry(title="a", link="https://www.youtube.com/watch?v=1"),
        FeedEntry(title="b", rating=1.0, guid="9"),
    ]
    mention, review = mentions(entries)
    assert (mention.kind, mention.platform, mention.row) == (Kind.MENTION, "youtube", 1)
    assert (review.kind, review.rating, review.external_id) == (Kind.REVIEW, 1.0, "9")
    assert next(mentions(entries, "presse")).platform == "presse"
