"""Where sealed files are kept, byte for byte, each under the SHA-256 of its content.

A file is written beside its place, forced to disk, then renamed: it is whole or it is not there.
"""

import hashlib
import os
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from ereput.domain.errors import RefusedError
from ereput.evidence.kinds import FileKind, recognise

LIMIT = 50 * 1024 * 1024  # as much as the dashboard takes of an upload: .streamlit/config.toml
_CHUNK = 1 << 20
_PART = ".depot-"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is kept: its digest, its size in bytes, what it is."""

    sha256: str
    size: int
    kind: FileKind


class Vault:
    """The folder of sealed files, `preuves` under the home folder."""

    def __init__(self, home: Path) -> None:
        self.root = home / "preuves"

    def keep(self, file: IO[bytes], name: str, *, kind: FileKind | None = None, limit: int = LIMIT) -> Stored:
        """Store what a stream holds and return what it is; read by pieces, never whole in memory.

        `kind` is given for the files that the tool itself writes. Raises RefusedError for a file over
        `limit` bytes or of a kind that is not accepted; nothing is kept then.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=_PART, delete=False) as part:
            path = Path(part.name)
            try:
                sha256, size = _copy(file, part, name, limit)
                found = kind or recognise(part, name)
                part.flush()
                os.fsync(part.fileno())
            except BaseException:
                part.close()
                path.unlink()
                raise
        target = self.path(sha256)
        target.parent.mkdir(exist_ok=True)
        if os.name == "posix":  # elsewhere a read-only file can be neither replaced nor deleted
            path.chmod(0o440)
        path.replace(target)  # the same content stored twice is the same file
        _sync(target.parent)
        return Stored(sha256, size, found)

    def path(self, sha256: str) -> Path:
        """Return where the content of this digest is, or would be."""
        return self.root / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """Open a stored file to read. Raises FileNotFoundError when it is not there."""
        if len(sha256) != hashlib.sha256().digest_size * 2 or not sha256.isalnum():
            raise FileNotFoundError(sha256)
        return self.path(sha256).open("rb")

    def discard(self, digests: Collection[str]) -> None:
        """Delete the files of these digests, those that are there."""
        for sha256 in digests:
            self.path(sha256).unlink(missing_ok=True)

    def strays(self, kept: Collection[str]) -> set[str]:
        """Return the digests of the files that are stored and are not among `kept`."""
        return {path.name for path in self.root.glob("??/*")} - set(kept)


def _copy(file: IO[bytes], target: IO[bytes], name: str, limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while block := file.read(_CHUNK):
        size += len(block)
        if size > limit:
            raise RefusedError(
                f"« {name} » dépasse {limit // 1024**2} Mo : rien n’a été gardé. "
                "Enregistrez la page en PDF, ou découpez la capture."
            )
        digest.update(block)
        target.write(block)
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    """Force a rename to disk, where folders can be opened (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
