"""What is worth doing about a presence: each finding with its reason, the base's steps, and its case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ereput.detect.presence import LISTINGS, MENTIONS, REVIEWS, Zone, is_hidden
from ereput.domain.presence import Compared, Detail, Finding, Listing, ListingStatus
from ereput.facts import advice, french, words
from ereput.facts.presence_known import Known
from ereput.facts.shapes import Step, Tone
from ereput.guidance import model
from ereput.guidance.base import Base, load
from ereput.guidance.presence import PresenceStep, load_presence
from ereput.ingest.platforms import PlatformKind, platforms

OFFICIAL = "annuaire_sante"
DETAILS = {
    Detail.NAME: "nom",
    Detail.PROFESSION: "profession",
    Detail.ADDRESS: "adresse",
    Detail.PHONE: "téléphone",
    Detail.HOURS: "horaires",
}
_REVIEWED = 5
"""Reviews displayed from which an unclaimed listing weighs on its practitioner."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding. `text` tells it in full for a case; it and `url` hold outside words: untrusted."""

    finding: Finding
    listing_id: int
    title: str
    why: str
    tone: Tone
    text: str = ""
    url: str = ""
    rule: str = ""
    steps: tuple[Step, ...] = ()
    case_id: int | None = None
    control: str = ""
    report_url: str = ""

    @property
    def key(self) -> str:
        """What tells it from the others of a page."""
        return f"{self.finding.value}-{self.listing_id}"


def findings(known: Known) -> tuple[Found, ...]:
    """Return what is worth doing, the most pressing first, with the steps of the base."""
    base = load()
    found = [*_of_listings(known), *_of_platforms(known), *_of_whole(known)]
    found.sort(key=lambda one: one.tone is not Tone.WATCH)
    return tuple(_advised(base, one) for one in found)


def _advised(base: Base, found: Found) -> Found:
    presence = load_presence(base)
    sheet = presence.sheets[found.finding]
    steps = tuple(step_of(base, step) for step in presence.of(found.finding))
    return replace(found, rule=sheet.rule, steps=steps)


def step_of(base: Base, step: PresenceStep) -> Step:
    """Return a step of the base's file on presence, in words."""
    return Step(
        id=step.id,
        title=step.title,
        text=advice.worded(base, step.text),
        why="",
        origin=advice.origin(step.origin),
        origin_note=french.sentence_case(base.origins[step.origin]),
        leaflet=step.leaflet or "",
        corrections=_corrections(base, step),
        then=tuple(base.steps[name].title for name in step.case_steps),
        warnings=tuple(advice.worded(base, warning) for warning in step.warnings),
        legal=advice.bases(step.legal),
        tags=("facultatif",) if step.optional else (),
    )


def _corrections(base: Base, step: PresenceStep) -> tuple[str, ...]:
    """Return what the law adds to the leaflet's words, for a step that says it corrects them."""
    if step.origin is not model.Origin.CORRECTED:
        return ()
    wanted = set(step.case_steps)
    return tuple(
        advice.worded(base, entry.correction)
        for entry in base.deviations.values()
        if wanted & set(entry.steps)
    )


# -- a listing


def _of_listings(known: Known) -> Iterator[Found]:
    for one in known.listings:
        wrong = known.wrong(one)
        if wrong:
            yield _wrong(one, wrong)
        if one.status is ListingStatus.TO_REMOVE:
            yield _about(
                one,
                Finding.TWICE,
                "à fusionner ou à retirer",
                one.note or "Signalée en double ou périmée.",
                Tone.WATCH,
            )
        elif one.status in (ListingStatus.UNCLAIMED, ListingStatus.UNKNOWN):
            yield from _unclaimed(known, one)
        elif one.status is ListingStatus.MISSING:
            yield _about(one, Finding.MISSING, "à créer", "Notée comme absente.", Tone.CALM)
    if known.listings and not any(one.platform == OFFICIAL for one in known.listings):
        yield Found(
            Finding.MISSING,
            0,
            f"{words.platform(OFFICIAL)}{french.THIN}: à vérifier",
            "L’annuaire officiel n’est pas dans l’inventaire ; c’est là que l’on vérifie un soignant.",
            Tone.CALM,
            text="L’annuaire officiel n’est pas dans l’inventaire des fiches.",
        )


def _about(one: Listing, finding: Finding, what: str, why: str, tone: Tone) -> Found:
    name = words.platform(one.platform)
    known = platforms().get(one.platform)
    shown = [
        f"{label}{french.THIN}: {text}" for detail, label in DETAILS.items() if (text := one.shown(detail))
    ]
    told = [f"Fiche {name}{french.THIN}: {what}.", why, "Elle affiche :", *shown] if shown else [why]
    return Found(
        finding,
        one.id,
        f"{name}{french.THIN}: {what}",
        why,
        tone,
        text="\n".join(told),
        url=one.url,
        control=known.control if known else "",
        report_url=known.report_url if known else "",
    )


def _wrong(one: Listing, wrong: tuple[Compared, ...]) -> Found:
    told = [f"{DETAILS[diff.detail]} ({diff.why})" for diff in wrong]
    found = _about(
        one, Finding.WRONG, "à corriger", f"{french.sentence_case(french.joined(told))}.", Tone.WATCH
    )
    lines = [
        f"– {DETAILS[diff.detail]}{french.THIN}: affiché {french.quoted(diff.shown)}, "
        f"juste {french.quoted(diff.expected)}"
        for diff in wrong
    ]
    return replace(found, text="\n".join([f"Fiche {words.platform(one.platform)} à corriger.", *lines]))


def _unclaimed(known: Known, one: Listing) -> Iterator[Found]:
    platform = platforms().get(one.platform)
    if platform is None or not platform.is_claimable:
        return
    shown = known.latest.get(one.id)
    count = (shown.count if shown else None) or 0
    if count >= _REVIEWED and platform.kind is PlatformKind.REVIEWS:
        why = f"{french.plural(count, 'avis affiché', 'avis affichés')} sur une fiche que vous ne tenez pas."
        yield _about(one, Finding.SUFFERED, "à revendiquer ou à contester", why, Tone.WATCH)
        return
    why = "Vous ne tenez pas cette fiche." if one.status is ListingStatus.UNCLAIMED else "État à vérifier."
    yield _about(one, Finding.UNCLAIMED, "à revendiquer, si c’est votre choix", why, Tone.CALM)


# -- a platform, the whole


def _of_platforms(known: Known) -> Iterator[Found]:
    for platform, gap in known.gaps.items():
        if gap.unseen is None or gap.count is None or not is_hidden(gap.unseen, gap.count):
            continue
        why = f"{french.number(gap.count)} avis affichés, {french.number(gap.held)} connus ici"
        if gap.low is not None and gap.high is not None:
            why += (
                f" ; les {french.number(gap.unseen)} autres ont une moyenne entre "
                f"{french.rating(gap.low)} et {french.rating(gap.high)}"
            )
        name = words.platform(platform)
        first = next(one.id for one in known.online if one.platform == platform)
        unseen = french.plural(gap.unseen, "avis affiché et non vu", "avis affichés et non vus")
        title = f"{name}{french.THIN}: {unseen}"
        yield Found(Finding.UNSEEN, first, title, f"{why}.", Tone.CALM, text=f"{title}. {why}.")


def _of_whole(known: Known) -> Iterator[Found]:
    stand = known.balance
    if stand.exposure is Zone.LITTLE:
        why = (
            f"{french.plural(len(known.online), 'fiche')} en ligne ; "
            f"{LISTINGS.low} au moins pour être trouvé et vérifié."
        )
        yield Found(Finding.TOO_LITTLE, 0, "Trop peu visible", why, Tone.WATCH, text=why)
    if stand.exposure is Zone.MUCH:
        why = f"{french.sentence_case(french.joined(too_much(known)))}."
        yield Found(Finding.TOO_MUCH, 0, "Trop exposé pour être tenu", why, Tone.WATCH, text=why)
    elif known.mentions:
        why = f"{french.plural(known.mentions, 'mention')} {known.quarter.text}."
        yield Found(Finding.TALKED_ABOUT, 0, "Des pages parlent de vous", why, Tone.CALM, text=why)
    if known.due <= known.today:
        last = (
            f"Dernière le {french.day_ago(known.watched, known.today)}." if known.watched else "Aucune notée."
        )
        yield Found(Finding.WATCH_DUE, 0, "Veille à faire", last, Tone.WATCH, text=last)


def too_much(known: Known) -> list[str]:
    """Return what goes beyond its band, in words."""
    stand = known.balance
    told: Mapping[str, bool] = {
        f"{french.plural(len(known.online), 'fiche')} en ligne, {LISTINGS.high} au plus": stand.listings
        is Zone.MUCH,
        f"{french.number(known.reviews)} avis en 12 mois, {REVIEWS.high} au plus": stand.reviews is Zone.MUCH,
        f"{french.number(known.mentions)} mentions en 3 mois, {MENTIONS.high} au plus": stand.mentions
        is Zone.MUCH,
    }
    return [sentence for sentence, holds in told.items() if holds]


def is_worth_a_case(finding: Finding) -> bool:
    """Whether a finding may become a case: what only asks for a look or an import does not."""
    return finding not in {Finding.UNSEEN, Finding.WATCH_DUE, Finding.UNREADY, Finding.TOO_LITTLE}
