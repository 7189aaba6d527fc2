"""The Portefeuille page's facts: whom to call, what is beyond chance, what is due."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.facts import portfolio as facts
from ereput.facts import scope as scopes
from ereput.facts.portfolio import Asked, Level, Sort
from ereput.jobs import practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.insured_export import export_list
from ereput.store import open_store, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def context(database_url: str) -> Iterator[Context]:
    with closing(open_store(database_url)) as store:
        yield Context(store, ADMINISTRATOR, NOW)


def insured(context: Context, slug: str, *, portfolio: str = "Ouest", alert: str = "", **values: Any) -> int:
    """Add somebody with a standing, and an open alert of a level."""
    about = {
        key: values.pop(key)
        for key in ("guarantee", "profession", "city", "department", "declaration_days")
        if key in values
    }
    who = practitioners.add(context, name=f"Dr {slug.title()}", slug=slug, portfolio=portfolio, **about)
    raised = values.pop("raised_at", NOW)
    standing = {
        "computed_at": NOW, "data_version": 0, "reviews": 100, "rated": 100, "raw_rating": 4.2, "level": "",
        "log_odds": -4.0, "observed": 0.0, "expected": 0.5, "unanswered": 0,
        "negatives_90": 3, "negatives_previous": 3,
    }  # fmt: skip
    with context.store.writing() as connection:
        connection.execute(sa.insert(schema.standing).values(practitioner_id=who.id, **standing | values))
        rated = int((standing | values)["rated"])
        stars = {"stars_5": rated - rated // 5, "stars_1": rated // 5}
        connection.execute(sa.insert(schema.total).values(practitioner_id=who.id, platform="google", **stars))
        if alert:
            week = date(2026, 11, 16)
            connection.execute(
                sa.insert(schema.alert).values(
                    practitioner_id=who.id, kind="spike", level=alert,
                    week=week, last_week=week, peak_week=week, why="{}", is_provisional=False,
                    observed=5.0, expected=0.8, upper=3.0, odds=3.0,
                    state="open", raised_at=raised, changed_at=raised,
                )
            )  # fmt: skip
    return who.id


@pytest.fixture
def office(context: Context) -> Context:
    """Five insured of two portfolios: a call, an alert of before, a watch, a calm one, an unknown one."""
    insured(
        context, "appel", alert="alert", level="alert", log_odds=2.2, observed=5.0, expected=0.8,
        guarantee="oui", declaration_days=10, profession="dentiste", city="Niort", department="79",
    )  # fmt: skip
    insured(context, "avant", alert="alert", log_odds=-1.0, guarantee="non", city="Tours")
    insured(context, "veille", alert="watch", level="watch", log_odds=0.1, guarantee="non")
    insured(context, "calme", guarantee="oui")
    practitioners.add(context, name="Dr Inconnu", slug="inconnu", portfolio="Ouest")
    insured(context, "ailleurs", portfolio="Est", alert="alert", level="alert", log_odds=5.0)
    return context


def ask(context: Context, read: Any, viewer: Viewer | None = None, **of: Any) -> Any:
    asker = viewer or context.viewer
    return read(context.store, asker, scopes.read(context.store, asker), context.now, **of)


def west(context: Context) -> Viewer:
    with context.store.reading() as connection:
        home = connection.execute(sa.select(schema.portfolio.c.id).where(schema.portfolio.c.name == "Ouest"))
        return Viewer("Carla", Role.BROKER, portfolios=frozenset({home.scalar_one()}))


def test_the_answer_says_whom_to_call_and_who_lacks_the_guarantee(office: Context) -> None:
    found = ask(office, facts.read, west(office), asked=Asked())
    assert found.sentence == "1\u00a0assuré à appeler ; 1 en alerte sans garantie."
    assert found.more_calls == ""
    (call,) = found.calls
    assert (call.slug, call.where, call.guarantee) == ("appel", "Chirurgien-dentiste, Niort", "Avec garantie")
    assert call.odds == "pic en cours : 90\u00a0chances sur 100"
    assert call.why == "5\u00a0avis négatifs ; 0,8 attendu."
    assert "5\u00a0assurés sans histoire" in found.false_alarms
    assert found.table.set_index("Garantie e-réputation").loc["Ensemble"].tolist() == [2, 1, 1, 1, 1]
    assert found.takeaway == "2\u00a0assurés en alerte : 1 avec garantie, 1 sans, 0 à renseigner."
    assert found.surveyed == "Situation du 23 nov. 2026 (aujourd’hui)."


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        (Asked(), ["appel", "veille", "avant", "calme", "inconnu"]),
        (Asked(level=Level.CALL), ["appel"]),
        (Asked(level=Level.ALERT), ["appel", "avant"]),
        (Asked(level=Level.WATCH), ["veille"]),
        (Asked(level=Level.CALM), ["calme"]),
        (Asked(level=Level.UNKNOWN), ["inconnu"]),
        (Asked(guarantee="non"), ["veille", "avant"]),
        (Asked(profession="chirurgien_dentiste"), ["appel"]),
        (Asked(department="79"), ["appel"]),
        (Asked(portfolio="Est"), []),
        (Asked(words="dr TOURS"), ["avant"]),
        (Asked(words="100%"), []),
    ],
)
def test_filters_are_sql_and_so_is_the_order(office: Context, asked: Asked, slugs: list[str]) -> None:
    found = ask(office, facts.rows, west(office), asked=asked, sort=Sort.ODDS, number=1)
    assert (list(found.slugs), found.total) == (slugs, len(slugs))
    assert len(found.frame) == len(slugs)


def test_pages_hold_every_insured_once(context: Context) -> None:
    for rank in range(2 * facts.PAGE_SIZE + 3):
        insured(context, f"p{rank}", log_odds=float(rank % 7))
    pages = [
        ask(context, facts.rows, asked=Asked(), sort=sort, number=n) for sort in Sort for n in (1, 2, 3, 9)
    ]
    assert {page.pages for page in pages} == {3}
    for start in range(0, len(pages), 4):
        seen = [slug for page in pages[start : start + 3] for slug in page.slugs]
        assert len(seen) == len(set(seen)) == 2 * facts.PAGE_SIZE + 3
        assert pages[start + 3].slugs == pages[start + 2].slugs


def test_a_rating_on_few_marks_places_nobody(context: Context) -> None:
    insured(context, "peu", rated=29, raw_rating=1.0)
    insured(context, "assez", rated=30, raw_rating=4.0)
    found = ask(context, facts.rows, asked=Asked(), sort=Sort.RATING, number=1)
    assert found.slugs == ("assez", "peu")
    assert found.frame["Note"].isna().tolist() == [False, True]
    assert ask(context, facts.funnel, asked=Asked()).centre is None


def test_the_funnel_names_only_those_outside(context: Context) -> None:
    for rank in range(60):
        insured(context, f"p{rank}", rated=40 + 10 * rank, raw_rating=4.2 + 0.02 * (rank % 5 - 2))
    insured(context, "loin", rated=400, raw_rating=2.5)
    found = ask(context, facts.funnel, asked=Asked())
    assert found.outside["slug"].tolist() == ["loin"]
    assert int(found.crowd["people"].sum()) == 61
    assert (found.limits["high_95"] - found.limits["low_95"]).is_monotonic_decreasing
    assert "61\u00a0assurés" in found.takeaway
    assert "1 hors des limites, dont 1 au-dessous" in found.takeaway


def test_movers_exceed_what_chance_does_among_many(context: Context) -> None:
    for rank in range(200):
        insured(context, f"p{rank}", negatives_90=5 + rank % 3, negatives_previous=5)
    insured(context, "pire", negatives_90=40, negatives_previous=8)
    insured(context, "mieux", negatives_90=2, negatives_previous=30)
    insured(context, "deux-sigmas", negatives_90=16, negatives_previous=5)
    found = ask(context, facts.movers, asked=Asked())
    assert [mover.slug for mover in found.worse] == ["pire"]
    assert [(mover.slug, mover.change) for mover in found.better] == [
        ("mieux", "de 30 à 2\u00a0avis négatifs")
    ]
    assert "203\u00a0assurés comparés" in found.method


def test_declarations_come_by_their_day(office: Context) -> None:
    insured(office, "tot", alert="alert", guarantee="oui", raised_at=NOW - timedelta(days=20))
    found = ask(office, facts.declarations, asked=Asked())
    assert [one.slug for one in found] == ["tot", "appel"]
    assert "dépassé" in found[0].remaining
    assert "minimum légal" in found[0].basis
    assert found[1].day == "7 déc. 2026"
    assert "10\u00a0jours ouvrés" in found[1].basis


def test_choices_are_those_in_view(office: Context) -> None:
    assert ask(office, facts.choices).portfolios == ask(office, facts.choices).homes == ("Est", "Ouest")
    mine = ask(office, facts.choices, west(office))
    assert (mine.portfolios, mine.departments) == (("Ouest",), ("79",))
    assert mine.professions["Chirurgien-dentiste"] == "chirurgien_dentiste"


def test_nobody_and_nothing_known_are_said(context: Context) -> None:
    assert "importez la liste" in ask(context, facts.read, asked=Asked()).sentence
    practitioners.add(context, name="N", portfolio="Ouest")
    assert "aucun n’a encore d’avis" in ask(context, facts.read, asked=Asked()).sentence


def test_the_export_holds_the_list_as_plain_cells(office: Context, tmp_path: Path) -> None:
    practitioners.change(office, "appel", name="=HYPERLINK(1)", insurer="@SUM(A1)")
    target = tmp_path / "assures.xlsx"
    assert export_list(office, target, asked=Asked(portfolio="Ouest")) == 5
    rows = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()
    assert len(rows) == 6
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["Identifiant"], first["Praticien"], first["Assureur"]) == (
        "appel",
        "'=HYPERLINK(1)",
        "'@SUM(A1)",
    )
    assert round(float(str(first["Pic en cours (%)"]))) == 90
    for wrong in (tmp_path / "x.csv", tmp_path / "absent" / "x.xlsx"):
        with pytest.raises(RefusedError):
            export_list(office, wrong, asked=Asked())
