"""Letters as files: the user's words and name alone, and a sheet apart that carries the notice."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document

from ereput.report.letters import ASIDE, Sheet, docx, pdf

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SHEET = Sheet(
    title="Signalement à la plateforme",
    text="Contenu signalé : https://exemple.test\nDeuxième ligne.\n\n« Œuvre » — #set *gras* $x$ <b>",
    author="Dr Élise Noël",
    missing=("motif",),
    checks=("Preuve faite",),
    never=("une donnée de santé",),
    notice="Informations documentaires générales.",
)


def test_a_word_document_holds_the_letter_then_the_sheet() -> None:
    document = Document(BytesIO(docx(SHEET, now=NOW)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:2] == SHEET.text.split("\n\n")
    rest = texts[texts.index(ASIDE) :]
    assert {"motif", "Preuve faite", "une donnée de santé", SHEET.notice} <= set(rest)
    assert not set(texts[: texts.index(ASIDE)]) & {SHEET.notice}


def test_a_word_document_bears_the_users_name_alone() -> None:
    body = docx(SHEET, now=NOW)
    core = Document(BytesIO(body)).core_properties
    assert (core.author, core.last_modified_by, core.comments, core.language) == (
        "Dr Élise Noël",
        "Dr Élise Noël",
        "",
        "fr-FR",
    )
    with zipfile.ZipFile(BytesIO(body)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"python-docx" not in everything
    assert b"ereput" not in everything
    assert b'w:val="fr-FR"' in everything


def test_a_pdf_is_tagged_in_french_and_accessible() -> None:
    body = pdf(SHEET, now=NOW)
    assert body.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in body
    assert b"/Lang(fr-FR)" in body
    assert b"pdfuaid" in body
    assert pdf(SHEET, now=NOW) == body


@pytest.mark.parametrize("odd", ["😀", "中文", "\ufffe\ud800", "\u202e abc", "", "\n\n\n"])
def test_odd_characters_stop_neither(odd: str) -> None:
    sheet = Sheet(SHEET.title, odd, odd.strip() or "N", (), (), (odd,), SHEET.notice)
    assert pdf(sheet, now=NOW).startswith(b"%PDF-")
    assert Document(BytesIO(docx(sheet, now=NOW))).paragraphs
