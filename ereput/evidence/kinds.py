"""Which files are accepted as evidence, known by their content, never by their name alone."""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ereput.domain.errors import RefusedError

HEAD = 8192
_CHUNK = 1 << 20
_LONGEST_STEM = 80
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
_HTML = re.compile(
    rb"\s*((<!--((?!-->).)*-->|<\?xml[^>]*\?>)\s*)*<(!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MHTML = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: its name in French, its media type, the endings that its name may have."""

    title: str
    media: str
    endings: tuple[str, ...]


PNG = FileKind("une image PNG", "image/png", (".png",))
JPEG = FileKind("une image JPEG", "image/jpeg", (".jpg", ".jpeg"))
WEBP = FileKind("une image WebP", "image/webp", (".webp",))
PDF = FileKind("un document PDF", "application/pdf", (".pdf",))
MHTML = FileKind("une page enregistrée (MHTML)", "multipart/related", (".mhtml", ".mht"))
HTML = FileKind("une page enregistrée (HTML)", "text/html", (".html", ".htm"))
TEXT = FileKind("un texte", "text/plain", (".txt",))
JSON = FileKind("une copie des données importées", "application/json", (".json",))
DROPPED = (PNG, JPEG, WEBP, PDF, MHTML, HTML, TEXT)
ACCEPTED = tuple(ending for kind in DROPPED for ending in kind.endings)
_IMAGES = (PNG, JPEG, WEBP)
_WORDS = "PNG, JPEG, WebP, PDF, page enregistrée (HTML, MHTML) ou texte"


def recognise(file: IO[bytes], name: str) -> FileKind:
    """Return what a seekable file is, by its content; its name must not say otherwise.

    Raises RefusedError, in one French sentence, for a program, an unknown content, or a name that lies.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise RefusedError(f"« {name} » est vide.")
    ending = Path(name).suffix.lower()
    found = _image_or_pdf(head) or _text(file, head, ending)
    if found is None:
        what = "c’est un programme" if head.startswith(_PROGRAMS) else "son contenu n’est pas reconnu"
        raise RefusedError(f"« {name} » est refusé : {what}. Formats admis : {_WORDS}.")
    if ending in found.endings or not ending or (found in _IMAGES and ending in _endings(_IMAGES)):
        return found
    raise RefusedError(
        f"« {name} » est refusé : son nom ne dit pas ce qu’il contient, {found.title}. "
        f"Formats admis : {_WORDS}."
    )


def safe_name(name: str, kind: FileKind) -> str:
    """Return a name that any file system takes, ending as its kind does."""
    stem = re.sub(r"[\W_]+", "-", Path(name).stem)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().strip("-")
    return (plain[:_LONGEST_STEM] or "fichier") + kind.endings[0]


def _endings(kinds: tuple[FileKind, ...]) -> tuple[str, ...]:
    return tuple(ending for kind in kinds for ending in kind.endings)


def _image_or_pdf(head: bytes) -> FileKind | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return PDF if head.startswith(b"%PDF-") else None


def _text(file: IO[bytes], head: bytes, ending: str) -> FileKind | None:
    """Return which kind of text the whole file is, if it is one; a script is never taken for another."""
    if head.startswith(_PROGRAMS) and ending not in TEXT.endings:
        return None
    if not _is_text(file, head):
        return None
    if ending in TEXT.endings:
        return TEXT
    if _HTML.match(head.removeprefix(codecs.BOM_UTF8)):
        return HTML
    if _MHTML.search(_BLANK_LINE.split(head, 1)[0]):
        return MHTML
    return HTML if ending in HTML.endings else TEXT


def _is_text(file: IO[bytes], head: bytes) -> bool:
    """Whether the file holds text only: UTF-16 behind its mark, else no control character anywhere."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    file.seek(0)
    while block := file.read(_CHUNK):
        if _CONTROLS.search(block):
            return False
    return True
