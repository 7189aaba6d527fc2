"""The survey: incremental gives what scratch gives; what people decided survives; nothing is invented."""

import random
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from ereput.detect.rating import DEFAULT_RATING_PRIOR, shrunk_mean
from ereput.domain.errors import RefusedError
from ereput.domain.publication import Draft, PartialDate, Precision
from ereput.facts import priors
from ereput.ingest.reading import Reading
from ereput.jobs import alerts, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Request, store_publications
from ereput.jobs.survey import ENOUGH_SERIES, survey
from ereput.jobs.undo import undo_batch
from ereput.store import open_store, schema, signals

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def opened(url: str) -> Context:
    store = open_store(url)
    store.migrate()
    context = Context(store, ADMINISTRATOR, NOW)
    practitioners.add(context, name="Dr Élise Noël", slug="noel")
    practitioners.add(context, name="Dr Paul Marin", slug="marin")
    return context


@pytest.fixture
def context(database_url: str) -> Iterable[Context]:
    made = opened(database_url)
    with closing(made.store):
        yield made


def history(seed: int, *, weeks: int = 110, burst: int = 0) -> list[Draft]:
    """Return a calm history that ends with `burst` negatives in the last complete week."""
    rng = random.Random(seed)  # noqa: S311 (made-up reviews)
    days = [MONDAY - timedelta(weeks=week, days=-rng.randrange(7)) for week in range(weeks) for _ in range(2)]
    stars = [1.0 if rng.random() < 0.08 else 5.0 for _ in days]
    days += [MONDAY + timedelta(days=n % 7) for n in range(burst)]
    stars += [1.0] * burst
    return [
        Draft(
            n,
            "google",
            external_id=f"{seed}-{n}",
            id_namespace="t",
            author=f"A{n}",
            rating=star,
            published=PartialDate.exact(day),
        )
        for n, (day, star) in enumerate(zip(days, stars, strict=True), 1)
    ]


def load(context: Context, drafts: list[Draft], who: int = 1) -> int:
    request = Request("file", "avis.csv", practitioner_id=who)
    return store_publications(context, request, lambda: Reading("reviews", "t", items=iter(drafts))).batch


def concluded(context: Context) -> dict[str, list[tuple[object, ...]]]:
    """Return all that a survey writes, but for the moments when it did."""
    hidden = {"id", "raised_at", "changed_at", "computed_at", "data_version"}
    with context.store.reading() as connection:
        return {
            table.name: sorted(
                tuple(value for name, value in row._mapping.items() if name not in hidden)
                for row in connection.execute(sa.select(table))
            )
            for table in (schema.alert, schema.standing, schema.detector_state)
        }


def only_alert(context: Context) -> sa.Row[tuple[object, ...]]:
    with context.store.reading() as connection:
        (alert,) = (row for row in signals.read_alerts(connection, context.viewer) if row.kind == "spike")
    return alert


def test_a_burst_is_one_alert_with_its_reasons(context: Context) -> None:
    load(context, history(1, burst=6))
    load(context, history(2), who=2)
    assert survey(context).alerts == 1
    alert = only_alert(context)
    assert (alert.slug, alert.kind, alert.level, alert.peak_week) == ("noel", "spike", "alert", MONDAY)
    assert alert.observed >= 6
    assert alert.expected < 1
    assert alert.upper < alert.observed


def test_a_second_survey_changes_nothing(context: Context) -> None:
    load(context, history(1, burst=6))
    survey(context)
    before = concluded(context)
    survey(replace(context, now=NOW + timedelta(minutes=1)))
    assert concluded(context) == before


def test_imports_in_any_order_give_what_a_survey_from_scratch_gives(tmp_path: Path) -> None:
    drafts = history(1, burst=5)
    parts = [drafts[n::4] for n in range(4)]
    seen = []
    for number, order in enumerate(([0, 1, 2, 3], [3, 1, 0, 2])):
        made = opened(f"sqlite:///{tmp_path}/{number}.db")
        with closing(made.store):
            for part in order:
                load(made, parts[part])
                survey(made)
            seen.append(concluded(made)["detector_state"])
    scratch = opened(f"sqlite:///{tmp_path}/scratch.db")
    with closing(scratch.store):
        for part in parts:
            load(scratch, part)
        survey(scratch)
        assert [*seen, concluded(scratch)["detector_state"]] == [seen[0]] * 3


def test_one_more_week_goes_on_from_the_state(context: Context) -> None:
    drafts = history(1)
    load(context, drafts)
    survey(replace(context, now=NOW - timedelta(weeks=1)))
    survey(context)
    after = concluded(context)["detector_state"]
    with context.store.writing() as connection:
        connection.execute(sa.delete(schema.detector_state))
    survey(context)
    assert concluded(context)["detector_state"] == after


def test_undoing_the_burst_ends_the_alert(context: Context) -> None:
    load(context, history(1))
    batch = load(context, history(1, burst=6)[-6:])
    survey(context)
    assert only_alert(context).state == "open"
    undo_batch(context, batch)
    survey(context)
    assert only_alert(context).state == "over"


def test_a_decision_survives_and_a_worsening_opens_again(context: Context) -> None:
    load(context, history(1, burst=3))
    survey(context)
    alert = only_alert(context)
    alerts.acknowledge(context, alert.id, "Vu avec le secrétariat")
    survey(context)
    assert only_alert(context).state == "acknowledged"
    load(context, history(1, burst=12)[-9:])
    survey(context)
    again = only_alert(context)
    assert (again.id, again.state) == (alert.id, "open")
    assert again.observed > alert.observed


def test_a_snoozed_alert_wakes_on_its_day(context: Context) -> None:
    load(context, history(1, burst=6))
    survey(context)
    alert = only_alert(context)
    alerts.snooze(context, alert.id, NOW.date() + timedelta(days=3))
    survey(context)
    assert only_alert(context).state == "snoozed"
    survey(replace(context, now=NOW + timedelta(days=3)))
    assert only_alert(context).state == "open"
    with pytest.raises(RefusedError, match="avenir"):
        alerts.snooze(context, alert.id, NOW.date())


def test_relative_dates_raise_no_spike(context: Context) -> None:
    months_ago = PartialDate(MONDAY, MONDAY - timedelta(days=30), MONDAY + timedelta(days=3), Precision.MONTH)
    relative = [
        Draft(n, "google", author=f"R{n}", rating=1.0, published=months_ago, text=f"Attente trop longue {n}")
        for n in range(40)
    ]
    load(context, history(1))
    load(context, relative)
    survey(context)
    with context.store.reading() as connection:
        assert signals.read_alerts(connection, context.viewer) == []
        (standing,) = signals.read_standings(connection, context.viewer, practitioner_id=1)
    assert standing.undated == 40


def test_the_demonstration_teaches_no_prior(context: Context) -> None:
    load(context, history(1))
    survey(context)
    with context.store.reading() as connection:
        assert signals.latest_prior(connection) is None


def test_a_rating_is_drawn_to_what_the_portfolio_gets(context: Context) -> None:
    for number in range(ENOUGH_SERIES):
        practitioners.add(context, name=f"Dr {number}", slug=f"p{number}")
        load(context, [replace(draft, rating=3.0) for draft in history(number, weeks=60)], who=number + 3)
    newcomer = Draft(1, "google", author="N", rating=5.0, published=PartialDate.exact(MONDAY))
    load(context, [newcomer])
    survey(context)
    with context.store.reading() as connection:
        (standing,) = signals.read_standings(connection, context.viewer, practitioner_id=1)
        learnt, made_up = priors.read(connection), priors.read(connection, is_demo=True)
    assert (learnt.practitioners, made_up.stars) == (ENOUGH_SERIES + 2, DEFAULT_RATING_PRIOR)
    assert standing.rating == shrunk_mean((0, 0, 0, 0, 1), learnt.stars).mean < 4
    assert shrunk_mean((0, 0, 0, 0, 1)).mean > 4
    survey(context)
    with context.store.reading() as connection:
        assert priors.read(connection) == learnt


def reviews(days: Iterable[date], *, stars: float = 5.0, text: str = "", prefix: str = "x") -> list[Draft]:
    return [
        Draft(
            n, "google", external_id=f"{prefix}{n}", id_namespace="t", author=f"{prefix}{n}",
            published=PartialDate.exact(day), rating=stars, text=text,
        )
        for n, day in enumerate(days, 1)
    ]  # fmt: skip


def kinds(context: Context) -> dict[str, str]:
    with context.store.reading() as connection:
        return {row.kind: row.state for row in signals.read_alerts(connection, context.viewer)}


def test_a_source_that_falls_silent_is_an_alert_until_it_speaks(context: Context) -> None:
    today = NOW.date()
    load(context, reviews(today - timedelta(days=80 + 3 * n) for n in range(120)))
    survey(context)
    assert kinds(context) == {"silence": "open"}
    load(context, reviews([today - timedelta(days=1)], prefix="y"))
    survey(context)
    assert kinds(context) == {"silence": "over"}


def test_a_slide_is_an_alert_and_calm_is_none(context: Context) -> None:
    today = NOW.date()
    load(context, reviews((today - timedelta(days=200 + 5 * n) for n in range(110)), prefix="a"))
    load(context, reviews((today - timedelta(days=4 * n) for n in range(40)), stars=3.0, prefix="b"))
    load(context, reviews((today - timedelta(days=5 * n) for n in range(140)), prefix="c"), who=2)
    survey(context)
    assert kinds(context) == {"slide": "open"}


def test_near_identical_reviews_of_several_authors_are_one_alert(context: Context) -> None:
    today = NOW.date()
    rng = random.Random(5)  # noqa: S311 (made-up texts)
    words = ["attente", "accueil", "écoute", "sourire", "douleur", "parking", "conseils", "tarifs", "suivi"]
    past = [
        replace(draft, text=" ".join(rng.sample(words, 7)))
        for draft in reviews((today - timedelta(days=9 * n + 20) for n in range(40)), prefix="a")
    ]
    load(context, past)
    text = "Cabinet à fuir absolument, personnel odieux et locaux sales, ne venez pas"
    load(
        context, reviews([today - timedelta(days=n % 2) for n in range(6)], stars=3.0, text=text, prefix="b")
    )
    survey(context)
    assert kinds(context)["coordinated"] == "open"
    before = concluded(context)
    survey(context)
    assert concluded(context) == before
