"""What happens to a case, as plain events without any personal text; `encode` and `decode` for a journal.

Each event bears the day on which it happened, given by whoever saw it: nothing here reads a clock.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee, Profession
from ereput.domain.publication import PartialDate, Precision
from ereput.guidance.model import Author, Flag, Qualification, YesNo
from ereput.guidance.route import Situation


class Outcome(StrEnum):
    """How a case ended."""

    REMOVED = "retire"
    KEPT = "maintenu"
    REPLIED = "repondu"
    INSURER = "assureur"
    COURT = "justice"
    NO_ACTION = "sans_suite"


@dataclass(frozen=True, slots=True)
class StepStarted:
    """The step's act was sent or begun; its answer is awaited."""

    step: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class StepReceived:
    """Its addressee received what was sent: the day on the acknowledgement."""

    step: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class StepDone:
    """The step is finished."""

    step: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class StepSkipped:
    """The user set the step aside; the reason is kept elsewhere."""

    step: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class StepReset:
    """The step is to be done again."""

    step: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class StepRecorded:
    """A step outside the present route was done, on that day, before or elsewhere."""

    step: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class SentenceAttested:
    """A person attests the sentence of a condition."""

    key: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class AttestationWithdrawn:
    """A person no longer attests it."""

    key: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class ReplyVerified:
    """The public text went through the reply check; `passed` when nothing blocked."""

    passed: bool
    day: dt.date


@dataclass(frozen=True, slots=True)
class DeadlineStarted:
    """The event that starts a deadline happened: a decision notified, a summons served."""

    deadline: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class SituationChanged:
    """The user answers the questions anew, or a date became known."""

    situation: Situation
    day: dt.date


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """The user closes the case."""

    outcome: Outcome
    day: dt.date


@dataclass(frozen=True, slots=True)
class CaseReopened:
    """The user opens a closed case again."""

    day: dt.date


StepEvent = StepStarted | StepReceived | StepDone | StepSkipped | StepReset | StepRecorded
FactEvent = SentenceAttested | AttestationWithdrawn | ReplyVerified | DeadlineStarted | SituationChanged
Event = StepEvent | FactEvent | CaseClosed | CaseReopened

# The words of the journal: they outlive the names of the classes.
NAMES: Mapping[str, type[Event]] = MappingProxyType(
    {
        "etape_commencee": StepStarted,
        "etape_recue": StepReceived,
        "etape_faite": StepDone,
        "etape_ecartee": StepSkipped,
        "etape_reprise": StepReset,
        "etape_anterieure": StepRecorded,
        "phrase_attestee": SentenceAttested,
        "attestation_retiree": AttestationWithdrawn,
        "reponse_controlee": ReplyVerified,
        "echeance_ouverte": DeadlineStarted,
        "situation_changee": SituationChanged,
        "dossier_clos": CaseClosed,
        "dossier_rouvert": CaseReopened,
    }
)
_WORDS = {kind: word for word, kind in NAMES.items()}


def encode(event: Event) -> dict[str, object]:
    """Return the event as JSON values; `evenement` names its kind."""
    body = {entry.name: _plain(getattr(event, entry.name)) for entry in fields(event)}
    return {"evenement": _WORDS[type(event)], **body}


def decode(record: Mapping[str, object]) -> Event:
    """Return the event that `encode` wrote. Raises RefusedError when the record is not one."""
    kind = NAMES.get(str(record.get("evenement")))
    if kind is None:
        raise RefusedError(f"Événement de dossier inconnu : {record.get('evenement')}.")
    wanted = {entry.name for entry in fields(kind)}
    if record.keys() - {"evenement"} != wanted:
        raise RefusedError(f"Événement de dossier incomplet : {record.get('evenement')}.")
    try:
        return kind(**{name: _READ[name](record[name]) for name in wanted})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RefusedError(f"Événement de dossier illisible : {record.get('evenement')}.") from error


def encode_situation(situation: Situation) -> dict[str, object]:
    """Return the situation as JSON values."""
    published = situation.published
    return {
        "qualification": situation.qualification.value,
        "auteur": situation.author.value,
        "reponse_directe": situation.direct_reply.value,
        "garantie": situation.guarantee.value,
        "signale_sans_effet": situation.reported_without_effect.value,
        "drapeaux": sorted(flag.value for flag in situation.flags),
        "publication": published
        and {
            "jour": published.day.isoformat(),
            "au_plus_tot": published.earliest.isoformat(),
            "au_plus_tard": published.latest.isoformat(),
            "precision": published.precision.value,
        },
        "profession": situation.profession and situation.profession.value,
        "connaissance": situation.learned and situation.learned.isoformat(),
        "jours_contrat": situation.contract_days,
        "departs": {name: day.isoformat() for name, day in sorted(situation.starts.items())},
    }


def decode_situation(record: Mapping[str, object]) -> Situation:
    """Return the situation that `encode_situation` wrote; the instant of publication is not kept."""
    values = _table(record)
    published = values["publication"]
    profession, learned, days = values["profession"], values["connaissance"], values["jours_contrat"]
    return Situation(
        qualification=Qualification(str(values["qualification"])),
        author=Author(str(values["auteur"])),
        direct_reply=YesNo(str(values["reponse_directe"])),
        guarantee=Guarantee(str(values["garantie"])),
        reported_without_effect=YesNo(str(values["signale_sans_effet"])),
        flags=frozenset(Flag(str(flag)) for flag in _list(values["drapeaux"])),
        published=_published(_table(published)) if published is not None else None,
        profession=Profession(str(profession)) if profession is not None else None,
        learned=_day(learned) if learned is not None else None,
        contract_days=int(str(days)) if days is not None else None,
        starts={name: _day(day) for name, day in _table(values["departs"]).items()},
    )


def _published(values: Mapping[str, object]) -> PartialDate:
    return PartialDate(
        day=_day(values["jour"]),
        earliest=_day(values["au_plus_tot"]),
        latest=_day(values["au_plus_tard"]),
        precision=Precision(str(values["precision"])),
    )


def _plain(value: object) -> object:
    if isinstance(value, Situation):
        return encode_situation(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _day(value: object) -> dt.date:
    return dt.date.fromisoformat(str(value))


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


# Values come out of a journal: their types are only known once read.
_READ: Mapping[str, Callable[[Any], Any]] = {
    "step": str,
    "key": str,
    "deadline": str,
    "day": _day,
    "passed": _flag,
    "situation": decode_situation,
    "outcome": lambda value: Outcome(str(value)),
}
