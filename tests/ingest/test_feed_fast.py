"""The quick reader answers as feedparser does, or not at all."""

import random
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ereput.ingest import FeedEntry, feed_fast, feeds

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "ingest"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:News="https://news.exemple/search"'
)
# Each may stand in an item, once or more, in any order: ordinary, rare and wrong ones alike.
PIECES = (
    "<title>Grève à l’hôpital - Le Matin</title>",
    "<title/>",
    '<title type="html">Le &lt;b&gt;cabinet&lt;/b&gt; rouvre</title>',
    "<title>Cafés d'Ã©tÃ©</title>",
    "<title>cafÃ©</title>",
    "<title>un\x92autre</title>",
    "<media:title>De la vidéo</media:title>",
    "<dc:title>Du Dublin Core</dc:title>",
    "<link>https://j.exemple/1?a=1&amp;b=2</link>",
    "<link> https://j.exemple/2 </link>",
    "<link/>",
    "<link>/relatif</link>",
    '<atom:link href="https://j.exemple/3"/>',
    '<atom:link rel="self" href="https://j.exemple/4"/>',
    '<atom:link rel="ALTERNATE" type="application/pdf" href="https://j.exemple/5.pdf"/>',
    "<guid>https://j.exemple/6</guid>",
    '<guid isPermaLink="false">n° 7</guid>',
    "<atom:id>urn:x:8</atom:id>",
    "<description>&lt;p&gt;Le cabinet a rouvert.&lt;/p&gt;</description>",
    "<description>Une autre description, plus longue que la première.</description>",
    "<description><![CDATA[Un <i>texte</i> cité]]></description>",
    "<description><p>imbriqué</p></description>",
    "<content:encoded>&lt;p&gt;Tout l’article, avec l’attente.&lt;/p&gt;</content:encoded>",
    "<media:description>La légende d’une vidéo de l’accueil</media:description>",
    "<itunes:summary>Résumé du balado</itunes:summary>",
    "<atom:summary>Résumé Atom</atom:summary>",
    '<atom:content type="html">&lt;p&gt;Contenu&lt;/p&gt;</atom:content>',
    '<atom:content type="image/png">aGVsbG8=</atom:content>',
    '<atom:content mode="base64">aGVsbG8=</atom:content>',
    "<author>redaction@j.exemple (Marie Dupont)</author>",
    "<author>Marie Dupont</author>",
    "<author>marie@j.exemple</author>",
    "<dc:creator>Jean Martin</dc:creator>",
    "<itunes:author>Radio</itunes:author>",
    "<atom:author><atom:name>Léa</atom:name><atom:email>l@j.exemple</atom:email></atom:author>",
    "<atom:author><atom:uri>https://j.exemple/lea</atom:uri></atom:author>",
    '<source url="https://m.exemple">Le Matin</source>',
    '<source url="https://m.exemple"/>',
    "<News:Source>L’Écho</News:Source>",
    "<pubDate>Mon, 09 Nov 2026 08:00:00 GMT</pubDate>",
    "<pubDate>bientôt</pubDate>",
    "<dc:date>2026-11-08T10:00:00+01:00</dc:date>",
    "<atom:updated>2026-11-07T10:00:00Z</atom:updated>",
    "<atom:published>2026-11-06</atom:published>",
    "<category>Santé</category>",
    "<comments>https://j.exemple/1#c</comments>",
    "<slash:comments>3</slash:comments>",
    '<enclosure url="https://j.exemple/a.mp3" length="1" type="audio/mpeg"/>',
    '<media:content url="https://j.exemple/a.jpg"/>',
    '<media:content url="https://j.exemple/a.jpg"><media:title>Photo</media:title></media:content>',
    "<image><title>Logo</title></image>",
    "<inconnu>autre</inconnu>",
    '<link xml:base="https://b.exemple/">x</link>',
)
HEADS = (
    "<title>Journal</title>",
    "<link>https://j.exemple/</link>",
    '<atom:link rel="self" href="https://j.exemple/rss"/>',
    "<image><title>Logo</title><url>https://j.exemple/l.png</url><link>https://j.exemple</link></image>",
    "<title>Second titre</title>",
    "<itunes:owner><itunes:name>Moi</itunes:name></itunes:owner>",
    "<language>fr</language>",
    "<textInput><title>Chercher</title></textInput>",
    "<skipHours><hour>3</hour></skipHours>",
)


def both(data: bytes) -> tuple[list[FeedEntry] | None, list[FeedEntry] | None]:
    """Return the entries as the quick reader gives them (None: it gave up), then as feedparser does."""
    quick = feed_fast.parse(feeds._sound(data), is_date=_is_date)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed_fast, "parse", lambda *_, **__: None)
        slow = feeds.feed_entries(data, now=NOW)
    fast = feeds.feed_entries(data, now=NOW) if quick is not None else None
    return fast and fast[0], slow and slow[0]


def _is_date(text: str) -> bool:
    return feeds.DateReader(NOW).read(text) is not None


def made(rng: random.Random, *, ordinary: bool) -> bytes:
    """Return a feed of pieces drawn at random; an ordinary one starts from what every feed has."""
    items = []
    for _ in range(2):
        drawn = rng.sample(PIECES, rng.randint(1, 5))
        pieces = ["<title>Titre</title>", "<link>https://j.exemple/0</link>", *drawn] if ordinary else drawn
        rng.shuffle(pieces)
        items.append(f"<item>{''.join(pieces)}</item>")
    head = "".join(rng.sample(HEADS, rng.randint(0, 3)))
    return f'<rss version="2.0" {SPACES}><channel>{head}{"".join(items)}</channel></rss>'.encode()


@pytest.mark.parametrize("seed", range(8))
def test_feeds_drawn_at_random_are_read_alike(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 (made-up feeds)
    for number in range(50):
        data = made(rng, ordinary=number % 3 > 0)
        fast, slow = both(data)
        if fast is not None:
            assert fast == slow, data.decode()


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_is_read_alike(piece: str) -> None:
    item = f"<item><link>https://j.exemple/0</link>{piece}</item>"
    fast, slow = both(f'<rss version="2.0" {SPACES}><channel>{item}</channel></rss>'.encode())
    if fast is not None:
        assert fast == slow


@pytest.mark.parametrize(
    "path", sorted(GOLDEN.glob("*.rss")) + sorted(GOLDEN.glob("*.atom")), ids=lambda p: p.name
)
def test_golden_feeds_are_read_alike(path: Path) -> None:
    fast, slow = both(path.read_bytes())
    if fast is not None:
        assert fast == slow


@pytest.mark.parametrize("name", ["actualites.rss", "alerte_google.atom", "bing.rss", "forum.rss"])
def test_ordinary_feeds_need_no_feedparser(name: str) -> None:
    assert both((GOLDEN / name).read_bytes())[0] is not None


ITEM = "<item><title>a</title><link>https://j.exemple/1</link></item>"


@pytest.mark.parametrize(
    "data",
    [
        f"<rss version='2.0'><channel>{ITEM}</channel>",
        f"<rss version='2.0'><channel>{ITEM.replace('>a<', '>&nbsp;<')}</channel></rss>",
        f"<rss version='2.0' xml:base='https://b.exemple/'><channel>{ITEM}</channel></rss>",
        f"<autre><channel>{ITEM}</channel></autre>",
        f"<!DOCTYPE rss [<!ENTITY e 'x'>]><rss version='2.0'><channel>{ITEM}</channel></rss>",
        f"<rss version='2.0'><channel>{ITEM}</channel><channel/></rss>",
        f"<rss version='2.0'><channel xmlns:dc='https://autre.exemple/'>{ITEM}</channel></rss>",
        f"<rss version='2.0' xmlns='https://autre.exemple/'><channel>{ITEM}</channel></rss>",
        f"<rss version='2.0'><channel>{ITEM.replace('https:', 'ftp:')}</channel></rss>",
        "<rss version='2.0'><channel><title>vide</title></channel></rss>",
    ],
)
def test_what_is_unusual_is_left_to_feedparser(data: str) -> None:
    assert feed_fast.parse(data.encode(), is_date=_is_date) is None
