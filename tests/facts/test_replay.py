from collections.abc import Callable
from datetime import datetime, timedelta

from ereput.facts import replay
from ereput.facts.replay import History
from ereput.facts.scope import Scope
from ereput.facts.thresholds import Thresholds
from ereput.jobs.context import Context

Write = Callable[..., None]


def _read(context: Context, scope: Scope, now: datetime) -> History:
    found = replay.read(context.store, context.viewer, scope, now)
    assert found is not None
    return found


def test_a_severe_setting_flags_less_of_the_same_past(
    context: Context, anne: Scope, now: datetime, write: Write
) -> None:
    for rank in range(60):
        day = now.date() - timedelta(days=7 * rank + 3)
        write("anne", "5/5", f"Bien {rank}.", author=f"P{rank}", date=f"{day:%d/%m/%Y}")
    for rank, day in enumerate(["10/03/2026"] * 9 + ["07/07/2026"]):
        write("anne", "1/5", f"À fuir {rank}.", author=f"N{rank}", date=day)
    history = _read(context, anne, now)
    loud, severe = history.at(Thresholds(26.0, 26.0)), history.at(Thresholds(0.5, 0.5))
    assert len(loud.table) > len(severe.table) >= 1
    assert "du 9 mars 2026" in set(severe.table["Semaine"])
    assert severe.table["Niveau"].tolist() == ["alerte"] * len(severe.table)
    assert history.weeks == 60
    assert severe.chart.takeaway.startswith("Sur 60\u00a0semaines observées, ce réglage aurait donné")
    assert not history.frame["is_running"].any()


def test_nothing_seen_replays_nothing(context: Context, anne: Scope, now: datetime) -> None:
    flagged = _read(context, anne, now).at(Thresholds())
    assert flagged.table.empty
    assert flagged.chart.takeaway == "Aucune semaine n’a pu être observée : rien à rejouer."


def test_a_history_is_somebody_s(context: Context, everybody: Scope, now: datetime) -> None:
    assert replay.read(context.store, context.viewer, everybody, now) is None
