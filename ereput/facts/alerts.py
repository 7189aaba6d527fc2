"""The Alertes page: what is unusual, why, and what to do next."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from ereput.domain.practitioner import Guarantee, Practitioner, Viewer
from ereput.domain.publication import Kind
from ereput.facts import (
    advice,
    curves,
    french,
    next_steps,
    preferences,
    priors,
    reviews,
    thresholds,
    weekly,
    words,
)
from ereput.facts.curves import Chart
from ereput.facts.period import Period, Stretch, until
from ereput.facts.scope import Scope
from ereput.facts.shapes import Notice, Review, Step, Tone
from ereput.facts.thresholds import Thresholds
from ereput.guidance import base as bases
from ereput.guidance.group import AlertKind
from ereput.store import Store, practitioners, rollups, signals
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Row, Rows
from ereput.text import near_identical

WEEKS_A_YEAR = 365.2425 / 7
MOST_REVIEWS = 50
PAGE = 50
OPEN = "open"
CHART_WEEKS = 52
SLIDE_WEEKS = 26
LAST_SEEN = 3
_HALF = 0.5
_LEAST = 0.05
_FEW = 2

_KINDS = {
    "spike": "Pic d’avis négatifs",
    "slide": "Glissement de la note",
    "silence": "Source silencieuse",
    "mentions": "Afflux de mentions",
    "coordinated": "Avis groupés",
}
_NEGATIVES = {AlertKind.SPIKE, AlertKind.SLIDE}
_RESTS_ON = {
    "slide": (
        "La note des six derniers mois est comparée à celle des deux ans d’avant, chacune avec sa marge.",
        "Seuls comptent les avis à étoiles dont le mois est connu.",
    ),
    "silence": (
        "Une source se tait quand son silence dépasse ce que son propre rythme explique, une fois sur cent.",
        "Un silence peut venir de la source, d’un export à refaire ou d’une fiche suspendue.",
    ),
    "mentions": (
        "La dernière semaine complète est comparée aux précédentes ; une mention n’est pas un avis.",
        "Une même histoire reprise par plusieurs sites compte une fois.",
    ),
    "coordinated": (
        "Des textes presque identiques, d’auteurs différents, en quelques jours : un indice, pas une preuve.",
        "Deux patients peuvent dire la même chose avec les mêmes mots, surtout en peu de mots.",
    ),
}
LEVELS = {"alert": "Alerte", "watch": "À surveiller"}
_TONES = {"alert": Tone.URGENT, "watch": Tone.WATCH}


@dataclass(frozen=True, slots=True)
class AlertCard:
    """One alert in words and figures. `label` is unique among alerts; `why` is a whole sentence.

    `odds` are the natural log odds that a burst is running; `week` and `last_week` its Mondays.
    """

    id: int
    practitioner_id: int
    slug: str
    name: str
    label: str
    kind: str
    platform: str
    title: str
    week: date
    last_week: date
    level: str
    tone: Tone
    observed: float
    expected: float
    upper: float
    odds: float
    rarity: str
    why: str
    state: str
    state_text: str
    is_provisional: bool
    steps: tuple[Step, ...]


class Drawing(StrEnum):
    """What pictures an alert: weeks expected and observed, the rating, or the months of a source."""

    WEEKS = "semaines"
    RATING = "note"
    MONTHS = "mois"


@dataclass(frozen=True, slots=True)
class Detail:
    """What stands behind one alert: the publications inside, what they share, a picture.

    `inside` heads the publications; `aside` says how many are left out of the picture, and why.
    """

    card: AlertCard
    drivers: tuple[str, ...]
    inside: str
    reviews: tuple[Review, ...]
    drawing: Drawing
    picture: Chart
    aside: str
    group: next_steps.Group
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alerts:
    """What the page says of its alerts as a whole: its answer, how many false ones to expect."""

    sentence: str
    false_alarms: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class Page:
    """Some alerts, the most pressing first, of `total`, on `pages` pages; `opened` counts the open ones."""

    cards: tuple[AlertCard, ...]
    total: int
    opened: int
    pages: int


def page(
    store: Store,
    viewer: Viewer,
    scope: Scope,
    now: datetime,
    *,
    state: str = OPEN,
    number: int = 1,
    label: str = "",
    size: int = PAGE,
) -> Page:
    """Return a page of the scope's alerts, open ones alone or all, the most pressing first.

    The alert that a label names comes first on whatever page, as long as it is in view: an address that
    was shared opens it. The steps are those of the group, before anybody has read what is inside.
    """
    who = scope.who
    asked: dict[str, Any] = {"practitioner_id": who, "states": (OPEN,) if state == OPEN else ()}
    named = re.search(r"n° (\d{1,9})$", label)
    with store.reading() as connection:
        total = signals.count_alerts(connection, viewer, **asked)
        opened = total if state == OPEN else None
        if opened is None:
            opened = signals.count_alerts(connection, viewer, practitioner_id=who, states=(OPEN,))
        pages = max(1, -(-total // size))
        number = min(max(number, 1), pages)
        rows = list(signals.read_alerts(connection, viewer, **asked, limit=size, offset=(number - 1) * size))
        if named and int(named[1]) not in {row.id for row in rows}:
            rows = [*signals.read_alerts(connection, viewer, **asked, alert_id=int(named[1])), *rows]
    return Page(tuple(_card(row, now.date()) for row in rows), total, opened, pages)


def read(store: Store, viewer: Viewer, scope: Scope, _period: Period, now: datetime) -> Alerts:
    """Return what the page says of the scope as a whole."""
    first = page(store, viewer, scope, now, size=1)
    with store.reading() as connection:
        limits = thresholds.read(connection)
    return Alerts(
        sentence=_sentence(first, scope),
        false_alarms=_false_alarms(limits, scope.people),
        notice=advice.notice(bases.load(), now.date()),
    )


def alert_cards(store: Store, viewer: Viewer, now: datetime, *, slug: str = "") -> list[AlertCard]:
    """Return every alert that the viewer may see, of one practitioner or of all, the most pressing first.

    Raises:
        RefusedError: the practitioner is not in view.

    """
    with store.reading() as connection:
        who = practitioners.read_one(connection, viewer, slug).id if slug else None
        rows = signals.read_alerts(connection, viewer, practitioner_id=who)
    return [_card(row, now.date()) for row in rows]


def detail(store: Store, viewer: Viewer, scope: Scope, now: datetime, *, card: AlertCard) -> Detail:
    """Return what stands behind one alert of the scope."""
    who = scope.member(card.practitioner_id)
    with store.reading() as connection:
        rows = _inside(reads.page(connection, viewer, who.id, _wanted(card), limit=MOST_REVIEWS), card)
        shown = reviews.shown(connection, viewer, who.id, rows)
    dates = [found for row in rows if (found := reviews.published(row)) is not None]
    group = next_steps.of_alert(
        card.kind,
        platform=rows[0].platform if len({row.platform for row in rows}) == 1 else "",
        guarantee=who.guarantee,
        today=now.date(),
        oldest=min(dates, key=lambda found: found.earliest, default=None),
        contract_days=who.declaration_days,
    )
    drawing, picture, aside = _picture(store, viewer, who, now, card)
    return Detail(
        card=card,
        drivers=_drivers(rows) if card.kind in _NEGATIVES else (),
        inside=_headed(card, len(shown)),
        reviews=shown,
        drawing=drawing,
        picture=picture,
        aside=aside,
        group=group,
        assumptions=(*_assumptions(card), *group.assumptions),
    )


def _wanted(card: AlertCard) -> Filters:
    """Return which publications an alert is about, as far as a question to the store can say it."""
    if card.kind == AlertKind.SPIKE:
        return Filters(weeks=(card.week, card.last_week), is_negative=True)
    if card.kind == AlertKind.SLIDE:
        return Filters(first=card.last_week - timedelta(weeks=SLIDE_WEEKS), is_negative=True)
    if card.kind == AlertKind.SILENCE:
        return Filters(platform=card.platform)
    return Filters(first=card.week - timedelta(weeks=_FEW))


def _inside(rows: Rows, card: AlertCard) -> Rows:
    """Return those that the alert is about."""
    if card.kind == AlertKind.MENTIONS:
        return [row for row in rows if row.kind == Kind.MENTION]
    if card.kind == AlertKind.COORDINATED:
        alike = near_identical([row.body for row in rows])
        sizes = Counter(alike)
        return [row for row, cluster in zip(rows, alike, strict=True) if sizes[cluster] > 1 and row.body]
    return rows[:LAST_SEEN] if card.kind == AlertKind.SILENCE else rows


def _headed(card: AlertCard, count: int) -> str:
    if card.kind == AlertKind.SILENCE:
        return f"Les derniers avis vus sur {words.platform(card.platform)}"
    if card.kind == AlertKind.MENTIONS:
        return f"{french.sentence_case(french.plural(count, 'mention'))} dans cette alerte"
    return f"{french.plural(count, 'avis')} dans cette alerte"


def _picture(
    store: Store, viewer: Viewer, who: Practitioner, now: datetime, card: AlertCard
) -> tuple[Drawing, Chart, str]:
    today = now.date()
    if card.kind in {AlertKind.SPIKE, AlertKind.COORDINATED}:
        first = card.last_week - timedelta(weeks=CHART_WEEKS)
        judged = weekly.read(store, viewer, who, now, first=first, last=today)
        return Drawing.WEEKS, Chart(judged.frame, judged.takeaway), judged.aside
    with store.reading() as connection:
        months = rollups.read_monthly(connection, viewer, who.id)
        prior = priors.read(connection, is_demo=who.is_demo).stars
    shown = until(Stretch.TWO_YEARS, today).months
    if card.kind == AlertKind.SLIDE:
        return Drawing.RATING, curves.rating(months, shown, prior), ""
    mentions_only = card.kind == AlertKind.MENTIONS
    about = [row for row in months if row.mentions > 0] if mentions_only else months
    about = [row for row in about if not card.platform or row.platform == card.platform]
    return Drawing.MONTHS, curves.mix(about, shown), ""


@cache
def _group(kind: str, platform: str, guarantee: Guarantee, today: date) -> next_steps.Group:
    """Return what holds for every alert of a kind: a portfolio has many alerts and few kinds."""
    return next_steps.of_alert(kind, platform=platform, guarantee=guarantee, today=today)


def _card(row: Row, today: date) -> AlertCard:
    title = _title(row)
    rarity = _rarity(row)
    state_text = words.STATES.get(row.state, row.state)
    if row.state == "snoozed" and row.until:
        state_text += f" jusqu’au {french.day(row.until)}"
    return AlertCard(
        id=row.id,
        practitioner_id=row.practitioner_id,
        slug=row.slug,
        name=row.name,
        label=f"{row.name} · {_when(row)} · n° {row.id}",
        kind=row.kind,
        platform=row.platform,
        title=title,
        week=row.week,
        last_week=row.last_week,
        level=row.level,
        tone=_TONES.get(row.level, Tone.CALM),
        observed=row.observed,
        expected=row.expected,
        upper=row.upper,
        odds=row.odds,
        rarity=rarity,
        why=f"{french.sentence_case(title)}{f' ; {rarity}' if rarity else ''}.",
        state=row.state,
        state_text=state_text + (f" : {row.reason}" if row.reason else ""),
        is_provisional=row.is_provisional,
        steps=_group(row.kind, row.platform, Guarantee(row.guarantee), today).steps,
    )


def _title(row: Row) -> str:
    if row.kind != "spike":
        return _other_title(row)
    count = french.plural(row.observed, "avis négatif", "avis négatifs")
    expected = french.number(row.expected, 1) if row.expected >= _LEAST else "moins de 0,1"
    return f"{count} la {french.week(row.peak_week)} ; {expected} attendu"


def _other_title(row: Row) -> str:
    """Say what a signal that is no spike has seen, with its figures."""
    observed, expected = row.observed, row.expected
    match row.kind:
        case "slide":
            now, before = french.number(observed, 1), french.number(expected, 1)
            return f"note en baisse, {now} sur 5 en six mois contre {before} les deux ans d’avant"
        case "silence":
            days, habit = (french.plural(max(round(n), 1), "jour") for n in (observed, expected))
            source = words.platform(row.platform)
            return f"aucun avis sur {source} depuis {days}, un tous les {habit} d’habitude"
        case "mentions":
            count = french.plural(observed, "mention")
            return f"{count} dans la dernière semaine complète ; {french.number(expected, 1)} attendue"
        case "coordinated":
            alike = french.plural(observed, "avis presque identique", "avis presque identiques")
            return f"{alike} en quelques jours"
        case _:
            return str(_KINDS.get(row.kind, row.kind))


def _when(row: Row) -> str:
    return f"{_KINDS.get(row.kind, row.kind)}, {french.week(row.week)}"


def _rarity(row: Row) -> str:
    """Say how often chance alone does as much; `why` holds that chance."""
    why = json.loads(row.why) if row.why.startswith("{") else {}
    if tail := why.get("tail"):
        return rarity(float(tail))
    return one_in(float(why["chance"])) if why.get("chance") else ""


def one_in(chance: float) -> str:
    """Return how often a thing of this chance comes about by itself: « environ une fois sur 200 »."""
    times = 1 / chance
    if times >= 1000:  # noqa: PLR2004 - beyond, a figure would feign precision
        return "cela arrive par hasard moins d’une fois sur 1\u202f000"
    return f"cela arrive par hasard environ une fois sur {french.number(round(times))}"


def rarity(tail: float) -> str:
    """Return how rare a week of this chance is, as a whole sentence."""
    return f"une telle semaine arrive par hasard {often(tail)}"


def often(tail: float) -> str:
    """Return how often a week of this chance comes about by itself: « environ une fois tous les 9 ans »."""
    years = 1 / (tail * WEEKS_A_YEAR)
    if years >= 1000:  # noqa: PLR2004 - beyond, a figure would feign precision
        return "moins d’une fois tous les 1\u202f000\u00a0ans"
    if years >= _FEW:
        return f"environ une fois tous les {french.plural(round(years), 'an')}"
    if years > _HALF:
        return "environ une fois par an"
    return f"environ {french.number(round(1 / years))} fois par an"


def _sentence(first: Page, scope: Scope) -> str:
    if not first.cards:
        return f"Aucune alerte ouverte pour {scope.name}." if scope.chosen else "Aucune alerte ouverte."
    card = first.cards[0]
    whose = "" if scope.chosen else f"{card.name} : "
    rest = first.total - 1
    more = f" Et {french.plural(rest, 'autre alerte ouverte', 'autres alertes ouvertes')}." if rest else ""
    return f"{french.sentence_case(f'{whose}{card.title}')}.{more}"


def _false_alarms(limits: Thresholds, people: int) -> str:
    text = (
        f"Au seuil choisi, un praticien sans histoire déclenche à tort {preferences.alerts(limits)} et "
        f"{preferences.watches(limits)}"
    )
    if people > 1:
        total = french.plural(round(limits.alerts_a_year * people), "fausse alerte", "fausses alertes")
        text += f" ; pour ces {french.number(people)} praticiens, attendez-vous à {total} par an"
    return text + "."


def _drivers(rows: Rows) -> tuple[str, ...]:
    """Say what the publications inside share: a source, a theme, a day."""
    if len(rows) < _FEW:
        return ()
    sources = Counter(words.platform(row.platform) for row in rows)
    days = Counter(row.published_on for row in rows if row.earliest == row.latest)
    themes = Counter(
        words.theme(name)
        for row in rows
        for name, label in words.parsed_themes(row.themes).items()
        if label == "neg"
    )
    found = []
    if sources:
        source, count = sources.most_common(1)[0]
        found.append(_share(count, len(rows), f"sur {source}"))
    if themes:
        theme, count = themes.most_common(1)[0]
        if count >= _FEW:
            found.append(_share(count, len(rows), f"à propos de : {theme}"))
    if days:
        day, count = days.most_common(1)[0]
        if count >= _FEW:
            found.append(_share(count, len(rows), f"le même jour, le {french.day(day)}"))
    return tuple(found)


def _share(count: int, total: int, what: str) -> str:
    return f"{'Tous' if count == total else f'{count} sur {total}'} {what}"


def _assumptions(card: AlertCard) -> tuple[str, ...]:
    if card.kind in _RESTS_ON:
        return _RESTS_ON[card.kind]
    provisional = "La semaine n’est pas finie, ou pas entièrement observée : ce jugement est provisoire."
    return (
        *((provisional,) if card.is_provisional else ()),
        "Un avis compte comme négatif à 2 étoiles ou moins ; sans étoile, si son texte l’est nettement.",
        "Seuls comptent les avis datés à la semaine près ; une semaine sans source est inconnue, pas zéro.",
        "L’attendu suit le passé du praticien, sa tendance et sa saison ; les pics passés n’y pèsent guère.",
        f"Une semaine ordinaire ne dépasse {french.number(card.upper)} que moins d’une fois sur cent.",
    )
