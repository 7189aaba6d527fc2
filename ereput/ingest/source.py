"""Outside bytes behind one door: reopened at will, and never more of them than the limits say."""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from ereput.domain.errors import RefusedError

MEGABYTE: Final = 1_000_000
MAX_PLAIN: Final = 2_000 * MEGABYTE
MAX_IN_MEMORY: Final = 128 * MEGABYTE
_BOMB_FROM: Final = 32 * MEGABYTE
_BOMB_RATIO: Final = 200
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """The content of one file, on disk or in memory; `name` is only ever a label."""

    name: str
    path: Path | None = None
    data: bytes = b""
    gzipped: bool = False

    def open(self) -> BinaryIO:
        """Return a fresh stream over the content, unpacked."""
        raw: BinaryIO = io.BytesIO(self.data) if self.path is None else self.path.open("rb")
        if not self.gzipped:
            return raw
        return cast("BinaryIO", io.BufferedReader(_Unpacked(raw, self.packed_size())))

    def packed_size(self) -> int:
        """Return the size of the file as it stands, in bytes."""
        return len(self.data) if self.path is None else self.path.stat().st_size

    def chunks(self) -> Iterator[bytes]:
        """Walk the content piece by piece."""
        with self.open() as stream:
            try:
                while chunk := stream.read(_CHUNK):
                    yield chunk
            except (OSError, EOFError, zlib.error) as error:
                raise RefusedError(
                    "L’archive compressée est endommagée : elle n’a pas pu être lue."
                ) from error

    def head(self, size: int = 65_536) -> bytes:
        """Return the first bytes of the content."""
        return next(self.chunks(), b"")[:size]

    def read_all(self, limit: int = MAX_IN_MEMORY) -> bytes:
        """Return the whole content, for the formats that cannot be read piece by piece.

        Raises:
            RefusedError: the content is larger than `limit` bytes.
        """
        whole = bytearray()
        for chunk in self.chunks():
            whole += chunk
            if len(whole) > limit:
                raise RefusedError(
                    f"Le fichier dépasse {limit // MEGABYTE} Mo : scindez-le ou exportez-le au format CSV."
                )
        return bytes(whole)


class _Unpacked(io.RawIOBase):
    """A gzip stream that stops when it grows like a bomb."""

    def __init__(self, raw: BinaryIO, packed: int) -> None:
        self._raw = raw
        self._stream = gzip.GzipFile(fileobj=raw)
        self._limit = min(MAX_PLAIN, max(_BOMB_FROM, packed * _BOMB_RATIO))
        self._seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # typeshed asks for any buffer
        piece = self._stream.read(len(buffer))
        self._seen += len(piece)
        if self._seen > self._limit:
            raise RefusedError("L’archive se décompresse en un fichier démesuré : elle n’a pas été ouverte.")
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        self._raw.close()
        super().close()
