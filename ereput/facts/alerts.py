"""The Alertes page: what is unusual, why, and what to do next."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from ereput.domain.practitioner import Guarantee, Viewer
from ereput.facts import advice, french, next_steps, reviews, thresholds, weekly, words
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Notice, Review, Step, Tone
from ereput.facts.thresholds import Thresholds
from ereput.guidance import base as bases
from ereput.store import Store, practitioners, signals
from ereput.store import reads_practitioner as reads
from ereput.store.reads_practitioner import Filters
from ereput.store.scope import Row, Rows

WEEKS_A_YEAR = 365.2425 / 7
MOST_REVIEWS = 50
CHART_WEEKS = 52
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


@dataclass(frozen=True, slots=True)
class Detail:
    """What stands behind one alert: the reviews inside, what they share, the weeks around."""

    card: AlertCard
    drivers: tuple[str, ...]
    reviews: tuple[Review, ...]
    weekly: weekly.Weekly
    group: next_steps.Group
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alerts:
    """The page: its answer, its alerts (the most pressing first), how many false ones to expect."""

    sentence: str
    cards: tuple[AlertCard, ...]
    false_alarms: str
    notice: Notice


def read(store: Store, viewer: Viewer, scope: Scope, _period: Period, now: datetime) -> Alerts:
    """Return the alerts of the scope, those that are over included."""
    cards = tuple(
        card
        for card in alert_cards(store, viewer, now, slug=scope.chosen.slug if scope.chosen else "")
        if card.practitioner_id in scope.ids
    )
    with store.reading() as connection:
        limits = thresholds.read(connection)
    return Alerts(
        sentence=_sentence([card for card in cards if card.state == "open"], scope),
        cards=cards,
        false_alarms=_false_alarms(limits, len(scope.ids)),
        notice=advice.notice(bases.load(), now.date()),
    )


def alert_cards(store: Store, viewer: Viewer, now: datetime, *, slug: str = "") -> list[AlertCard]:
    """Return the alerts that the viewer may see, of one practitioner or of all, open ones first.

    The steps are those of the group, before anybody has read what is inside.

    Raises:
        RefusedError: the practitioner is not in view.

    """
    with store.reading() as connection:
        who = practitioners.read_one(connection, viewer, slug).id if slug else None
        rows = signals.read_alerts(connection, viewer, practitioner_id=who)
    cards = [_card(row, now.date()) for row in rows]
    return sorted(cards, key=lambda card: (card.state != "open", card.level != "alert"))


def detail(store: Store, viewer: Viewer, scope: Scope, now: datetime, *, card: AlertCard) -> Detail:
    """Return what stands behind one alert of the scope."""
    who = scope.member(card.practitioner_id)
    inside = Filters(weeks=(card.week, card.last_week), is_negative=True)
    with store.reading() as connection:
        rows = reads.page(connection, viewer, who.id, inside, limit=MOST_REVIEWS)
        shown = reviews.shown(connection, viewer, who.id, rows)
    first = card.last_week - timedelta(weeks=CHART_WEEKS)
    dates = [found for row in rows if (found := reviews.published(row)) is not None]
    group = next_steps.of_alert(
        card.kind,
        platform=rows[0].platform if len({row.platform for row in rows}) == 1 else "",
        guarantee=who.guarantee,
        today=now.date(),
        oldest=min(dates, key=lambda found: found.earliest, default=None),
        contract_days=who.declaration_days,
    )
    return Detail(
        card=card,
        drivers=_drivers(rows),
        reviews=shown,
        weekly=weekly.read(store, viewer, who, now, first=first, last=now.date()),
        group=group,
        assumptions=(*_assumptions(card), *group.assumptions),
    )


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
        why=f"{title}{f' ; {rarity}' if rarity else ''}.",
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
            return f"Note en baisse : {now} sur 5 en six mois, {before} les deux ans d’avant"
        case "silence":
            days, habit = (french.plural(max(round(n), 1), "jour") for n in (observed, expected))
            return (
                f"{words.platform(row.platform)} : aucun avis depuis {days}, un tous les {habit} d’habitude"
            )
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
    """Say how often a quiet week reaches as much; `why` holds that chance."""
    tail = json.loads(row.why).get("tail") if row.why.startswith("{") else None
    return "" if not tail else rarity(float(tail))


def rarity(tail: float) -> str:
    """Return how often a week of this chance comes about by itself: « environ une fois tous les 9 ans »."""
    years = 1 / (tail * WEEKS_A_YEAR)
    if years >= 1000:  # noqa: PLR2004 - beyond, a figure would feign precision
        often = "moins d’une fois tous les 1\u202f000\u00a0ans"
    elif years >= _FEW:
        often = f"environ une fois tous les {french.plural(round(years), 'an')}"
    elif years > _HALF:
        often = "environ une fois par an"
    else:
        often = f"environ {french.number(round(1 / years))} fois par an"
    return f"une telle semaine arrive par hasard {often}"


def _sentence(opened: list[AlertCard], scope: Scope) -> str:
    if not opened:
        return f"Aucune alerte ouverte pour {scope.name}." if scope.chosen else "Aucune alerte ouverte."
    first = opened[0]
    whose = "" if scope.chosen else f"{first.name} : "
    rest = len(opened) - 1
    more = f" Et {french.plural(rest, 'autre alerte ouverte', 'autres alertes ouvertes')}." if rest else ""
    return f"{whose}{first.title}.{more}"


def _false_alarms(limits: Thresholds, people: int) -> str:
    each = french.number(limits.alerts_a_year, 1)
    watch = french.number(limits.watches_a_year, 1)
    text = (
        f"Au seuil choisi, un praticien sans histoire déclenche à tort environ {each} alerte et "
        f"{watch} mise sous surveillance par an"
    )
    if people > 1:
        total = french.plural(round(limits.alerts_a_year * people), "fausse alerte", "fausses alertes")
        text += f" ; pour ces {people} praticiens, attendez-vous à {total} par an"
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
    provisional = "La semaine n’est pas finie, ou pas entièrement observée : ce jugement est provisoire."
    return (
        *((provisional,) if card.is_provisional else ()),
        "Un avis compte comme négatif à 2 étoiles ou moins ; sans étoile, si son texte l’est nettement.",
        "Seuls comptent les avis datés à la semaine près ; une semaine sans source est inconnue, pas zéro.",
        "L’attendu suit le passé du praticien, sa tendance et sa saison ; les pics passés n’y pèsent guère.",
        f"Une semaine ordinaire ne dépasse {french.number(card.upper)} que moins d’une fois sur cent.",
    )
