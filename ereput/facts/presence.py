"""The Présence page: am I findable, correct, not overexposed?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pandas as pd
import sqlalchemy as sa

from ereput.detect.presence import (
    LISTINGS,
    MENTIONS,
    REVIEWS,
    WATCH_EVERY,
    WATCH_IN_ALERT,
    Band,
    Gap,
    Peers,
    Zone,
    is_hidden,
    peers,
)
from ereput.domain.practitioner import Practitioner, Viewer
from ereput.domain.presence import Agreement, Compared, Listing, ListingStatus, Office, Snapshot
from ereput.facts import advice, french, mentions, presence_known, words
from ereput.facts.curves import Chart
from ereput.facts.mentions import Mentions
from ereput.facts.period import Period
from ereput.facts.presence_findings import DETAILS, Found, findings, too_much
from ereput.facts.presence_known import Known
from ereput.facts.scope import Scope
from ereput.facts.shapes import Notice, Tile, Tone
from ereput.guidance.base import load
from ereput.ingest.platforms import platforms
from ereput.store import Store, listings, practitioners
from ereput.store.scope import Row

PAGE = 50
STATUSES = {
    ListingStatus.CLAIMED: "revendiquée",
    ListingStatus.UNCLAIMED: "non revendiquée",
    ListingStatus.MISSING: "à créer",
    ListingStatus.TO_REMOVE: "à supprimer",
    ListingStatus.GONE: "retirée",
    ListingStatus.UNKNOWN: "à vérifier",
}
AGREEMENTS = {
    Agreement.SAME: "identique",
    Agreement.TOLERATED: "écart toléré",
    Agreement.DIFFERENT: "à corriger",
    Agreement.ABSENT: "non affiché",
    Agreement.NOTHING: "rien à comparer",
}
ZONES = {
    Zone.LITTLE: "trop peu",
    Zone.WITHIN: "dans la fourchette",
    Zone.MUCH: "trop",
    Zone.UNKNOWN: "inconnu",
}
WATCHED = {
    "moteur": "Moteur de recherche, par nom et ville",
    "reseaux": "Réseaux sociaux",
    "forums": "Forums",
    "presse": "Presse",
}
"""What a watch looks at besides the listings."""


@dataclass(frozen=True, slots=True)
class Component:
    """One component of the exposure: its band, where it stands, why, and what to do of it.

    `place` and `peer_place` are on a scale from 0 to 3 whose middle third is the band.
    """

    label: str
    value: str
    zone: Zone
    reason: str
    advice: str
    place: float | None
    peers: str = ""
    peer_place: float | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """One thing that should be in hand."""

    label: str
    value: str
    is_held: bool
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class ListingLine:
    """A listing ready to be shown: `listing` and `compared` hold outside words, untrusted."""

    listing: Listing
    platform: str
    kind: str
    status: str
    displayed: str
    taken: str
    compared: tuple[Compared, ...]
    wrong: int
    latest: Snapshot | None
    control: str
    report_url: str
    can_reply: bool
    one_review: bool


@dataclass(frozen=True, slots=True)
class GapLine:
    """One platform's displayed figures against the reviews held."""

    platform: str
    displayed: str
    held: str
    unseen: str
    reading: str


@dataclass(frozen=True, slots=True)
class WatchDay:
    """A watch that was made. `note` is untrusted."""

    when: str
    who: str
    covered: str
    note: str


@dataclass(frozen=True, slots=True)
class Watch:
    """The watch calendar. `expected` is {slug: label} of what to look at; `missed` what the last left out."""

    sentence: str
    tone: Tone
    due: date
    expected: Mapping[str, str]
    missed: tuple[str, ...]
    history: tuple[WatchDay, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """The page of one practitioner."""

    who: Practitioner
    sentence: str
    tiles: tuple[Tile, ...]
    components: tuple[Component, ...]
    picture: Chart
    holds: tuple[Hold, ...]
    findings: tuple[Found, ...]
    listings: tuple[ListingLine, ...]
    offices: tuple[Office, ...]
    reference: str
    gaps: tuple[GapLine, ...]
    history: Chart
    mentions: Mentions
    watch: Watch
    notice: Notice


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """One practitioner of a portfolio."""

    slug: str
    name: str
    situation: str
    zone: Zone
    listings: int
    claimed: int
    wrong: int
    watched: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The page of a portfolio, those with most to do first."""

    sentence: str
    lines: tuple[OverviewLine, ...]
    people: int
    pages: int


def read(store: Store, viewer: Viewer, scope: Scope, _period: Period, now: datetime) -> Presence | None:
    """Return the presence of the practitioner chosen; None when nobody is."""
    if scope.chosen is None:
        return None
    with store.reading() as connection:
        return _presence(connection, viewer, _one(connection, viewer, scope.chosen, now))


def _one(connection: sa.Connection, viewer: Viewer, who: Practitioner, now: datetime) -> Known:
    rows = listings.overview(connection, viewer, who.id, limit=1)
    return presence_known.read(connection, viewer, [who], rows, now)[0]


def one(
    store: Store, viewer: Viewer, who: Practitioner, now: datetime, *, finding: str, listing_id: int
) -> Found | None:
    """Return one finding as it stands, None when it does not hold."""
    with store.reading() as connection:
        found = findings(_one(connection, viewer, who, now))
    return next((f for f in found if (f.finding, f.listing_id) == (finding, listing_id)), None)


def _presence(connection: sa.Connection, viewer: Viewer, known: Known) -> Presence:
    who = known.who
    others = listings.peers(connection, viewer, who.id, year=known.year.first, quarter=known.quarter.first)
    opened: dict[tuple[int, str], int] = {}
    for row in listings.read_cases(connection, viewer, who.id):
        if row.status != "clos":
            opened.setdefault((row.listing_id, row.finding), row.case_id)
    found = tuple(
        replace(one, case_id=opened.get((one.listing_id, one.finding.value))) for one in findings(known)
    )
    told = mentions.read(connection, viewer, who.id, known.listings, known.year)
    components = _components(known, others)
    return Presence(
        who=who,
        sentence=sentence(known),
        tiles=_tiles(known, told),
        components=components,
        picture=_picture(components),
        holds=_holds(known),
        findings=found,
        listings=tuple(_line(known, one) for one in known.listings),
        offices=known.reference.offices if known.reference.is_declared else (),
        reference=_reference(known),
        gaps=tuple(_gap(platform, gap) for platform, gap in sorted(known.gaps.items())),
        history=_history(listings.read_snapshots(connection, viewer, who.id), known),
        mentions=told,
        watch=_watch(known, listings.read_watches(connection, viewer, who.id)),
        notice=advice.notice(load(), known.today),
    )


# -- the balance in a sentence


def sentence(known: Known) -> str:
    """Return the balance in a sentence: the exposure, then what is to be taken in hand."""
    stand = known.balance
    if stand.exposure is Zone.UNKNOWN and not too_much(known):
        return "Aucune fiche n’est notée : commencez par l’inventaire."
    online = f"{french.plural(len(known.online), 'fiche')} en ligne"
    reviews = f"{french.number(known.reviews)} avis en 12 mois"
    told = {
        Zone.LITTLE: f"Trop peu visible{french.THIN}: {online}",
        Zone.WITHIN: f"Ni trop, ni trop peu{french.THIN}: {online}, {reviews}",
        Zone.MUCH: f"Trop exposé pour être tenu{french.THIN}: {french.joined(too_much(known))}",
        Zone.UNKNOWN: "",
    }[stand.exposure]
    todo = to_take(known)
    return f"{told} ; {f'à reprendre{french.THIN}: {french.joined(todo)}' if todo else 'rien à reprendre'}."


def to_take(known: Known) -> list[str]:
    """Return what is to be taken in hand, in words."""
    measures, stand = known.measures, known.balance
    told = []
    if measures.wrong:
        told.append(french.plural(measures.wrong, "information fausse", "informations fausses"))
    if measures.twice:
        told.append(french.plural(measures.twice, "fiche de trop", "fiches de trop"))
    if not stand.is_claimed:
        told.append(
            french.plural(
                measures.online - measures.claimed, "fiche non revendiquée", "fiches non revendiquées"
            )
        )
    if not stand.is_seen:
        told.append(french.plural(measures.unseen, "avis non vu", "avis non vus"))
    if not stand.is_watched:
        told.append("la veille")
    return told


# -- exposure


def _components(known: Known, others: Sequence[Row]) -> tuple[Component, ...]:
    stand = known.balance
    inventoried = len(known.online) if known.listings else None
    near = _Near(known, others)
    return (
        _component(
            "Fiches en ligne", inventoried, LISTINGS, stand.listings, near.of("listings"), near.name, "fiches"
        ),
        _component(
            "Avis en 12 mois", known.reviews, REVIEWS, stand.reviews, near.of("reviews"), near.name, "avis"
        ),
        _component(
            "Mentions en 3 mois", known.mentions, MENTIONS, stand.mentions, near.of("mentions"), near.name,
            "mentions",
        ),
    )  # fmt: skip


class _Near:
    """The others whom a presence is compared with: of the same specialty, else of the same profession."""

    def __init__(self, known: Known, others: Sequence[Row]) -> None:
        rest = [row for row in others if not row.is_asked]
        close = [row for row in rest if row.is_close]
        is_specialty = known.who.specialty != "" and peers([0.0] * len(close)) is not None
        self.rows = close if is_specialty else rest
        self.name = "même spécialité" if is_specialty else "même profession"

    def of(self, name: str) -> Peers | None:
        return peers([float(value) for row in self.rows if (value := getattr(row, name)) is not None])


_ADVICE = {
    "fiches": {
        Zone.LITTLE: "L’annuaire officiel, une fiche de carte et une page tenue suffisent.",
        Zone.WITHIN: "Relisez-les une fois par mois.",
        Zone.MUCH: "Gardez celles que vous relisez ; faites retirer le reste.",
        Zone.UNKNOWN: "Commencez par l’inventaire.",
    },
    "avis": {
        Zone.LITTLE: "Chaque avis pèse lourd. N’en demandez pas : laissez-les venir.",
        Zone.WITHIN: "Un rythme qui se lit.",
        Zone.MUCH: "Fixez un jour de lecture et une personne ; ne répondez pas à tout.",
        Zone.UNKNOWN: "",
    },
    "mentions": {
        Zone.LITTLE: "",
        Zone.WITHIN: "Lisez chacune ; commenter rend plus visible.",
        Zone.MUCH: "Cherchez d’où part la hausse avant de réagir.",
        Zone.UNKNOWN: "",
    },
}
_REASONS = {
    "fiches": f"Repère de l’outil : {LISTINGS.low} à {LISTINGS.high}. Moins, on ne vous vérifie pas ; plus, "
    "on ne les relit plus.",
    "avis": f"Repère de l’outil : {REVIEWS.low} à {REVIEWS.high} en 12 mois. Moins, un seul change la note ; "
    "plus, trois par semaine, on ne les lit plus tous.",
    "mentions": f"Repère de l’outil : {MENTIONS.high} au plus en 3 mois. Aucune n’est pas un manque.",
}


def _component(  # noqa: PLR0917 (a row of a table)
    label: str,
    value: float | None,
    band: Band,
    zone: Zone,
    near: Peers | None,
    group: str,
    unit: str,
) -> Component:
    compared = ""
    if near is not None:
        compared = (
            f"Portefeuille, {group} (n = {near.n}){french.THIN}: médiane {french.number(near.median)}, "
            f"la moitié entre {french.number(near.low)} et {french.number(near.high)}."
        )
    return Component(
        label=label,
        value=french.number(value),
        zone=zone,
        reason=_REASONS[unit],
        advice=_ADVICE[unit][zone],
        place=None if value is None else band.place(value),
        peers=compared,
        peer_place=band.place(near.median) if near else None,
    )


def _picture(components: Sequence[Component]) -> Chart:
    """Return one row a component: `label`, `value`, `place`, `peer` (0–3), `zone` in words."""
    frame = pd.DataFrame(
        [(one.label, one.value, one.place, one.peer_place, ZONES[one.zone]) for one in components],
        columns=["label", "value", "place", "peer", "zone"],
    )
    told = [f"{one.label.lower()} {one.value} ({ZONES[one.zone]})" for one in components]
    return Chart(frame, f"{french.sentence_case(', '.join(told))}.")


# -- hold


def _holds(known: Known) -> tuple[Hold, ...]:
    measures, stand = known.measures, known.balance
    compared = sum(
        one.agreement in (Agreement.SAME, Agreement.TOLERATED, Agreement.DIFFERENT)
        for listing in known.online
        for one in known.compared.get(listing.id, ())
    )
    late = (known.today - known.due).days
    return (
        Hold(
            "Fiches en main",
            f"{measures.claimed} sur {measures.online}",
            stand.is_claimed,
            "Une fiche revendiquée se corrige soi-même ; repère de l’outil, 60 % au moins.",
            "Revendiquer fragilise une opposition ultérieure : choisissez d’abord.",
        ),
        Hold(
            "Informations justes",
            f"{compared - measures.wrong} sur {compared}" if compared else "rien à comparer",
            not measures.wrong,
            "Nom, profession, adresse, téléphone et horaires affichés, contre vos coordonnées.",
            "Corrigez d’abord l’annuaire officiel : les autres le recopient.",
        ),
        Hold(
            "Fiches de trop",
            french.number(measures.twice),
            not measures.twice,
            "Doublons et anciens cabinets, tels que notés dans l’inventaire.",
            "Demandez ce que deviennent les avis avant une fusion.",
        ),
        Hold(
            "Avis affichés et vus",
            _seen(known),
            stand.is_seen,
            "Nombre affiché sur les plateformes, contre les avis connus ici le même jour.",
            "Importez un export complet, puis relisez l’écart.",
        ),
        Hold(
            "Veille tenue",
            f"due le {french.day(known.due)}" if late < 0 else "à faire",
            stand.is_watched,
            f"Tous les {WATCH_EVERY} jours au plus, {WATCH_IN_ALERT} pendant une alerte.",
            "Notez ce que vous avez regardé, et ce que vous n’avez pas pu voir.",
        ),
    )


def _seen(known: Known) -> str:
    measures = known.measures
    if not measures.displayed:
        return "aucun relevé"
    return f"{french.number(measures.displayed - measures.unseen)} sur {french.number(measures.displayed)}"


def _tiles(known: Known, told: Mentions) -> tuple[Tile, ...]:
    measures = known.measures
    return (
        Tile(
            "Fiches en ligne",
            measures.online if known.listings else None,
            measures.online,
            "Fiches de l’inventaire que le public voit aujourd’hui.",
            base="fiche",
        ),
        Tile(
            "Fiches en main",
            100 * measures.claimed / measures.online if measures.online else None,
            measures.online,
            "Part des fiches en ligne qui sont revendiquées.",
            unit=f"{french.THIN}%",
            base="fiche",
        ),
        Tile(
            "À corriger",
            measures.wrong if measures.online else None,
            measures.online,
            "Informations affichées qui diffèrent des vôtres ; les petites différences sont tolérées.",
            base="fiche",
        ),
        Tile(
            "Avis non vus",
            measures.unseen if measures.displayed else None,
            measures.displayed,
            "Avis affichés par les plateformes au dernier relevé et inconnus ici le même jour.",
            base="avis affiché" if measures.displayed < 2 else "avis affichés",  # noqa: PLR2004 (plural)
        ),
        Tile(
            "Part sous contrôle",
            None if told.share is None else 100 * told.share,
            told.published,
            "Part des avis et mentions des 12 derniers mois parus là où une fiche est revendiquée.",
            unit=f"{french.THIN}%",
            base="publication",
        ),
    )


# -- listings


def _line(known: Known, one: Listing) -> ListingLine:
    platform = platforms().get(one.platform)
    latest = known.latest.get(one.id)
    return ListingLine(
        listing=one,
        platform=words.platform(one.platform),
        kind=mentions.kind(one.platform),
        status=STATUSES[one.status],
        displayed=_displayed(latest.rating, latest.count) if latest else "aucun relevé",
        taken=f"relevé le {french.day_ago(latest.day, known.today)}" if latest else "",
        compared=known.compared.get(one.id, ()),
        wrong=len(known.wrong(one)),
        latest=latest,
        control=platform.control if platform else "",
        report_url=platform.report_url if platform else "",
        can_reply=words.can_reply(one.platform),
        one_review=platform is not None and platform.one_review_per_author,
    )


def _displayed(rating: float | None, count: int | None) -> str:
    told = [f"{french.rating(rating)} sur 5" if rating is not None else "sans note"]
    if count is not None:
        told.append(french.plural(count, "avis"))
    return ", ".join(told)


def _reference(known: Known) -> str:
    if known.reference.is_declared:
        return "Comparées à vos coordonnées, telles que vous les avez notées."
    if known.reference.offices:
        return "Vos coordonnées ne sont pas notées : les fiches sont comparées à ce que la plupart affichent."
    return "Notez vos coordonnées pour comparer les fiches."


def _gap(platform: str, gap: Gap) -> GapLine:
    unseen, reading = "–", ""
    if gap.unseen is not None and gap.count is not None:
        unseen = french.signed(gap.unseen)
        if gap.unseen < 0:
            reading = "Plus d’avis connus qu’affichés : certains ont pu être retirés."
        elif gap.unseen == 0:
            reading = "Tout ce qui est affiché est connu."
        elif gap.low is not None and gap.high is not None:
            reading = (
                f"Les {french.number(gap.unseen)} avis non vus ont une moyenne entre "
                f"{french.rating(gap.low)} et {french.rating(gap.high)}."
            )
        else:
            reading = "Trop peu d’éléments pour dire ce que valent les avis non vus."
        if is_hidden(gap.unseen, gap.count):
            reading += " À compléter."
    held = _displayed(gap.held_rating, gap.held) if gap.held else "aucun avis"
    return GapLine(words.platform(platform), _displayed(gap.rating, gap.count), held, unseen, reading)


def _history(taken: Sequence[Snapshot], known: Known) -> Chart:
    """Return what each listing displayed, a row a day, the right one: `day`, `source`, `rating`, `n`."""
    names = {one.id: words.platform(one.platform) for one in known.listings}
    several = {name for name in names.values() if list(names.values()).count(name) > 1}
    last: dict[tuple[int, date], Snapshot] = {(one.listing_id, one.day): one for one in taken}
    rows = [
        (
            one.day,
            f"{names[one.listing_id]} ({one.listing_id})"
            if names[one.listing_id] in several
            else names[one.listing_id],
            one.rating,
            one.count,
        )
        for one in last.values()
        if one.rating is not None and one.listing_id in names
    ]
    frame = pd.DataFrame(rows, columns=["day", "source", "rating", "n"])
    if frame.empty:
        return Chart(frame, "Aucun relevé de note affichée.")
    told = []
    for name, part in frame.groupby("source", sort=False):
        first, final = part.iloc[0], part.iloc[-1]
        move = f", contre {french.rating(first['rating'])} au premier" if len(part) > 1 else ""
        told.append(f"{name} affiche {french.rating(final['rating'])} au dernier relevé{move}")
    return Chart(frame, f"{' ; '.join(told)}.")


# -- the watch


def _watch(known: Known, rows: Sequence[Row]) -> Watch:
    expected = {"moteur": WATCHED["moteur"]}
    expected |= {one.platform: words.platform(one.platform) for one in known.online}
    expected |= {slug: label for slug, label in WATCHED.items() if slug not in expected}
    last = rows[0].covered.split("|") if rows and rows[0].covered else []
    fresh = known.today - timedelta(days=WATCH_EVERY)
    seen = {one.platform for one in known.online if (t := known.latest.get(one.id)) and t.day >= fresh}
    missed = tuple(
        label for slug, label in expected.items() if last and slug not in last and slug not in seen
    )
    is_due = known.due <= known.today
    when = (
        f"Dernière veille le {french.day_ago(known.watched, known.today)}"
        if known.watched
        else "Aucune veille"
    )
    due = "à faire aujourd’hui" if is_due else f"prochaine le {french.day_ago(known.due, known.today)}"
    why = " (chaque semaine tant qu’une alerte est ouverte)" if known.is_alerted else ""
    return Watch(
        sentence=f"{when} ; {due}{why}.",
        tone=Tone.WATCH if is_due else Tone.CALM,
        due=known.due,
        expected=expected,
        missed=missed,
        history=tuple(_day(row, expected) for row in rows),
    )


def _day(row: Row, expected: Mapping[str, str]) -> WatchDay:
    slugs = [slug for slug in row.covered.split("|") if slug]
    covered = french.joined([expected.get(slug) or words.platform(slug) for slug in slugs])
    return WatchDay(french.day(row.watched_at.date()), row.viewer, covered or "périmètre non noté", row.note)


# -- a portfolio


def overview(store: Store, viewer: Viewer, scope: Scope, now: datetime, *, number: int = 1) -> Overview:
    """Return a page of the practitioners in view, those with most to do about their listings first."""
    with store.reading() as connection:
        people = practitioners.count(connection, viewer)
        rows = listings.overview(
            connection, viewer, scope.who, limit=PAGE, offset=PAGE * (max(number, 1) - 1)
        )
        members = [practitioners.read_by_id(connection, viewer, row.id) for row in rows]
        known = presence_known.read(connection, viewer, members, rows, now)
    todo = sum(bool(to_take(one)) for one in known)
    told = f"{french.plural(todo, 'présence')} à reprendre en main sur {french.number(len(known))}"
    if people > len(known):
        told += f", sur cette page ({french.plural(people, 'praticien')} en vue)"
    return Overview(
        sentence=f"{told}." if known else "Aucun praticien pour l’instant : ajoutez le premier dans Sources.",
        lines=tuple(_overview(one) for one in known),
        people=people,
        pages=-(-people // PAGE),
    )


def _overview(known: Known) -> OverviewLine:
    measures = known.measures
    return OverviewLine(
        slug=known.who.slug,
        name=known.who.name,
        situation=sentence(known),
        zone=known.balance.exposure,
        listings=measures.online,
        claimed=measures.claimed,
        wrong=measures.wrong,
        watched=french.day(known.watched) if known.watched else "jamais",
        is_late=measures.overdue,
    )


def detail_name(one: Compared) -> str:
    """Return what a compared detail is called, capitalised."""
    return french.sentence_case(DETAILS[one.detail])
