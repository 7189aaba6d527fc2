"""Which encoding a text file is in, for files that French software writes.

Order: byte order mark, UTF-16 without one, strict UTF-8, UTF-8 with a few foreign bytes, then the
single-byte encoding under which the high bytes look most like French. General detectors are not used:
they read French cp1252 as cp1250.
"""

import codecs
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

FALLBACK: Final = "ereput-cp1252"
_HEAD: Final = 65_536
_HISTOGRAM: Final = 4_000_000
_ASCII: Final = bytes(range(128))
_CONTROLS: Final = bytes(c for c in range(32) if c not in b"\t\n\r\x0b\x0c\x1a\x1b")
_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LETTERS: Final = "éèêëàâçùûüôîïœæ"
_SIGNS: Final = "ÉÈÊÀÂÇÔÎŒ’‘“”«»–—…€°\xa0"


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """A codec and its error handler, ready for `open` or `bytes.decode`."""

    codec: str
    errors: str = FALLBACK


def _fallback(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that the codec refuses as cp1252, and those that cp1252 lacks as latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    refused = error.object[error.start : error.end]
    return "".join(_WINDOWS[byte] for byte in refused), error.end


def _windows(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_WINDOWS: Final = tuple(_windows(byte) for byte in range(256))
codecs.register_error(FALLBACK, _fallback)


def is_binary(head: bytes) -> bool:
    """Whether these first bytes are no text in any encoding that this module knows."""
    if not head or _marked(head) or _wide(head):
        return False
    return len(head) - len(head.translate(None, _CONTROLS)) > len(head) * 0.05


def detect(chunks: Callable[[], Iterable[bytes]]) -> TextEncoding:
    """Return the encoding of a text.

    Args:
        chunks: gives a fresh walk over the whole content, piece by piece; called at most twice.
    """
    walk = iter(chunks())
    head = next(walk, b"")
    known = _marked(head) or _wide(head[:_HEAD])
    if known:
        return TextEncoding(known, "replace")
    return TextEncoding("utf-8") if _is_utf8(head, walk) else _guess(chunks())


def decode(data: bytes) -> str:
    """Return the text of these bytes, whatever their encoding; never fails."""
    encoding = detect(lambda: (data,))
    return data.decode(encoding.codec, encoding.errors)


def _marked(head: bytes) -> str:
    return next((codec for mark, codec in _BOMS if head.startswith(mark)), "")


def _wide(head: bytes) -> str:
    """Recognise UTF-16 without a mark: every other byte of a western text is NUL."""
    pairs = len(head) // 2
    if pairs <= 1:  # two characters say nothing
        return ""
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd > 0.6 * pairs and even < 0.2 * pairs:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 * pairs and odd < 0.2 * pairs else ""


def _is_utf8(head: bytes, walk: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        for chunk in walk:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guess(walk: Iterable[bytes]) -> TextEncoding:
    """Choose among UTF-8 with accidents and the single-byte encodings, on the first megabytes."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    counts: Counter[int] = Counter()
    good = bad = returns = feeds = size = 0
    for chunk in walk:
        text = decoder.decode(chunk)
        lone = sum("\udc80" <= char <= "\udcff" for char in text if char >= "\x80")
        good += sum(char >= "\x80" for char in text) - lone
        bad += lone
        counts.update(chunk.translate(None, _ASCII))
        returns, feeds = returns + chunk.count(b"\r"), feeds + chunk.count(b"\n")
        size += len(chunk)
        if size >= _HISTOGRAM:
            break
    if good > bad:
        return TextEncoding("utf-8")
    if returns and not feeds:
        return TextEncoding("mac_roman")
    return TextEncoding(max(("cp1252", "mac_roman", "cp850"), key=lambda codec: _french(counts, codec)))


def _french(counts: Counter[int], codec: str) -> int:
    """Weigh how French these bytes look under a codec; ties go to the first codec tried."""
    score = 0
    for byte, count in counts.items():
        char = _WINDOWS[byte] if codec == "cp1252" else bytes((byte,)).decode(codec)
        score += count * (3 * (char in _LETTERS) + (char in _SIGNS))
    return score
