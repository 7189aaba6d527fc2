"""The whole store against a dictionary: any order of imports, edits, removals, undos, erasures, restores."""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ereput.domain.publication import Draft, PartialDate
from ereput.ingest.reading import Reading
from ereput.jobs import backup, erasure, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Request, store_publications
from ereput.jobs.undo import undo_batch
from ereput.settings import Settings
from ereput.store import health, open_store, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAMES = ("Ana Prat", "Bob Quer", "Cleo Rust", "Dan Sorel")
AUTHORS = st.sampled_from(NAMES)
STARS = st.sampled_from([1.0, 3.0, 5.0])


class WholeStore(RuleBasedStateMachine):
    """One review an author, on a platform that allows one: the model is author → (stars, is removed)."""

    @initialize()
    def begin(self) -> None:
        self.place = tempfile.TemporaryDirectory()
        self.folder = Path(self.place.name)
        self.homes = 0
        self.shown: dict[str, float] = {}
        self.removed: dict[str, float] = {}
        self.erased: dict[str, float] = {}
        self.gone: set[str] = set()
        self.saved: tuple[dict[str, float], dict[str, float], dict[str, float]] | None = None
        self.undo: tuple[int, dict[str, float], dict[str, float]] | None = None
        self.open()
        practitioners.add(self.context, name="Dr A", slug="a")

    def open(self) -> None:
        home = self.folder / f"home-{self.homes}"
        self.home = Settings(home, f"sqlite:///{home / 'ereput.db'}", NOW)
        self.store = open_store(self.home.database_url)
        self.store.migrate()
        self.context = Context(self.store, ADMINISTRATOR, NOW)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.place.cleanup()

    def put(self, rows: dict[str, float], *, is_complete: bool = False) -> int:
        drafts = [
            Draft(n, "google", author=name, rating=stars, text=f"{name} donne {stars:.0f} et dit pourquoi",
                  published=PartialDate.exact(date(2026, 11, 3)))
            for n, (name, stars) in enumerate(sorted(rows.items()), 1)
        ]  # fmt: skip
        request = Request("file", "avis.csv", practitioner_id=1, is_complete=is_complete)
        done = store_publications(
            self.context, request, lambda: Reading("reviews", "test", items=iter(drafts))
        )
        return done.batch

    @rule(rows=st.dictionaries(AUTHORS, STARS, min_size=1, max_size=3), is_complete=st.booleans())
    def imports(self, rows: dict[str, float], is_complete: bool) -> None:  # noqa: FBT001 (drawn)
        before = dict(self.shown), dict(self.removed)
        batch = self.put(rows, is_complete=is_complete)
        kept = {name: stars for name, stars in rows.items() if name not in self.gone}
        if is_complete:
            missing = self.shown.keys() - kept.keys()
            self.removed |= {name: self.shown.pop(name) for name in missing}
        for name, stars in kept.items():
            self.removed.pop(name, None)
            self.shown[name] = stars
        self.undo = (batch, *before)

    @precondition(lambda self: self.undo is not None)
    @rule()
    def undoes_the_last_import(self) -> None:
        assert self.undo is not None
        batch, shown, removed = self.undo
        if not self.removed.keys() & shown.keys() and not removed.keys() & self.shown.keys():
            undo_batch(self.context, batch)
            self.shown, self.removed = shown, removed
        self.undo = None

    @rule(name=AUTHORS)
    def erases(self, name: str) -> None:
        erasure.erase_author(self.context, name, home=self.home.home)
        self.gone.add(name)
        for held in (self.shown, self.removed):
            if name in held:
                self.erased[name] = held.pop(name)
        self.undo = None

    @rule()
    def backs_up(self) -> None:
        backup.backup(self.context, self.home, self.folder / "sauvegarde.zip")
        self.saved = dict(self.shown), dict(self.removed), dict(self.erased)

    @precondition(lambda self: self.saved is not None)
    @rule()
    def restores(self) -> None:
        assert self.saved is not None
        self.store.close()
        self.homes += 1
        home = self.folder / f"home-{self.homes}"
        there = Settings(home, f"sqlite:///{home / 'ereput.db'}", NOW)
        backup.restore(there, self.folder / "sauvegarde.zip")
        self.open()
        shown, removed, erased = (dict(part) for part in self.saved)
        for held in (shown, removed):
            erased |= {name: held.pop(name) for name in self.gone & held.keys()}
        self.shown, self.removed, self.erased, self.undo = shown, removed, erased, None

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "store"):
            return
        table = schema.publication
        with self.store.reading() as connection:
            rows = connection.execute(sa.select(table)).all()
            known = {row.author: row.rating for row in rows if row.author and row.removed_at is None}
            removed = {row.author: row.rating for row in rows if row.author and row.removed_at is not None}
            assert known == self.shown
            assert removed == self.removed
            left = sorted(row.rating for row in rows if row.erased_at is not None)
            assert left == sorted(self.erased.values())
            assert health.miscounted(connection, [1]) == []
            tables = (table, schema.publication_version)
            texts = [str(row) for one in tables for row in connection.execute(sa.select(one))]
        assert not [name for name in self.gone for text in texts if name in text]


def test_any_order_of_actions_ends_as_a_dictionary_would() -> None:
    machine = settings(
        max_examples=4,
        stateful_step_count=8,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(WholeStore, settings=machine)  # type: ignore[no-untyped-call] # hypothesis's own
