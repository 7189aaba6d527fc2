"""Check an exported case: no byte changed, no link of the journal missing, moved or swapped.

It stands alone: Python 3.8 or later, nothing to install, no network. The application runs the very
same functions on its own store. A manifest is a JSON object:

- `dossier`: the number of the case; `evenements`: the links, in order, each with `numero`, `instant`,
  `corps` (no personal text), `empreinte` (salted digest of the content), `precedent` and `sceau`
  (digests of the link before and of this one), `etat` of the content (`joint`, `efface`, `non_joint`)
  and, when joined, its `sel` and `contenu`;
- `tete`: how many links there are and the `sceau` of the last;
- in an export also `annexes` (digests of the other files) and `sceau` (digest of all the rest).
"""

from __future__ import annotations  # older Pythons read this file too

import hashlib
import json
import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterator, NamedTuple  # noqa: UP035 (Python 3.8 reads this file)

MANIFEST = "manifest.json"
FIRST = "0" * 64
OPENED, EXHIBIT, ERASED = "dossier_ouvert", "preuve_ajoutee", "contenu_efface"
# What these contents hold is of use to the professional only: an export keeps their digests alone.
WITHHELD = frozenset({"situation_changee"})
_SAFE_PATH = re.compile(r"(preuves/)?[A-Za-z0-9][A-Za-z0-9._-]{0,150}")
_CHUNK = 1 << 20
_ZIP32 = 0xFFFFFFFF
# All that a missing or damaged file, or archive, may raise.
_UNREADABLE = (
    *(OSError, KeyError, ValueError, RuntimeError, EOFError),
    *(TypeError, zipfile.BadZipFile, zlib.error, struct.error),
)

Manifest = Any  # a JSON object that may have been tampered with: nothing is taken for granted
Open = Callable[[int, Any], BinaryIO]


class Finding(NamedTuple):
    """One thing that does not hold: which event, which file, and why in French."""

    event: int | None
    file: str | None
    why: str


class Report(NamedTuple):
    """How many links and files were checked, how many contents are erased or left out, what is broken."""

    checked: int
    erased: int
    withheld: int
    findings: list[Finding]


def canonical(value: Any) -> bytes:
    """Return the one JSON writing of a value: sorted keys, no spaces, ASCII."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def digest(salt: bytes, content: Any) -> str:
    """Return the salted SHA-256 of a content; without the salt it tells nothing of a short text."""
    return hashlib.sha256(salt + canonical(content)).hexdigest()


def seal(case: int, link: Manifest) -> str:
    """Return the SHA-256 of a link, which holds that of the link before."""
    names = ("numero", "instant", "corps", "empreinte", "precedent")
    return hashlib.sha256(canonical({"dossier": case, **{name: link[name] for name in names}})).hexdigest()


def seal_manifest(manifest: Manifest) -> str:
    """Return the SHA-256 of all that a manifest says beside its own seal."""
    rest = {name: value for name, value in manifest.items() if name != "sceau"}
    return hashlib.sha256(canonical(rest)).hexdigest()


def render(manifest: Manifest) -> bytes:
    """Return the bytes of manifest.json: there is one writing only, so that no byte goes unseen."""
    return (json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode(
        "utf-8", "surrogatepass"
    )


def kind(link: Manifest) -> str:
    """Return the word that names an event, or "" where the body does not read."""
    body = link.get("corps") if isinstance(link, dict) else None
    return str(body.get("evenement", "")) if isinstance(body, dict) else ""


def examine(manifest: Manifest, open_exhibit: Open) -> Report:
    """Check the links, their contents and the files that they speak of."""
    try:
        links = list(manifest["evenements"])
        findings = [*_chain(manifest["dossier"], links), *_head(manifest["tete"], links)]
        erased = _erased(links)
        findings += [found for link in links for found in _content(link, erased)]
        exhibits = [link for link in links if kind(link) == EXHIBIT and link.get("etat") == "joint"]
        findings += [found for link in exhibits for found in _exhibit(link, open_exhibit)]
        states = [link.get("etat") for link in links]
    except (AttributeError, KeyError, TypeError, ValueError):
        return Report(0, 0, 0, [Finding(None, MANIFEST, "la description du dossier est altérée")])
    return Report(len(links) + len(exhibits), states.count("efface"), states.count("non_joint"), findings)


def _chain(case: Any, links: list[Manifest]) -> Iterator[Finding]:
    numbers, previous = [link["numero"] for link in links], FIRST
    for rank, link in enumerate(links, 1):
        number = link["numero"]
        if number != rank:
            if rank not in numbers:
                yield Finding(rank, None, f"l’événement {rank} manque")
            else:
                yield Finding(rank, None, f"l’événement {number} occupe la place de l’événement {rank}")
            return
        if seal(case, link) != link["sceau"]:
            yield Finding(number, None, f"l’événement {number} a été modifié")
        elif link["precedent"] != previous:
            yield Finding(number, None, f"l’événement {number} ne suit pas celui qui le précède")
        previous = link["sceau"]


def _head(head: Manifest, links: list[Manifest]) -> Iterator[Finding]:
    count = len(links)
    if head["nombre"] > count:
        missing = min({*range(1, count + 2)} - {link["numero"] for link in links})
        yield Finding(missing, None, f"l’événement {missing} manque")
    elif head["nombre"] < count:
        yield Finding(count, None, f"l’événement {count} est en trop")
    elif links and head["sceau"] != links[-1]["sceau"]:
        yield Finding(count, None, f"l’événement {count} n’est pas celui qui a été scellé en dernier")


def _erased(links: list[Manifest]) -> set[Any]:
    """Return the numbers whose content a later event says erased."""
    return {
        number
        for link in links
        if kind(link) == ERASED
        for number in link["corps"]["vise"]
        if number < link["numero"]
    }


def _content(link: Manifest, erased: set[Any]) -> Iterator[Finding]:
    number, state = link["numero"], link["etat"]
    if state == "joint":
        if number in erased:
            yield Finding(number, None, f"le contenu de l’événement {number}, effacé, est réapparu")
        elif digest(bytes.fromhex(link["sel"]), link["contenu"]) != link["empreinte"]:
            yield Finding(number, None, f"le contenu de l’événement {number} a été modifié")
    elif state == "efface":
        if number not in erased:
            yield Finding(number, None, f"le contenu de l’événement {number} manque, sans effacement noté")
    elif state != "non_joint" or kind(link) not in WITHHELD:
        yield Finding(number, None, f"le contenu de l’événement {number} a été retiré")


def _exhibit(link: Manifest, open_exhibit: Open) -> Iterator[Finding]:
    number, content = link["numero"], link["contenu"]
    name = content.get("nom") if isinstance(content, dict) else None
    try:
        with open_exhibit(number, content) as file:
            found = hashlib.sha256()
            size = 0
            while block := file.read(_CHUNK):
                found.update(block)
                size += len(block)
    except _UNREADABLE:
        yield Finding(number, name, f"le fichier « {name} » manque ou ne se lit pas")
        return
    if (size, found.hexdigest()) != (content["taille"], content["sha256"]):
        yield Finding(number, name, f"le fichier « {name} » a été modifié")


# -- an export, in a folder or still in its archive ----------------------------------------------------


class _Folder:
    """The files of an export, by their path inside it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def open(self, path: str) -> BinaryIO:
        return (self.root / path).open("rb")


class _Archive:
    """The same, in a ZIP archive."""

    def __init__(self, path: Path) -> None:
        self.archive = zipfile.ZipFile(path)

    def open(self, path: str) -> BinaryIO:
        return self.archive.open(path)  # type: ignore[return-value]  # typed as IO[bytes]


def examine_export(target: Path) -> Report:
    """Check an export, given its folder or its ZIP archive."""
    try:
        files = _Folder(target) if target.is_dir() else _Archive(target)
        with files.open(MANIFEST) as file:
            raw = file.read()
        manifest = dict(json.loads(raw.decode("utf-8")))
    except _UNREADABLE:
        return Report(0, 0, 0, [Finding(None, MANIFEST, "manifest.json manque ou ne se lit pas")])

    def open_exhibit(_: int, content: Any) -> BinaryIO:
        return files.open(_safe(content["fichier"]))

    report = examine(manifest, open_exhibit)
    annexes = manifest.get("annexes")
    return report._replace(
        checked=report.checked + (len(annexes) if isinstance(annexes, dict) else 0),
        findings=[*report.findings, *_annexes(manifest, files), *_whole(manifest, raw), *_envelope(target)],
    )


def _safe(path: Any) -> str:
    if not isinstance(path, str) or not _SAFE_PATH.fullmatch(path):
        raise OSError(path)
    return path


def _annexes(manifest: Manifest, files: _Folder | _Archive) -> Iterator[Finding]:
    try:
        expected = dict(manifest["annexes"])
    except (KeyError, TypeError, ValueError):
        yield Finding(None, MANIFEST, "la liste des annexes est altérée")
        return
    for name, sha256 in expected.items():
        try:
            with files.open(_safe(name)) as file:
                changed = hashlib.sha256(file.read()).hexdigest() != sha256
        except _UNREADABLE:
            yield Finding(None, name, f"le fichier « {name} » manque ou ne se lit pas")
        else:
            if changed:
                yield Finding(None, name, f"le fichier « {name} » a été modifié")


def _whole(manifest: Manifest, raw: bytes) -> Iterator[Finding]:
    if manifest.get("sceau") != seal_manifest(manifest):
        yield Finding(None, MANIFEST, "manifest.json a été modifié : son sceau ne lui correspond plus")
    elif render(manifest) != raw:
        yield Finding(None, MANIFEST, "manifest.json a été récrit")


def _envelope(target: Path) -> Iterator[Finding]:
    """Check an archive's own bytes, those around the files: `bundle.write` leaves no choice for any.

    The central directory is what readers go by, so the headers before each file are compared with it, and
    the directory itself with the fixed values that it was written with.
    """
    if target.is_dir() or target.stat().st_size > _ZIP32:
        return
    with zipfile.ZipFile(target) as archive, target.open("rb") as file:
        position, central = 0, b""
        for info in archive.infolist():
            year, month, day, hour, minute, second = info.date_time
            common = struct.pack(
                "<5H3L2H",
                *(20, 0, zipfile.ZIP_STORED, hour << 11 | minute << 5 | second // 2),
                *((year - 1980) << 9 | month << 5 | day, info.CRC, info.file_size, info.file_size),
                *(len(info.filename), 0),
            )
            name = info.filename.encode("ascii", "replace")
            file.seek(position)
            before = b"PK\3\4" + common + name
            if file.read(len(before)) != before:
                yield Finding(None, target.name, f"l’enveloppe de l’archive a été modifiée ({info.filename})")
                return
            central += struct.pack("<4s2B", b"PK\1\2", 20, 3) + common
            central += struct.pack("<3H2L", 0, 0, 0, 0o600 << 16, position) + name
            position += len(before) + info.file_size
        file.seek(position)
        count = len(archive.infolist())
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(central), position, 0)
        if file.read() != central + end:
            yield Finding(None, target.name, "l’enveloppe de l’archive a été modifiée ou refaite")


def main(arguments: list[str]) -> int:
    """Check the export beside this file, or the one named: 0 intact, 1 broken, 2 not an export."""
    names = [word for word in arguments if word != "--json"]
    target = Path(names[0]) if names else Path(__file__).resolve().parent
    if not target.exists():
        sys.stderr.write(f"« {target} » est introuvable.\n")
        return 2
    report = examine_export(target)
    if "--json" in arguments:
        found = report.findings
        broken = found[0]._asdict() if found else None
        answer = {"ok": not found, "checked": report.checked, "erased": report.erased, "broken": broken}
        sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
    else:
        sys.stdout.write(told(report) + "\n")
    return 1 if report.findings else 0


def told(report: Report) -> str:
    """Return a report in French."""
    if not report.findings:
        lines = [f"Intact : {report.checked} éléments vérifiés ; contenus effacés : {report.erased}."]
        if report.withheld:
            lines.append(f"Contenus non joints à l’export, leur sceau intact : {report.withheld}.")
        return "\n".join(lines)
    return "\n".join(
        ["ALTÉRÉ :"]
        + [
            f"- {found.why}" + (f" ({found.file})" if found.file and found.file not in found.why else "")
            for found in report.findings
        ]
    )


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that knows no accents
    raise SystemExit(main(sys.argv[1:]))
