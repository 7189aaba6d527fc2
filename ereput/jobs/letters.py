"""Letters of a case: filled, checked when they are to be public, written to a file, kept in the case."""

from collections.abc import Mapping
from pathlib import Path

from ereput.domain.errors import RefusedError
from ereput.evidence.casefile import CaseFile
from ereput.facts import case_detail, scope
from ereput.guidance.base import load
from ereput.guidance.letters import Letter
from ereput.jobs import cases
from ereput.jobs.context import Context
from ereput.report.letters import Sheet, docx, pdf


def sheet(
    context: Context, case_id: int, template: str, variant: str, values: Mapping[str, str], *, text: str = ""
) -> tuple[Sheet, Letter]:
    """Return a letter filled with values, ready to be laid out; `text` is what the user made of it."""
    seen = scope.read(context.store, context.viewer)
    letter = case_detail.fill(
        context.store,
        context.viewer,
        seen,
        context.now,
        case_id=case_id,
        template=template,
        variant=variant,
        values=values,
    )
    shown = case_detail.read(context.store, context.viewer, seen, context.now, case_id=case_id)
    laid = Sheet(
        title=letter.title,
        text=text or letter.text,
        author=shown.card.name,
        missing=tuple(field.hint for field in letter.missing),
        checks=letter.checks,
        never=letter.never,
        notice=load().notice(context.today),
    )
    return laid, letter


def write(context: Context, laid: Sheet, target: Path) -> None:
    """Write a letter to a .docx, .pdf or .txt file; the file appears whole or not at all."""
    match target.suffix.lower():
        case ".docx":
            body = docx(laid, now=context.now)
        case ".pdf":
            body = pdf(laid, now=context.now)
        case ".txt":
            body = laid.text.encode()
        case _:
            raise RefusedError("Un courrier s’écrit en .docx, .pdf ou .txt.")
    write_whole(target, body)


def keep(context: Context, case_id: int, letter: Letter, *, expected: int | None = None) -> CaseFile:
    """Keep a letter in its case; a public text goes through the reply check."""
    return cases.keep_letter(
        context, case_id, letter.template, letter.variant, letter.text, expected=expected
    )


def write_whole(target: Path, body: bytes) -> None:
    """Write a file beside its place, then put it there at once."""
    if not target.parent.is_dir():
        raise RefusedError(f"Le dossier « {target.parent} » n’existe pas.")
    part = target.with_name(target.name + ".part")
    part.write_bytes(body)
    part.replace(target)
