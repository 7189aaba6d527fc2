"""An export is checked by its own verifier, alone: no byte changes, no link moves without being named."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ereput.evidence import verifier
from ereput.jobs import cases, evidence
from tests.evidence.conftest import PNG, Sealed

ANSWERS = {
    "qualification": ["illicite_presume"],
    "auteur": ["patient_identifie"],
    "reponse_directe": ["oui"],
    "garantie": ["oui"],
    "signale_sans_effet": ["non"],
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """An export does not depend on the database."""
    return sqlite_url


@pytest.fixture
def archive(sealed: Sealed, tmp_path: Path) -> Path:
    path = tmp_path / "dossier.zip"
    cases.answer(sealed.context, sealed.number, ANSWERS)
    evidence.export(sealed.context, sealed.number, path, home=sealed.home)
    return path


@pytest.fixture
def folder(archive: Path, tmp_path: Path) -> Path:
    target = tmp_path / "extrait"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(target)
    return target


def alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the export's own verifier, isolated from this project and its libraries."""
    return subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-I", "-S", str(folder / "verifier.py"), *arguments],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )


def test_an_export_reads_and_checks_itself(folder: Path, archive: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json",
        "LISEZMOI.txt",
        "JOURNAL.txt",
        "verifier.py",
        "preuves",
    }
    assert (folder / "preuves" / "004-Capture-n-1.png").read_bytes() == PNG
    assert "ne remplace pas un constat par un commissaire de justice" in (folder / "LISEZMOI.txt").read_text(
        "utf-8"
    )
    assert "Relu à froid" in (folder / "JOURNAL.txt").read_text("utf-8")
    for arguments in ((), (str(folder),), (str(archive),)):
        done = alone(folder, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Intact")
    answer = json.loads(alone(folder, "--json").stdout)
    assert answer == {"ok": True, "checked": 10 + 3 + 3, "erased": 1, "broken": None}
    assert alone(folder, "/nulle/part").returncode == 2


def test_who_wrote_the_review_is_never_exported(folder: Path) -> None:
    assert "patient_identifie" not in (folder / "manifest.json").read_text("utf-8")
    assert "patient_identifie" not in (folder / "JOURNAL.txt").read_text("utf-8")


def flipped(path: Path, position: int) -> None:
    body = bytearray(path.read_bytes())
    body[position] ^= 1
    path.write_bytes(body)


def test_any_flipped_byte_is_named(folder: Path) -> None:
    """A byte in forty of each file; every one of the manifest's first event."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        original = path.read_bytes()
        step = max(len(original) // 40, 1)
        for position in [*range(0, len(original), step), len(original) - 1]:
            flipped(path, position)
            found = verifier.examine_export(folder).findings
            assert found, (path.name, position)
            if path.name != "manifest.json":
                assert (
                    (found[0].file or "")
                    .lower()
                    .startswith(("publication", "page", "capture", path.name.lower()))
                )
            path.write_bytes(original)
    assert not verifier.examine_export(folder).findings


def test_any_flipped_byte_of_the_archive_is_found(archive: Path) -> None:
    """Every byte before two of the files, one in five after them, some of those inside."""
    original = archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        starts = [(info.header_offset, 30 + len(info.filename)) for info in opened.infolist()[:2]]
        directory = opened.start_dir
    around = {position for start, length in starts for position in range(start, start + length)}
    around |= {*range(directory, len(original), 5), *range(0, len(original), 400)}
    for position in sorted(around):
        flipped(archive, position)
        assert verifier.examine_export(archive).findings, position
        archive.write_bytes(original)
    archive.write_bytes(original + b"x")
    assert verifier.examine_export(archive).findings


def test_a_flipped_byte_inside_an_event_names_the_event(folder: Path) -> None:
    path = folder / "manifest.json"
    text = path.read_text("utf-8")
    path.write_text(text.replace("S00_PAUSE", "S00_PAUSF"), "utf-8")
    done = alone(folder, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["broken"]["event"] == 5


Change = Callable[[dict[str, Any]], None]


def _drop(rank: int) -> Change:
    return lambda manifest: manifest["evenements"].pop(rank)


def _swap(first: int, second: int, *, renumber: bool) -> Change:
    def change(manifest: dict[str, Any]) -> None:
        links = manifest["evenements"]
        links[first], links[second] = links[second], links[first]
        if renumber:
            for number, link in enumerate(links, 1):
                link["numero"] = number

    return change


def _withhold(manifest: dict[str, Any]) -> None:
    link = manifest["evenements"][4]
    link["etat"] = "non_joint"
    del link["sel"], link["contenu"]


def _forget(manifest: dict[str, Any]) -> None:
    manifest["evenements"][4]["etat"] = "efface"


@pytest.mark.parametrize(
    ("change", "event"),
    [
        (_drop(0), 1),
        (_drop(3), 4),
        (_drop(9), 10),
        (_swap(2, 6, renumber=False), 3),
        (_swap(2, 6, renumber=True), 3),
        (_withhold, 5),
        (_forget, 5),
    ],
)
def test_a_clever_change_of_the_manifest_is_named(folder: Path, change: Change, event: int) -> None:
    """Even when the manifest's own seal is computed anew."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    manifest["sceau"] = verifier.seal_manifest(manifest)
    path.write_bytes(verifier.render(manifest))
    assert verifier.examine_export(folder).findings[0].event == event


def test_an_exhibit_that_is_gone_is_named(folder: Path) -> None:
    (folder / "preuves" / "004-Capture-n-1.png").unlink()
    done = alone(folder)
    assert done.returncode == 1
    assert "« Capture n° 1.png » manque" in done.stdout


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"null", b'{"evenements":[1]}', b"\xff\xfe"])
def test_a_manifest_that_is_not_one_is_named(folder: Path, body: bytes) -> None:
    (folder / "manifest.json").write_bytes(body)
    assert verifier.examine_export(folder).findings[0].file == "manifest.json"


def test_a_manifest_cannot_lead_outside_the_export(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text("utf-8").replace("preuves/004-Capture-n-1.png", "../secret"), "utf-8")
    (folder.parent / "secret").write_bytes(PNG)
    assert any("manque" in found.why for found in verifier.examine_export(folder).findings)


def test_an_archive_cut_short_is_named(archive: Path, tmp_path: Path) -> None:
    cut = tmp_path / "coupe.zip"
    cut.write_bytes(archive.read_bytes()[:-200])
    assert verifier.examine_export(cut).findings[0].file == "manifest.json"


def test_the_verifier_reads_on_old_pythons() -> None:
    import ast

    source = Path(verifier.__file__).read_text("utf-8")
    assert ast.parse(source, feature_version=(3, 8))
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
    }
    assert imported <= sys.stdlib_module_names | {"__future__"}
