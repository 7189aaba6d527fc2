"""Every command, typed for somebody else's practitioner: nothing comes out, nothing changes."""

import argparse
import json
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ereput import cli
from ereput.jobs import viewers
from ereput.store import open_store, schema

WORDS, NAME, LINK = "zxqmots", "zxqauteur", "zxqlien"
CITES_ADDRESS = ["case", "letter"]
"""A letter cites the address of what it is about; whoever writes it types the names."""
# Bruno's numbers in the larger world: his second import, his alert, his case, his grant.
BATCH, ALERT, CASE, GRANT = 4, 2, 2, 2
OF_NOBODY = {
    "calibrate": "reads a file of one's own",
    "check-reply": "reads a text of one's own",
    "deadline": "reads the base",
    "demo": "adds made-up practitioners",
    "detect": "reads a file of one's own",
    "migrate": "of the tables",
    "doctor": "of the machine: says how many, and the names of nobody",
    "read": "reads a file of one's own",
    "restore": "fills an empty database only",
    "refresh": "leaves the machine; what is due is tried as a read",
    "route": "reads the base",
    "score": "reads a file of one's own",
    "serve": "opens the server",
    "survey": "judges everybody, and says how many are in view",
    "version": "of the program",
}
ABOUT_BRUNO = {
    "ack": ["ack", ALERT, "--reason", "vu"],
    "alerts": ["alerts", "--practitioner", "bruno"],
    "alerts of all": ["alerts"],
    "case answer": ["case", "answer", CASE, "auteur=inconnu"],
    "case calendar": ["case", "calendar", CASE, "--to", "{folder}/bruno.ics"],
    "case calendar of all": ["case", "calendar", "--to", "{folder}/tout.ics"],
    "case close": ["case", "close", CASE, "--outcome", "sans_suite"],
    "case date": ["case", "date", CASE, "--published", "2026-11-01"],
    "case erase": ["case", "erase", CASE, "--reason", "demande_personne"],
    "case letter": ["case", "letter", CASE, "10_signalement_plateforme", "--to", "{folder}/bruno.txt"],
    "case list": ["case", "list", "--practitioner", "bruno"],
    "case list of all": ["case", "list"],
    "case note": ["case", "note", CASE, "mots"],
    "case open": ["case", "open", "--practitioner", "bruno", "--title", "Message"],
    "case open alert": ["case", "open", "--alert", ALERT],
    "case show": ["case", "show", CASE],
    "case step": ["case", "step", CASE, "S01_PREUVE"],
    "backup": ["backup", "{folder}/bruno.zip"],
    "erase author": ["erase", "--author", "zxqauteur un 1"],
    "erase practitioner": ["erase", "--practitioner", "bruno"],
    "purge": ["purge", "--confirm"],
    "evidence add": ["evidence", "add", CASE, "{file}"],
    "evidence export": ["evidence", "export", CASE, "--to", "{folder}/bruno.zip"],
    "evidence verify": ["evidence", "verify", CASE],
    "export csv": ["export", "--practitioner", "bruno", "--to", "{folder}/bruno.csv"],
    "export json": ["export", "--practitioner", "bruno", "--to", "{folder}/bruno.json"],
    "export xlsx": ["export", "--practitioner", "bruno", "--to", "{folder}/bruno.xlsx"],
    "feed add": ["feed", "add", "https://flux.example/x", "--practitioner", "bruno"],
    "feed add portfolio": ["feed", "add", "https://flux.example/x", "--portfolio", "Est"],
    "feed list": ["feed", "list"],
    "grant add": ["grant", "add", "--practitioner", "bruno", "--to", "Courtier Est", "--until", "2027-01-01"],
    "grant list": ["grant", "list", "--practitioner", "bruno"],
    "grant list of all": ["grant", "list"],
    "grant revoke": ["grant", "revoke", GRANT],
    "import": ["import", "{file}", "--practitioner", "bruno"],
    "import portfolio": ["import", "{file}", "--portfolio", "Est"],
    "imports": ["imports"],
    "digest": ["digest"],
    "digest list": ["digest", "list"],
    "digest remove": ["digest", "remove", "--number", 2],
    "digest test": ["digest", "test", "--number", 2],
    "meeting list": ["meeting", "list", "--practitioner", "bruno"],
    "meeting list portfolio": ["meeting", "list", "--portfolio", "Est"],
    "meeting show": ["meeting", "show", "--practitioner", "bruno", "--period", "2026-11"],
    "meeting show portfolio": ["meeting", "show", "--portfolio", "Est", "--period", "2026-11"],
    "meeting open": ["meeting", "open", "--practitioner", "bruno", "--period", "2026-11"],
    "meeting close": ["meeting", "close", "--practitioner", "bruno", "--period", "2026-09"],
    "meeting decide": ["meeting", "decide", "--number", 2, "--text", "Appeler"],
    "meeting settle": ["meeting", "settle", "--number", 2],
    "listing add": ["listing", "add", "--practitioner", "bruno", "--platform", "facebook"],
    "listing import": ["listing", "import", "{file}", "--practitioner", "bruno"],
    "listing list": ["listing", "list", "--practitioner", "bruno"],
    "listing set": ["listing", "set", "--practitioner", "bruno", "--id", 102, "--name", "X"],
    "presence": ["presence", "--practitioner", "bruno"],
    "snapshot": ["snapshot", 102, "--practitioner", "bruno", "--rating", "4", "--count", "9"],
    "practitioner import": ["practitioner", "import", "{file}", "--portfolio", "Est"],
    "practitioner list": ["practitioner", "list"],
    "practitioner list portfolio": ["practitioner", "list", "--portfolio", "Est"],
    "practitioner set": ["practitioner", "set", "--slug", "bruno", "--city", "Niort"],
    "report pdf": ["report", "--practitioner", "bruno", "--period", "2026-11", "--to", "{folder}/bruno.pdf"],
    "report pptx": [
        "report",
        "--practitioner",
        "bruno",
        "--period",
        "2026-11",
        "--to",
        "{folder}/bruno.pptx",
    ],
    "report xlsx": [
        "report",
        "--practitioner",
        "bruno",
        "--period",
        "2026-11",
        "--to",
        "{folder}/bruno.xlsx",
    ],
    "report of all": ["report", "--portfolio", "Est", "--period", "2026-11", "--to", "{folder}/bruno.xlsx"],
    "snooze": ["snooze", ALERT, "--until", "2027-01-01"],
    "undo": ["undo", BATCH],
    "viewer list": ["viewer", "list"],
    "viewer set": ["viewer", "set", "--name", "Boris", "--active", "non"],
    "viewer token": ["viewer", "token", "--name", "Boris"],
}
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command on a copy of a world, for somebody: its exit status and what it says."""

    def command(world: Any, name: str, words: list[object]) -> tuple[int, str]:
        copy = tmp_path / f"{world.file.stem}.db"
        shutil.copyfile(world.file, copy)
        file = tmp_path / "avis.csv"
        file.write_text("Date;Auteur;Note;Avis\n01/11/2026;X;1;Mauvais accueil\n", "utf-8")
        typed = [str(word).format(folder=tmp_path, file=file) for word in words]
        frame = ["--database", f"sqlite:///{copy}", "--now", "2026-11-23T09:00", "--as", name, "--json"]
        code = cli.main([*typed, *frame])
        text = capsys.readouterr().out
        return code, re.sub(r'"seconds": [0-9.]+', "", text)

    return command


def test_every_command_is_tried_or_concerns_nobody() -> None:
    (names,) = (
        action.choices for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    assert isinstance(names, dict)
    assert names.keys() <= {words[0] for words in ABOUT_BRUNO.values()} | OF_NOBODY.keys()


@pytest.mark.parametrize("words", ABOUT_BRUNO.values(), ids=ABOUT_BRUNO)
@pytest.mark.parametrize("intruder", ["Alba", "Courtier Ouest", "Lecteur Ouest"])
def test_a_command_tells_nothing_of_somebody_out_of_view(
    words: list[object], intruder: str, worlds: Any, run: Run, tmp_path: Path
) -> None:
    given = [run(world, intruder, words) for world in worlds]
    assert given[0] == given[1]
    assert "Bex" not in given[1][1]
    assert not list(tmp_path.glob("bruno*"))
    if {"bruno", "Est", ALERT, BATCH, CASE} & set(words) and "list" not in words:
        assert given[1][0] == 2
    assert counted(tmp_path / "large.db") == counted(worlds[1].file)


def counted(file: Path) -> list[tuple[Any, ...]]:
    """Return what is stored of Bruno, and how much."""
    bruno = sa.select(schema.practitioner.c.id).where(schema.practitioner.c.slug == "bruno").scalar_subquery()
    with closing(open_store(f"sqlite:///{file}")) as store, store.reading() as connection:
        found: list[tuple[Any, ...]] = [
            tuple(row)
            for row in connection.execute(
                sa.select(schema.practitioner).where(schema.practitioner.c.id == bruno)
            )
        ]
        for table in schema.metadata.sorted_tables:
            if "practitioner_id" in table.c:
                query = sa.select(sa.func.count()).where(table.c.practitioner_id == bruno)
                found.append((table.name, connection.execute(query).scalar_one()))
        states = sa.select(schema.alert.c.state).where(schema.alert.c.practitioner_id == bruno)
        return [*found, *(tuple(row) for row in connection.execute(states))]


@pytest.mark.parametrize("words", ABOUT_BRUNO.values(), ids=ABOUT_BRUNO)
@pytest.mark.parametrize("broker", ["Courtier Est", "Lecteur Est"])
def test_a_command_keeps_words_from_a_broker(
    words: list[object], broker: str, bare_of_grants: Any, run: Run, tmp_path: Path
) -> None:
    _, text = run(bare_of_grants, broker, words)
    written = [path.read_bytes() for path in tmp_path.glob("bruno*") if path.suffix not in {".xlsx", ".zip"}]
    written += [text.encode(), *(_unzipped(path) for path in tmp_path.glob("bruno*.[xz][li][sp]*"))]
    for data in written:
        assert WORDS.encode() not in data
        assert NAME.encode() not in data
        assert LINK.encode() not in data or words[:2] == CITES_ADDRESS


def test_an_export_of_a_broker_with_a_grant_holds_words_and_is_noted(
    large: Any, run: Run, tmp_path: Path
) -> None:
    words: list[object] = ["export", "--practitioner", "bruno", "--to", "{folder}/bruno.json"]
    code, _ = run(large, "Courtier Est", words)
    rows = json.loads((tmp_path / "bruno.json").read_text("utf-8"))
    assert code == 0
    assert all(WORDS in row["body"] and row["author"].startswith("Auteur ") for row in rows)
    with closing(open_store(f"sqlite:///{tmp_path / 'large.db'}")) as store, store.reading() as connection:
        last = connection.execute(sa.select(schema.audit).order_by(schema.audit.c.id.desc()).limit(1)).one()
    assert (last.viewer, last.action, last.subject) == ("Courtier Est", viewers.LOOK, "bruno")


def test_an_export_of_a_reader_is_refused_before_any_file(large: Any, run: Run, tmp_path: Path) -> None:
    code, text = run(large, "Lecteur Est", ABOUT_BRUNO["export csv"])
    assert (code, "pas de modifier" in text) == (2, True)
    assert not list(tmp_path.glob("bruno*"))


def _unzipped(path: Path) -> bytes:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())
