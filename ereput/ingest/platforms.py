"""The places where people speak of practitioners, from `data/platforms.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import yaml

from ereput.ingest.wording import fold

_GENERAL: Final = frozenset(("presse", "forum", "blog", "site", "autre", "x"))
DATA: Final = Path(__file__).resolve().parents[2] / "data" / "platforms.yaml"


class PlatformKind(StrEnum):
    """What a platform mainly is."""

    REVIEWS = "avis"
    DIRECTORY = "annuaire"
    NETWORK = "réseau"
    PRESS = "presse"
    FORUM = "forum"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Platform:
    """One entry of the file; `export` and `control` are French instructions, `report_url` may be empty.

    `is_claimable` says that a professional may take it in hand, `control` what it then can correct.
    """

    slug: str
    name: str
    kind: PlatformKind
    one_review_per_author: bool
    direct_reply: bool
    is_claimable: bool
    control: str
    export: str
    report_url: str
    hosts: tuple[str, ...]
    aliases: tuple[str, ...]


@cache
def platforms(path: Path = DATA) -> Mapping[str, Platform]:
    """Return every platform by slug, in the order of the file."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        entry["slug"]: Platform(
            slug=entry["slug"],
            name=entry["nom"],
            kind=PlatformKind(entry["genre"]),
            one_review_per_author=entry["un_avis_par_auteur"],
            direct_reply=entry["reponse_directe"] == "oui",
            is_claimable=entry["revendicable"] == "oui",
            control=entry["maitrise"].strip(),
            export=entry["export"].strip(),
            report_url=entry["signalement"],
            hosts=tuple(entry["hotes"]),
            aliases=tuple(entry["alias"]),
        )
        for entry in entries
    }


@lru_cache(maxsize=4096)
def platform_of_name(name: str) -> str:
    """Return the slug that a displayed name means ("Google Reviews", "Pages Jaunes"), or ""."""
    words = _words(name)
    return (
        _names().get(words) or _names().get(words.replace(" ", "")) or platform_of_host(name.strip().lower())
    )


def platform_of_url(url: str) -> str:
    """Return the slug of the platform that an address belongs to, or ""."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return platform_of_host(host)


@lru_cache(maxsize=4096)
def platform_of_host(host: str) -> str:
    """Return the slug of the platform that owns a host or one of its parents, or ""."""
    parts = host.removeprefix("www.").split(".")
    owners = _hosts()
    for start in range(len(parts) - 1):
        slug = owners.get(".".join(parts[start:]))
        if slug:
            return slug
    return ""


def platform_in(label: str) -> str:
    """Return the slug of the platform that a file's name speaks of, or ""; the longest name wins."""
    words = f" {_words(label)} "
    named = [
        (len(name), slug) for name, slug in _names().items() if slug not in _GENERAL and f" {name} " in words
    ]
    return max(named, default=(0, ""))[1]


def _words(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in fold(text)).split())


@cache
def _names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for platform in platforms().values():
        for name in (platform.slug, platform.name, *platform.aliases):
            names.setdefault(_words(name), platform.slug)
    return names


@cache
def _hosts() -> Mapping[str, str]:
    return {host: platform.slug for platform in platforms().values() for host in platform.hosts}
