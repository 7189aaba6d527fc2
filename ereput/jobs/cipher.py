"""Encrypt a file under a passphrase: scrypt makes the key (RFC 7914), AES-256-GCM seals the pieces.

The file: a magic line, 16 bytes of salt, then pieces of at most 1 MiB, each a 4-byte length and its
ciphertext. The nonce is the piece's rank (the key serves one file only); the header and whether the piece
is the last are authenticated with it, so pieces can be neither cut, moved, repeated nor left out.
"""

import secrets
import struct
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ereput.domain.errors import RefusedError

MAGIC = b"EREPUT-AES256GCM-1\n"
SHORTEST = 12
"""Characters of a passphrase: below, a stolen copy is soon read."""
_SALT = 16
_PIECE = 1 << 20
_TAG = 16
_COST = 1 << 17  # with r = 8: 128 MB of memory a guess, OWASP's first choice
_DAMAGED = "La phrase secrète n’est pas la bonne, ou la sauvegarde est abîmée."


def is_encrypted(file: IO[bytes]) -> bool:
    """Whether a file begins as `encrypt` writes it; the file is read from its start, and put back there."""
    file.seek(0)
    found = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    return found


def encrypt(source: IO[bytes], target: IO[bytes], passphrase: str) -> None:
    """Write what `source` holds to `target`, encrypted. Raises RefusedError for a passphrase too short."""
    if len(passphrase) < SHORTEST:
        raise RefusedError(f"La phrase secrète compte au moins {SHORTEST} caractères.")
    salt = secrets.token_bytes(_SALT)
    cipher, header = _cipher(salt, passphrase), MAGIC + salt
    target.write(header)
    rank, piece = 0, source.read(_PIECE)
    while True:
        following = source.read(_PIECE)
        sealed = cipher.encrypt(_nonce(rank), piece, header + _end(is_last=not following))
        target.write(struct.pack(">I", len(sealed)) + sealed)
        if not following:
            return
        rank, piece = rank + 1, following


def decrypt(source: IO[bytes], target: IO[bytes], passphrase: str) -> None:
    """Write to `target` what was encrypted. Raises RefusedError when any byte of it is not as written."""
    header = source.read(len(MAGIC) + _SALT)
    if len(header) < len(MAGIC) + _SALT:
        raise RefusedError(_DAMAGED)
    cipher = _cipher(header[len(MAGIC) :], passphrase)
    rank, sealed = 0, _piece(source)
    while True:
        following = _piece(source)
        try:
            piece = cipher.decrypt(_nonce(rank), sealed, header + _end(is_last=not following))
        except InvalidTag:
            raise RefusedError(_DAMAGED) from None
        target.write(piece)
        if not following:
            return
        rank, sealed = rank + 1, following


def _piece(source: IO[bytes]) -> bytes:
    """Return the next sealed piece, nothing at the end."""
    length = source.read(4)
    if not length:
        return b""
    size = struct.unpack(">I", length)[0] if len(length) == 4 else 0  # noqa: PLR2004 (a 4-byte length)
    sealed = source.read(size) if _TAG <= size <= _PIECE + _TAG else b""
    if len(sealed) != size or not size:
        raise RefusedError(_DAMAGED)
    return sealed


def _cipher(salt: bytes, passphrase: str) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode()))


def _nonce(rank: int) -> bytes:
    return rank.to_bytes(12, "big")


def _end(*, is_last: bool) -> bytes:
    return b"\1" if is_last else b"\0"
