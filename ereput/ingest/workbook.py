"""Spreadsheets (XLSX, XLS, ODS) as sheets of rows, read by a child process that may die in our place."""

import io
import json
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final

from ereput.domain.errors import RefusedError
from ereput.ingest.source import MEGABYTE, Source

Row = Sequence[object]

MAX_SIZE: Final = 100 * MEGABYTE
MAX_CELLS: Final = 6_000_000
_MAX_UNPACKED: Final = 600 * MEGABYTE
_MEMORY: Final = 1_500
_SECONDS: Final = 120
_BLOCK: Final = 1 << 18
_CHILD: Final = Path(__file__).with_name("workbook_child.py")

_TOO_LARGE: Final = "Le classeur est démesuré : enregistrez-le au format CSV, puis importez ce fichier."
_LOCKED: Final = "Le classeur est protégé par un mot de passe : enregistrez-le sans protection."
_DAMAGED: Final = "Le classeur est endommagé ou n’est pas un vrai fichier Excel : il n’a pas pu être lu."
_REFUSALS: Final = {3: _TOO_LARGE, 4: _LOCKED, 5: _DAMAGED}


class Spool:
    """A temporary file that closes, and so disappears, with the last sheet that needs it."""

    def __init__(self) -> None:
        self.stream: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 # closed below

    def __del__(self) -> None:
        self.stream.close()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, and its rows in a temporary file that disappears with the last reader."""

    name: str
    spool: Spool
    start: int
    end: int

    def rows(self) -> Iterator[Row]:
        """Walk the rows from the first; several walks may go on at once."""
        position, rest = self.start, b""
        while position < self.end:
            self.spool.stream.seek(position)
            block = self.spool.stream.read(min(_BLOCK, self.end - position))
            position += len(block)
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                yield json.loads(line, object_hook=_dated)


def sheets(source: Source) -> list[Sheet]:
    """Return the sheets of a workbook, in order.

    Raises:
        RefusedError: the workbook is damaged, locked by a password, or too large to open safely.
    """
    _check_archive(source)
    output = Spool()
    with _on_disk(source) as path:
        command = [sys.executable, "-I", str(_CHILD), str(path), str(_MEMORY), str(MAX_CELLS)]
        try:
            done = subprocess.run(  # noqa: S603 # our own script, on a path that we chose
                command,
                stdin=subprocess.DEVNULL,
                stdout=output.stream,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=False,
            )
        except (subprocess.TimeoutExpired, OSError) as error:
            raise RefusedError(_TOO_LARGE) from error
    if done.returncode:
        raise RefusedError(_REFUSALS.get(done.returncode, _TOO_LARGE if done.returncode < 0 else _DAMAGED))
    return _split(output)


def _split(output: Spool) -> list[Sheet]:
    """Find where each sheet begins and ends in what the child wrote."""
    found: list[Sheet] = []
    name, start = "", -1
    output.stream.seek(0)
    position = 0
    for line in output.stream:
        if line.startswith(b'["sheet", '):
            if start >= 0:
                found.append(Sheet(name, output, start, position))
            name, start = str(json.loads(line)[1]), position + len(line)
        position += len(line)
    if start >= 0:
        found.append(Sheet(name, output, start, position))
    return [sheet for sheet in found if sheet.end > sheet.start]


def _dated(tagged: dict[str, Any]) -> object:
    text = str(tagged.get("d", ""))
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return text


@contextmanager
def _on_disk(source: Source) -> Iterator[Path]:
    """Give the content a path: its own, or a temporary one."""
    if source.path is not None and not source.gzipped:
        yield source.path.resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "classeur"
        path.write_bytes(source.read_all(MAX_SIZE))
        yield path


def _check_archive(source: Source) -> None:
    """Refuse at once what announces that it unpacks beyond measure.

    Raises:
        RefusedError: the archive is damaged, or claims more than the limit.
    """
    data = source.read_all(MAX_SIZE)
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise RefusedError(_DAMAGED) from error
    if unpacked > _MAX_UNPACKED:
        raise RefusedError(_TOO_LARGE)
