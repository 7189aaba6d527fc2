import pytest
from hypothesis import given
from hypothesis import strategies as st

from ereput.ingest.urls import canonical, is_public, target


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/url?rct=j&sa=t&url=https://j.exemple/a&ct=ga&usg=x",
        "https://www.google.fr/url?q=https%3A%2F%2Fj.exemple%2Fa&sa=D",
        "http://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fj.exemple%2fa&c=1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fj.exemple%2Fa&h=x",
        "https://news.google.com/rss/articles/CBMiE2h0dHBzOi8vai5leGVtcGxlL2HSAQA?oc=5",
        " https://j.exemple/a\n",
        "https://www.google.com/url?url=https%3A%2F%2Fl.facebook.com%2Fl.php%3Fu%3Dhttps%253A%252F%252Fj.exemple%252Fa",
    ],
)
def test_redirections_are_undone(link: str) -> None:
    assert target(link) == "https://j.exemple/a"


@pytest.mark.parametrize(
    "link",
    [
        "https://journal.exemple/url?url=https://x.exemple",
        "https://news.google.com/rss/articles/CBMiAAA?oc=5",
        "https://www.google.com/search?q=a",
    ],
)
def test_other_links_are_left(link: str) -> None:
    assert target(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/relatif",
        "",
        "file:///etc/passwd",
        "https://" + "a" * 5_000,
    ],
)
def test_what_is_no_web_address_is_dropped(link: str) -> None:
    assert target(link) == ""


def test_a_redirector_may_not_lead_to_a_script() -> None:
    assert target("https://www.google.com/url?url=javascript:alert(1)").startswith("https://www.google.com/")


def test_tracking_does_not_change_the_page() -> None:
    base = canonical("https://journal.exemple/a?id=4")
    assert canonical("http://www.journal.exemple/a/?utm_source=rss&id=4&fbclid=x#xtor=RSS-3") == base
    assert canonical("https://journal.exemple/a?id=5") != base
    assert canonical("https://forum.exemple/t#post-3") != canonical("https://forum.exemple/t#post-4")


@pytest.mark.parametrize(
    ("link", "public"),
    [
        ("https://actu.exemple/rss", True),
        ("http://8.8.8.8/x", True),
        ("http://127.0.0.1:8501/x", False),
        ("http://localhost/x", False),
        ("http://10.0.0.4/", False),
        ("http://192.168.1.1/", False),
        ("http://169.254.169.254/", False),
        ("http://[::1]/", False),
        ("file:///etc/passwd", False),
        ("ftp://a.exemple", False),
        ("http://intranet/", False),
        ("http://2130706433/", False),
        ("http://nas.local/", False),
        ("", False),
        ("http://[x", False),
    ],
)
def test_public_addresses(link: str, public: bool) -> None:  # noqa: FBT001 # a table of cases
    assert is_public(link) is public


@given(st.text(max_size=60))
def test_nothing_raises(text: str) -> None:
    for link in (text, f"https://www.google.com/url?url={text}", f"http://{text}"):
        assert target(link) == "" or target(link).lower().startswith("http")
        canonical(link)
        is_public(link)
