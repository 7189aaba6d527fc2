from io import BytesIO

import pytest

from ereput.domain.errors import RefusedError
from ereput.evidence import kinds
from ereput.evidence.kinds import FileKind, recognise, safe_name

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(300)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(300)
MHTML = (
    b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
    b'\ttype="text/html"\r\n\r\n<html></html>'
)


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (PNG, "a.png", kinds.PNG),
        (JPEG, "a.JPG", kinds.JPEG),
        (JPEG, "capture.png", kinds.JPEG),  # a browser's mistake, not a lie
        (PNG, "sans extension", kinds.PNG),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "a.webp", kinds.WEBP),
        (b"%PDF-1.4\n\x00\x01", "a.pdf", kinds.PDF),
        (MHTML, "page.mhtml", kinds.MHTML),
        (b"<!-- saved -->\n<!DOCTYPE html><html>", "page.html", kinds.HTML),
        (b"\xef\xbb\xbf<html lang=fr>", "page.htm", kinds.HTML),
        (b"\xff\xfe<\x00h\x00t\x00m\x00l\x00", "page.html", kinds.HTML),
        ("Avis copié à la main".encode(), "avis.txt", kinds.TEXT),
        (b"#!/bin/sh is how scripts begin", "note.txt", kinds.TEXT),
    ],
)
def test_a_file_is_known_by_its_content(body: bytes, name: str, kind: FileKind) -> None:
    assert recognise(BytesIO(body), name) is kind


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"MZ\x90\x00\x03" + bytes(100), "capture.png", "c’est un programme"),
        (b"\x7fELF\x02\x01" + bytes(100), "capture.png", "c’est un programme"),
        (b"#!/bin/sh\nrm -rf /\n", "capture.png", "c’est un programme"),
        (b"PK\x03\x04" + bytes(100), "page.pdf", "pas reconnu"),
        (b"texte" + bytes(10), "avis.txt", "pas reconnu"),
        (b"a" * 20_000 + b"\x00", "avis.txt", "pas reconnu"),
        (b"", "vide.png", "est vide"),
        (b"%PDF-1.4", "capture.png", "un document PDF"),
        (b"<html><script>", "capture.png", "une page enregistrée"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image.svg", "un texte"),
    ],
)
def test_what_is_not_accepted_is_refused_in_french(body: bytes, name: str, words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        recognise(BytesIO(body), name)


def test_many_comments_cost_nothing() -> None:
    assert recognise(BytesIO(b"<!-- a -->" * 800 + b"texte"), "page.html") is kinds.HTML


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Capture d’écran à 10h.PNG", "Capture-d-ecran-a-10h.png"),
        ("../../etc/passwd.png", "passwd.png"),
        ("文件.png", "fichier.png"),
        ("a" * 300, "a" * 80 + ".png"),
    ],
)
def test_a_name_becomes_one_that_any_disk_takes(name: str, safe: str) -> None:
    assert safe_name(name, kinds.PNG) == safe
