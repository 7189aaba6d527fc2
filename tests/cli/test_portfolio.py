"""The commands on viewers, grants and the list of the insured."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ereput.cli import main

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def run(sqlite_url: str, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: object) -> tuple[int, dict[str, Any]]:
        words = [str(argument) for argument in arguments]
        code = main([*words, "--database", sqlite_url, "--now", "2026-11-23T09:00", "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


@pytest.fixture
def office(run: Run, tmp_path: Path) -> Run:
    """Two insured of one portfolio, a broker, a practitioner."""
    path = tmp_path / "liste.csv"
    path.write_text(
        "Nom;Ville;Garantie\nDr Anne Alba;Niort;oui\nBruno Bex;Tours;peut-être\n;Lyon;non\n", "utf-8"
    )
    code, done = run("practitioner", "import", path, "--portfolio", "Ouest")
    assert (code, done["added"], done["rejected"], len(done["remarks"])) == (0, 2, 1, 1)
    run("viewer", "add", "--name", "Carla", "--role", "courtier", "--portfolio", "Ouest")
    run("viewer", "add", "--name", "Alba", "--role", "praticien", "--practitioner", "dr-anne-alba")
    return run


def test_the_list_says_how_it_was_read(office: Run, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    _, done = office("practitioner", "import", path, "--portfolio", "Ouest", "--column", "ville=Ville")
    assert (done["unchanged"], done["changed"]) == (2, 0)
    assert done["rejects"] == [{"row": 3, "reason": "la ligne ne porte pas de nom"}]
    assert done["columns"][0] == {
        "title": "Nom",
        "role": "name",
        "reason": "Lue comme le nom affiché, d’après son titre.",
    }


def test_viewers_are_listed_changed_and_used(office: Run) -> None:
    _, found = office("viewer", "list")
    assert [(one["name"], one["scope"]) for one in found["viewers"]] == [
        ("Alba", ["dr-anne-alba"]),
        ("Carla", ["Ouest"]),
    ]
    assert len(office("practitioner", "list", "--as", "Carla")[1]["practitioners"]) == 2
    assert len(office("practitioner", "list", "--as", "Alba")[1]["practitioners"]) == 1
    office("viewer", "set", "--name", "Carla", "--active", "non")
    assert office("practitioner", "list", "--as", "Carla")[0] == 2
    code, made = office("viewer", "token", "--name", "Alba", "--as", "Alba")
    assert (code, len(made["token"]) > 40) == (0, True)


def test_a_grant_is_given_listed_and_revoked(office: Run) -> None:
    grant = ("grant", "add", "--practitioner", "dr-anne-alba", "--to", "Carla", "--until", "2027-01-31")
    assert office(*grant)[0] == 2
    assert office(*grant, "--as", "Carla")[0] == 2
    assert office(*grant, "--as", "Alba") == (0, {"grant": 1})
    _, found = office("grant", "list", "--as", "Carla")
    assert [(one["id"], one["viewer"], one["in_force"]) for one in found["grants"]] == [(1, "Carla", True)]
    assert office("grant", "revoke", 1, "--as", "Alba")[0] == 0
    assert office("grant", "list")[1]["grants"][0]["in_force"] is False


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("practitioner", "import"), "fichier"),
        (("practitioner", "import", "absent.csv", "--portfolio", "Ouest"), "introuvable"),
        (("practitioner", "import", main.__code__.co_filename, "--portfolio", "Ouest"), "liste d’assurés"),
        (("practitioner", "import", "x.csv", "--column", "ville"), "ville=Commune"),
        (("viewer", "add", "--role", "courtier"), "nom"),
        (("viewer", "add", "--name", "Zoé"), "rôle"),
        (("viewer", "set", "--name", "Zoé", "--active", "non"), "Zoé"),
        (("viewer", "token", "--name", "Zoé"), "Zoé"),
        (("grant", "add", "--practitioner", "dr-anne-alba", "--to", "Carla", "--until", "demain"), "date"),
        (("grant", "revoke"), "numéro"),
        (("grant", "revoke", 7), "n° 7"),
        (("imports", "--as", "Personne"), "Personne"),
    ],
)
def test_a_refusal_is_one_french_sentence(office: Run, arguments: tuple[object, ...], words: str) -> None:
    code, answer = office(*arguments)
    assert (code, answer["status"]) == (2, "refused")
    assert words in answer["message"]
