import hashlib
import os
import stat
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, cast

import pytest

from ereput.domain.errors import RefusedError
from ereput.evidence.vault import LIMIT, Vault

PDF = b"%PDF-1.7 " + b"x" * 5000


class Endless:
    """A capture of 200 MB that is never whole in memory; it counts what was read of it."""

    def __init__(self, size: int) -> None:
        self.size, self.read_so_far = size, 0

    def read(self, count: int) -> bytes:
        block = b"%PDF-" + b"x" * (min(count, self.size - self.read_so_far) - 5)
        self.read_so_far += len(block)
        return block


def left(vault: Vault) -> Iterator[Path]:
    return (path for path in vault.root.rglob("*") if path.is_file())


def test_a_file_is_kept_byte_for_byte_under_its_digest(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    stored = vault.keep(BytesIO(PDF), "page.pdf")
    assert (stored.sha256, stored.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    with vault.open(stored.sha256) as file:
        assert file.read() == PDF
    assert vault.keep(BytesIO(PDF), "autre.pdf") == stored
    assert list(left(vault)) == [vault.path(stored.sha256)]
    if os.name == "posix":
        assert not vault.path(stored.sha256).stat().st_mode & stat.S_IWUSR


def test_a_200_megabyte_capture_is_refused_as_soon_as_it_is_too_long(tmp_path: Path) -> None:
    vault, capture = Vault(tmp_path), Endless(200_000_000)
    with pytest.raises(RefusedError, match=r"« capture\.pdf » dépasse 50 Mo"):
        vault.keep(cast("IO[bytes]", capture), "capture.pdf")
    assert capture.read_so_far <= LIMIT + 2**20
    assert list(left(vault)) == []


def test_a_refused_file_leaves_nothing(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    with pytest.raises(RefusedError, match="programme"):
        vault.keep(BytesIO(b"MZ\x00\x00"), "capture.png")
    assert list(left(vault)) == []


@pytest.mark.parametrize("digest", ["", "..", "../../../../etc/passwd", "0" * 64, "/" * 64])
def test_only_a_digest_opens_a_file(tmp_path: Path, digest: str) -> None:
    with pytest.raises(FileNotFoundError):
        Vault(tmp_path).open(digest)


def test_strays_are_what_nothing_refers_to(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    kept, stray = (vault.keep(BytesIO(PDF + ending), "a.pdf").sha256 for ending in (b"1", b"2"))
    assert vault.strays({kept}) == {stray}
    vault.discard([stray, "0" * 64])
    assert vault.strays(()) == {kept}
