"""The same Google reviews from Takeout, Outscraper and Apify, in every order: counted once."""

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from ereput.jobs import practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Outcome, import_file
from ereput.store import open_store, publications, reads_sources

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
STARS = ("", "ONE", "TWO", "THREE", "FOUR", "FIVE")


@dataclass(frozen=True)
class Seen:
    """A review as Google shows it."""

    author: str
    stars: int
    at: datetime
    text: str = ""
    reply: str = ""
    translated: str = ""


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, 37, tzinfo=UTC)


REVIEWS = (
    Seen("Léa P.", 5, at(3), "Très bon accueil, on m’explique tout.\n\nJe recommande  vivement !"),
    Seen("Marc D.", 1, at(5, 23, 30), "Deux heures d'attente, aucune excuse.", "Nous en sommes désolés."),
    Seen("Zoé L.", 4, at(7), "Good doctor, clear answers.", translated="Bon docteur, réponses claires."),
    Seen("M. D.", 5, at(9)),
    Seen("M. D.", 5, at(9, 11)),
    Seen("Camille R.", 2, at(11), "Secrétariat injoignable toute la semaine."),
    Seen("Camille R.", 2, at(12), "Facture incompréhensible et personne pour m'aider."),
    Seen("A. B.", 3, at(13), "Moyen 🙂"),
)


def takeout(reviews: Iterable[Seen]) -> Any:
    return {"reviews": [_takeout(number, seen) for number, seen in enumerate(reviews)]}


def _takeout(number: int, seen: Seen) -> dict[str, Any]:
    stamp = seen.at.strftime("%Y-%m-%dT%H:%M:%S.123456Z")
    both = f"{seen.translated}\n\n(Original)\n{seen.text}"
    review: dict[str, Any] = {
        "name": f"accounts/100/locations/200/reviews/AbFvOq{number}",
        "reviewer": {"displayName": seen.author},
        "starRating": STARS[seen.stars],
        "createTime": stamp,
        "updateTime": stamp,
    }
    if seen.text:
        review["comment"] = f"(Translated by Google) {both}" if seen.translated else seen.text
    if seen.reply:
        review["reviewReply"] = {"comment": seen.reply, "updateTime": "2026-10-20T08:00:00Z"}
    return review


def google_id(seen: Seen) -> str:
    """What both scrapers read in the page; Takeout has another."""
    return f"ChdD{int(seen.at.timestamp())}"


def outscraper(reviews: Iterable[Seen]) -> Any:
    return [
        {
            "name": "Cabinet Noël",
            "place_id": "ChIJplace",
            "review_id": google_id(seen),
            "author_title": seen.author,
            "review_text": seen.text or None,
            "owner_answer": seen.reply or None,
            "owner_answer_timestamp_datetime_utc": "10/20/2026 08:00:00" if seen.reply else None,
            "review_rating": seen.stars,
            "review_timestamp": int(seen.at.timestamp()),
            "review_datetime_utc": seen.at.strftime("%m/%d/%Y %H:%M:%S"),
        }
        for seen in reviews
    ]


def apify(reviews: Iterable[Seen]) -> Any:
    return [
        {
            "reviewId": google_id(seen),
            "name": seen.author,
            "stars": seen.stars,
            "text": seen.text or None,
            "textTranslated": seen.translated or None,
            "publishAt": "il y a un mois",
            "publishedAtDate": seen.at.strftime("%Y-%m-%dT%H:%M:%S.512Z"),
            "responseFromOwnerText": seen.reply or None,
            "responseFromOwnerDate": "2026-10-20T08:00:00.000Z" if seen.reply else None,
        }
        for seen in reviews
    ]


Tool = Callable[[Iterable[Seen]], Any]
TOOLS: tuple[Tool, ...] = (takeout, outscraper, apify)
ORDERS = list(permutations(TOOLS))


def named(order: tuple[Tool, ...]) -> str:
    return "-".join(tool.__name__ for tool in order)


@pytest.fixture
def context(sqlite_url: str) -> Iterable[Context]:
    with closing(open_store(sqlite_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël", slug="noel")
        yield made


def imported(context: Context, folder: Path, tool: Tool, reviews: Iterable[Seen]) -> Outcome:
    path = folder / f"{tool.__name__}.json"
    path.write_text(json.dumps(tool(reviews), ensure_ascii=False), "utf-8")
    later = Context(context.store, context.viewer, NOW + timedelta(seconds=1))
    return import_file(later, path, practitioner="noel")


def held(context: Context) -> list[tuple[str, str]]:
    with context.store.reading() as connection:
        rows = publications.read_all(connection, context.viewer, 1)
    return sorted((row.author, " ".join(row.body.split())) for row in rows)


@pytest.mark.parametrize("order", ORDERS, ids=named)
def test_three_exports_in_any_order_are_counted_once(
    order: tuple[Tool, ...], context: Context, tmp_path: Path
) -> None:
    first, *others = (imported(context, tmp_path, tool, REVIEWS) for tool in order)
    assert (first.new, first.rejected) == (len(REVIEWS), 0)
    assert [(o.new, o.edited, o.doubtful) for o in others] == [(0, 0, 0)] * 2
    assert held(context) == sorted((seen.author, " ".join(seen.text.split())) for seen in REVIEWS)
    for tool in order:
        # One review more makes it another file, which is read whole.
        again = imported(context, tmp_path, tool, (*REVIEWS, Seen("Tom", 4, at(20), "Rien à redire.")))
        assert (again.new, again.edited, again.unchanged) in {(1, 0, len(REVIEWS)), (0, 0, len(REVIEWS) + 1)}
    assert len(held(context)) == len(REVIEWS) + 1


def test_what_nothing_tells_apart_is_kept_and_shown(context: Context, tmp_path: Path) -> None:
    shown = Seen("Utilisateur Google", 5, at(15))
    imported(context, tmp_path, takeout, [shown])
    outcome = imported(context, tmp_path, apify, [Seen("Utilisateur Google", 5, at(16))])
    assert (outcome.doubtful, outcome.edited, len(held(context))) == (1, 0, 2)
    with context.store.reading() as connection:
        (pair,) = reads_sources.undecided_pairs(connection, context.viewer)
    assert "mêmes étoiles" in pair.reason
    again = imported(context, tmp_path, apify, [Seen("Utilisateur Google", 5, at(16))])
    assert (again.new, again.doubtful, len(held(context))) == (0, 0, 2)
