from collections.abc import Callable
from datetime import datetime

import pytest

from ereput.domain.practitioner import Role, Viewer
from ereput.facts import comparison
from ereput.facts.comparison import Comparison
from ereput.facts.period import Period, Stretch, until
from ereput.facts.scope import Scope
from ereput.jobs import practitioners
from ereput.jobs.context import Context

Write = Callable[..., None]


def _read(context: Context, scope: Scope, period: Period, now: datetime) -> Comparison:
    found = comparison.read(context.store, context.viewer, scope, period, now)
    assert found is not None
    return found


@pytest.fixture
def peers(context: Context, write: Write) -> Callable[[int], None]:
    """Give Anne a review, and as many others three each."""

    def added(count: int) -> None:
        write("anne", "5/5", "Très bien.")
        for rank in range(count):
            slug = practitioners.add(context, name=f"Confrère {rank}").slug
            for n, stars in enumerate(("5/5", "4/5", "2/5")):
                write(slug, stars, f"Avis {rank} {n}.", author=f"A{rank}{n}")

    return added


def test_with_five_others_the_portfolio_is_a_median(
    context: Context, anne: Scope, year: Period, now: datetime, peers: Callable[[int], None]
) -> None:
    peers(5)
    found = _read(context, anne, year, now)
    assert list(found.chart.frame["who"]) == ["Cette période", "Portefeuille"]
    assert found.chart.frame["n"].tolist() == [1, 5]
    assert found.table["Portefeuille (médiane)"][1].replace("\u202f", " ") == "33 %"
    assert "5 autres praticiens" in found.note
    assert "portefeuille" in found.chart.takeaway
    assert "Confrère" not in str(found)


def test_with_four_others_nothing_is_said_of_them(
    context: Context, anne: Scope, year: Period, now: datetime, peers: Callable[[int], None]
) -> None:
    peers(4)
    found = _read(context, anne, year, now)
    assert list(found.chart.frame["who"]) == ["Cette période"]
    assert list(found.table.columns) == ["Mesure", "Cette période"]
    assert "elle désignerait quelqu’un" in found.note


def test_the_period_before_counts_when_anything_is_known_of_it(
    context: Context, anne: Scope, year: Period, now: datetime, write: Write
) -> None:
    for rank in range(20):
        write("anne", "5/5", f"Bien {rank}.", author=f"P{rank}", date="03/03/2025")
        write("anne", "1/5", f"Mal {rank}.", author=f"N{rank}")
    found = _read(context, anne, year, now)
    assert list(found.chart.frame["who"]) == ["Cette période", "Période précédente"]
    assert "en baisse sur la période précédente" in found.chart.takeaway
    assert "Portefeuille" in found.note
    everything = _read(context, anne, until(Stretch.ALL, now.date()), now)
    assert list(everything.chart.frame["who"]) == ["Cette période"]
    assert "n’a pas de période précédente" in everything.note


def test_nothing_to_compare_says_so(context: Context, anne: Scope, year: Period, now: datetime) -> None:
    found = _read(context, anne, year, now)
    assert found.chart.frame.empty
    assert found.chart.takeaway == "Aucune note sur cette période : rien à comparer."


def test_a_practitioner_learns_the_median_and_no_more(
    context: Context, anne: Scope, year: Period, now: datetime, peers: Callable[[int], None]
) -> None:
    peers(5)
    who = anne.who or 0
    alone = Context(context.store, Viewer("anne", Role.PRACTITIONER, practitioners=frozenset({who})), now)
    assert str(_read(alone, anne, year, now)) == str(_read(context, anne, year, now))
