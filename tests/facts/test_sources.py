from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from ereput.domain.practitioner import Viewer
from ereput.facts import sources
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Tone
from ereput.facts.sources import Sources
from ereput.jobs.context import Context
from ereput.jobs.importing import import_file
from ereput.jobs.undo import undo_batch
from ereput.store import feeds

Write = Callable[..., None]


def _read(context: Context, scope: Scope, year: Period, now: datetime) -> Sources:
    return sources.read(context.store, context.viewer, scope, year, now)


def test_no_source_at_all_says_so(context: Context, everybody: Scope, year: Period, now: datetime) -> None:
    found = _read(context, everybody, year, now)
    assert found.sentence == "Aucune source pour l’instant : déposez un export ou ajoutez un flux."
    assert set(found.targets) == {"Bruno Bex", "Dr Anne Alba", "Portefeuille «\u202fMon cabinet\u202f»"}


def test_the_chosen_practitioner_is_proposed_first(
    context: Context, anne: Scope, year: Period, now: datetime
) -> None:
    assert next(iter(_read(context, anne, year, now).targets.values())) == ("anne", "")


def test_the_journal_counts_keeps_rejects_and_undoes(
    context: Context, anne: Scope, year: Period, now: datetime, tmp_path: Path
) -> None:
    file = tmp_path / "avis.csv"
    file.write_text(
        "date;note;auteur;avis\n2026-11-02;5;Léa;Très bien\n2026-11-03;pas une note;Marc;\n", encoding="utf-8"
    )
    outcome = import_file(context, file, practitioner="anne", platform="google")
    (line,) = _read(context, anne, year, now).imports
    assert line.counts.startswith(f"{outcome.read}\u00a0lu")
    assert line.can_undo
    rejected = sources.rejects(context.store, context.viewer, line.id)
    assert len(rejected) == line.rejected
    undo_batch(context, line.id)
    (line,) = _read(context, anne, year, now).imports
    assert (line.can_undo, line.undone) == (False, "annulé le 23 nov. 2026")


def test_a_failing_feed_is_said(context: Context, anne: Scope, year: Period, now: datetime) -> None:
    with context.store.writing() as connection:
        number, _ = feeds.add(connection, "https://flux.example/a", now=now, practitioner_id=anne.who)
    assert _read(context, anne, year, now).feeds[0].health == "pas encore consulté"
    with context.store.writing() as connection:
        feeds.record(
            connection, number, errors=3, error="Délai dépassé.", ok_at=now - timedelta(days=9), next_due=now
        )
    found = _read(context, anne, year, now)
    assert found.sentence == "1\u00a0flux ne répond plus."
    assert found.feeds[0].tone is Tone.URGENT
    assert "14 nov. 2026 (il y a 9\u00a0jours)" in found.feeds[0].health


def test_an_old_export_is_not_calm(
    context: Context, anne: Scope, year: Period, now: datetime, write: Write
) -> None:
    write("anne", "5/5", "Bien.", date="02/03/2026")
    found = _read(context, anne, year, now)
    (platform,) = found.platforms
    assert platform.tone is Tone.WATCH
    assert found.sentence == "Rien de récent sur Google : un export à jour est à importer."


def test_who_may_not_see_sees_no_journal(
    context: Context, everybody: Scope, year: Period, write: Write, bruno_only: Viewer
) -> None:
    write("anne", "5/5", "Bien.")
    assert _read(context, everybody, year, context.now).imports
    assert sources.read(context.store, bruno_only, everybody, year, context.now).imports == ()
