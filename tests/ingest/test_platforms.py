import pytest

from ereput.ingest.platforms import platform_in, platform_of_name, platform_of_url, platforms

REQUIRED = [
    "google",
    "doctolib",
    "facebook",
    "pagesjaunes",
    "trustpilot",
    "tripadvisor",
    "linkedin",
    "instagram",
    "annuaire_sante",
    "hospitalidee",
    "medecindirect",
    "google_play",
    "app_store",
    "presse",
    "forum",
    "blog",
    "site",
    "autre",
]


def test_every_expected_platform_is_there_and_complete() -> None:
    known = platforms()
    assert set(REQUIRED) <= set(known)
    for slug, platform in known.items():
        assert platform.slug == slug
        assert platform.name
        assert len(platform.export) > 20
        assert not platform.report_url or platform.report_url.startswith("https://")


def test_no_two_platforms_share_a_name_or_a_host() -> None:
    names = [
        name.casefold() for platform in platforms().values() for name in (platform.slug, *platform.aliases)
    ]
    hosts = [host for platform in platforms().values() for host in platform.hosts]
    assert len(names) == len(set(names))
    assert len(hosts) == len(set(hosts))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Google", "google"),
        ("Google Reviews", "google"),
        ("avis Google", "google"),
        ("Pages Jaunes", "pagesjaunes"),
        ("FACEBOOK", "facebook"),
        ("Trustpilot.com", "trustpilot"),
        ("Play Store", "google_play"),
        ("GOOGLEMYBUSINESS", "google"),
        ("Inconnu", ""),
        ("", ""),
    ],
)
def test_names(name: str, slug: str) -> None:
    assert platform_of_name(name) == slug


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://www.google.com/maps/reviews/x", "google"),
        ("https://play.google.com/store", "google_play"),
        ("https://news.google.com/x", "presse"),
        ("https://fr.trustpilot.com/review/x", "trustpilot"),
        ("https://notgoogle.com", ""),
        ("http://[x", ""),
        ("", ""),
    ],
)
def test_addresses(url: str, slug: str) -> None:
    assert platform_of_url(url) == slug


def test_file_names() -> None:
    assert platform_in("doctolib_retours_patients") == "doctolib"
    assert platform_in("export google play 2025") == "google_play"
    assert platform_in("site web") == ""
