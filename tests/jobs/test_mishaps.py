"""Full disk, read-only disk, locked database, server restarted: said in French, nothing half done."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from ereput import cli
from ereput.jobs import mishaps, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import import_file
from ereput.store import engine, open_store, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    path = tmp_path / "avis.csv"
    lines = [
        f"0{1 + n % 9}/11/2026;Personne {n};{1 + n % 5};Avis assez long numéro {n} {'x' * 300}"
        for n in range(3000)
    ]
    path.write_text("\n".join(["Date;Auteur;Note;Avis", *lines]), "utf-8")
    return path


@pytest.fixture
def context(database_url: str) -> Iterable[Context]:
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël", slug="noel")
        yield made


def count(url: str) -> int:
    with closing(open_store(url)) as store, store.reading() as connection:
        return int(
            connection.execute(sa.select(sa.func.count()).select_from(schema.publication)).scalar_one()
        )


def typed(capsys: pytest.CaptureFixture[str], url: str, *words: str) -> tuple[int, dict[str, Any]]:
    code = cli.main(["--json", "--database", url, "--now", NOW.isoformat(), *words])
    return code, json.loads(capsys.readouterr().out)


def test_a_full_disk_keeps_nothing_by_halves_and_says_so(
    sqlite_url: str, reviews: Path, tmp_path: Path
) -> None:
    with closing(open_store(sqlite_url)) as store:
        practitioners.add(Context(store, ADMINISTRATOR, NOW), name="Dr Élise Noël", slug="noel")
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))\n"
        "from ereput import cli\n"
        "sys.exit(cli.main(sys.argv[1:]))\n"
    )
    words = ["--json", "--database", sqlite_url, "import", str(reviews), "--practitioner", "noel"]
    environment = os.environ | {"EREPUT_HOME": str(tmp_path)}
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, capture_output=True, check=False, env=environment)  # noqa: S603 (our own program)
    assert done.returncode == 2, done.stderr
    assert "Le disque est plein" in json.loads(done.stdout)["message"]
    assert count(sqlite_url) == 0
    with closing(open_store(sqlite_url)) as store:
        outcome = import_file(Context(store, ADMINISTRATOR, NOW), reviews, practitioner="noel")
    assert outcome.new == count(sqlite_url) == 3000


def test_a_database_that_somebody_locks_is_told_and_then_serves(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0)
    words = ("practitioner", "add", "--slug", "a", "--name", "Dr A")
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        code, answer = typed(capsys, sqlite_url, *words)
        assert (code, "Recommencez dans un instant" in answer["message"]) == (2, True)
        other.execute("ROLLBACK")
    assert typed(capsys, sqlite_url, *words)[0] == 0


def test_a_server_that_restarts_is_forgotten_at_the_next_unit_of_work(
    postgresql_url: str, postgresql_admin: psycopg.Connection
) -> None:
    with closing(open_store(postgresql_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr A", slug="a")
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'shared'"

        def interrupted() -> None:
            with store.writing() as connection:
                connection.execute(sa.update(schema.practitioner).values(name="changé"))
                postgresql_admin.execute(kill)
                connection.execute(sa.select(1))

        with pytest.raises(sa.exc.OperationalError) as caught:
            interrupted()
        assert "ne répond pas" in mishaps.told(caught.value)
        postgresql_admin.execute(kill)  # whatever the pool holds is dead
        with store.reading() as connection:
            assert list(connection.execute(sa.select(schema.practitioner.c.name)).scalars()) == ["Dr A"]


def test_a_server_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=2"
    code, answer = typed(capsys, url, "practitioner", "list")
    assert (code, "ne répond pas" in answer["message"]) == (2, True)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "disque est plein"),
        (OSError(30, "Read-only file system"), "lecture seule"),
        (PermissionError(13, "Permission denied"), "lecture seule"),
        (sa.exc.OperationalError("x", {}, sqlite3.OperationalError("a readonly database")), "lecture seule"),
        (sa.exc.DatabaseError("x", {}, sqlite3.DatabaseError("database disk image is malformed")), "abîmée"),
        (FileNotFoundError(2, "No such file"), ""),
        (ValueError("database is locked"), ""),
    ],
)  # fmt: skip
def test_an_error_of_the_machine_is_told_and_another_is_not(error: Exception, words: str) -> None:
    told = mishaps.told(error)
    assert words in told
    assert bool(told) is bool(words)
