"""Letters as files: what the user wrote, under their name alone, and apart a sheet to reread it by.

The sheet, which says not to be sent, carries what is still missing, what to check, what must never appear
and the base's notice. Nothing is sent by the tool.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

ASIDE = "Fiche de relecture : à ne pas joindre à l’envoi"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARGIN_CM = 2.5
_TYPST = b"""
#let data = json(bytes(sys.inputs.sheet))
#set document(title: data.title, author: data.author)
#set text(lang: "fr", region: "FR", size: 11pt, font: "Libertinus Serif")
#set page(paper: "a4", margin: 2.5cm)
#set par(leading: 0.7em, spacing: 1.1em)
#for lines in data.blocks [#par(lines.join(linebreak()))]
#pagebreak()
#heading(level: 1, data.aside)
#for part in data.parts [
  #heading(level: 2, part.title)
  #list(..part.lines)
]
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter to be laid out. `text` and `author` are untrusted: they are never read as markup."""

    title: str
    text: str
    author: str
    missing: tuple[str, ...]
    checks: tuple[str, ...]
    never: tuple[str, ...]
    notice: str

    @property
    def blocks(self) -> list[list[str]]:
        """The paragraphs, each as its lines."""
        return [block.split("\n") for block in _xml(self.text).split("\n\n") if block.strip()]

    @property
    def parts(self) -> list[tuple[str, list[str]]]:
        """What the rereading sheet says, by title."""
        found = {
            "À compléter": self.missing,
            "À vérifier avant l’envoi": self.checks,
            "À ne jamais écrire": self.never,
            "Avertissement": (self.notice,),
        }
        return [(title, [_xml(line) for line in lines]) for title, lines in found.items() if lines]


def docx(sheet: Sheet, *, now: datetime) -> bytes:
    """Return the letter as a Word document, to be edited further."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Cm

    document = Document()
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "fr-FR")
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(_MARGIN_CM)
        section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    properties = document.core_properties
    properties.author = properties.last_modified_by = _xml(sheet.author)
    properties.title, properties.comments, properties.language = sheet.title, "", "fr-FR"
    properties.created = properties.modified = now
    for lines in sheet.blocks:
        document.add_paragraph("\n".join(lines))
    document.add_heading(ASIDE, level=1).paragraph_format.page_break_before = True
    for title, lines in sheet.parts:
        document.add_heading(title, level=2)
        for line in lines:
            document.add_paragraph(line, style="List Bullet")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def pdf(sheet: Sheet, *, now: datetime) -> bytes:
    """Return the letter as an accessible PDF (PDF/UA-1), its text selectable and tagged.

    A character that no font of the machine draws makes PDF/UA impossible: the file is then tagged only.
    """
    import typst

    data = {
        "title": sheet.title,
        "author": _xml(sheet.author),
        "blocks": sheet.blocks,
        "aside": ASIDE,
        "parts": [{"title": title, "lines": lines} for title, lines in sheet.parts],
    }
    inputs, stamp = {"sheet": json.dumps(data)}, int(now.timestamp())
    with suppress(typst.TypstError):
        return typst.compile(_TYPST, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=stamp)
    return typst.compile(_TYPST, format="pdf", sys_inputs=inputs, timestamp=stamp)


def _xml(text: str) -> str:
    """Return a text without what neither XML nor a page can hold."""
    return _NOT_XML.sub("", text)
