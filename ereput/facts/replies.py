"""What the reply check finds in a public text, worded for screens: nothing is public before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ereput.facts.shapes import Tone
from ereput.text.discretion import BLOCKED, REREAD, Hit, check_reply

_SAID = {
    BLOCKED: "à ne pas publier tel quel.",
    REREAD: "rien de bloquant ; des passages sont à relire.",
}
_FREE = "rien à signaler. Relisez encore une fois, à froid."
_TONES = {BLOCKED: Tone.URGENT, REREAD: Tone.WATCH}


@dataclass(frozen=True, slots=True)
class Remark:
    """One passage, why it matters, what is safe instead. `match` is the user's own words: untrusted."""

    match: str
    why: str
    instead: str
    is_blocking: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on a public text; `passed` when nothing blocks."""

    sentence: str
    tone: Tone
    remarks: tuple[Remark, ...]
    advice: tuple[str, ...]
    passed: bool


def check(text: str, *, author: str = "", names: Sequence[str] = ()) -> Checked:
    """Return what the reply check says of a text.

    `author` is who wrote the review, as displayed; `names` are those that may be written.
    """
    found = check_reply(text, author=author, known_names=names)
    return Checked(
        sentence=_SAID.get(found.verdict, _FREE),
        tone=_TONES.get(found.verdict, Tone.CALM),
        remarks=(*_remarks(found.blocking, is_blocking=True), *_remarks(found.warnings, is_blocking=False)),
        advice=found.advice,
        passed=not found.blocking,
    )


def _remarks(hits: Iterable[Hit], *, is_blocking: bool) -> tuple[Remark, ...]:
    return tuple(Remark(hit.match, hit.why, hit.instead, is_blocking) for hit in hits)
