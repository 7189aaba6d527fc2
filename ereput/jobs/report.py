"""Give the meeting pack as a file; each one is noted before it is made."""

from pathlib import Path

from ereput.domain.errors import RefusedError
from ereput.domain.period import Span
from ereput.facts import meeting as facts
from ereput.facts.meeting_parts import Progress
from ereput.facts.pack import Audience, Pack
from ereput.facts.scope import Scope
from ereput.jobs.context import Context
from ereput.report import meeting as report
from ereput.store import journal


def made(context: Context, pack: Pack, suffix: str, *, audience: Audience) -> tuple[bytes, int]:
    """Return a pack as a file for somebody, and its pages; who is masked gets the broker's version."""
    shown = facts.on_paper(context.viewer, pack, audience)
    with context.store.writing() as connection:  # before the file: what cannot be noted is not given
        subject = f"{pack.whom}:{pack.whom_id}"
        detail = f"{pack.span.key}, {suffix.lstrip('.')}, version {shown.audience.value}"
        journal.note(
            connection, context.viewer, "dossier de réunion", subject=subject, detail=detail, now=context.now
        )
    return report.build(shown, suffix, now=context.now)


def write(
    context: Context,
    scope: Scope,
    span: Span,
    target: Path,
    *,
    portfolio: str = "",
    audience: Audience = Audience.PRACTITIONER,
    progress: Progress | None = None,
) -> int:
    """Write the pack of a scope to a .pdf, .pptx or .xlsx file; return its pages, slides or sheets.

    The file appears whole or not at all.
    """
    if target.suffix.lower() not in report.MEDIA:
        raise RefusedError("Le dossier de réunion s’écrit en .pdf, .pptx ou .xlsx.")
    if not target.parent.is_dir():
        raise RefusedError(f"Le dossier « {target.parent} » n’existe pas.")
    pack = facts.read(
        context.store, context.viewer, scope, span, context.now, portfolio=portfolio, progress=progress
    )
    data, pages = made(context, pack, target.suffix, audience=audience)
    part = target.with_name(target.name + ".part")
    part.write_bytes(data)
    part.replace(target)
    return pages
