from ereput.ingest.opml import opml_feeds


def test_bare_ampersands_comments_and_quotes() -> None:
    text = (
        "<opml><!-- <outline xmlUrl='https://vieux.exemple'/> --><body>"
        "<OUTLINE text='L&#039;actu &amp; vous' xmlURL=\"https://a.exemple/?a=1&b=2\"/>"
        '<outline title="Deux" text="x" xmlUrl="https://b.exemple"></outline></body>'
    )
    feeds, refused = opml_feeds(text)
    assert [(feed.title, feed.url) for feed in feeds] == [
        ("L'actu & vous", "https://a.exemple/?a=1&b=2"),
        ("Deux", "https://b.exemple"),
    ]
    assert refused == 0


def test_each_address_once_and_only_public_ones() -> None:
    addresses = [
        "https://a.exemple/x",
        "feed:https://a.exemple/x",
        "feed://b.exemple/y",
        "file:///etc/passwd",
        "http://127.0.0.1/x",
        "",
    ]
    text = "".join(f'<outline text="t" xmlUrl="{address}"/>' for address in addresses)
    feeds, refused = opml_feeds(text)
    assert [feed.url for feed in feeds] == ["https://a.exemple/x", "https://b.exemple/y"]
    assert refused == 2


def test_hostile_shapes_are_read_in_linear_time() -> None:
    for text in (
        '<outline text="a" ' * 20_000,
        '<outline x="' * 20_000,
        "<!--" * 50_000,
        "<outline " + "a" * 100_000,
    ):
        assert opml_feeds(text) == ([], 0)
