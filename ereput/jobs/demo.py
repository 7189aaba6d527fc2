"""The demonstration: twelve invented practitioners and their three years of publications.

Everything is drawn from `data/demo/`: `practitioners.yaml` says who they are and what happens to them,
`texts.yaml` holds every sentence. The draw is seeded by the practitioner's slug and counted in ISO weeks
before the running one, so that two days of one week give the same history: the later day only adds what
was published in between. A week later the same publications, with the same ids, stand seven days later.

Nothing here stores anything.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from ereput.domain.practitioner import Guarantee, Profession
from ereput.domain.publication import Draft, Kind, PartialDate, Place

DEMO_NOTICE: Final = "Données de démonstration"
NAMESPACE: Final = "demo"
WEEKS: Final = 156
DATA: Final = Path(__file__).resolve().parents[2] / "data" / "demo"

HIGH, LOW = 4, 2  # stars: 4 and 5 praise, 1 and 2 complain
_GROWTH = 0.4  # the last week brings this share more reviews than the first, as everywhere
_THEMED = 0.85  # share of a slide's complaints that bear its theme
_EDITED = 0.04
_LONGEST_REPLY = 12  # days
_NO_DIRECT_REPLY = frozenset({"doctolib"})
_WEEKDAYS = (16, 16, 15, 15, 14, 12, 12)
_INITIALS = "ABCDEFGHJLMNPRSTV"
_STYLES = (("prenom", "initiales", "compte", "pseudonyme"), (68, 12, 12, 8))
_ONLY_STYLE = {"facebook": "prenom", "doctolib": "initiales"}
_ENDINGS = ("", "", "49", "7", "_33", "85")
_PRACTITIONER_CHOICE = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_AUTHOR_CHOICE = re.compile(r"<([^<>|]*)\|([^<>|]*)>")
_TOKEN = re.compile(r"\{(\w+)\}")
_REPLY_TO = {
    "attente": "attente",
    "rendez_vous": "rendez_vous",
    "accueil": "accueil",
    "locaux": "accueil",
    "honoraires": "honoraires",
    "administratif": "general",
    "general": "general",
}


@dataclass(frozen=True, slots=True)
class DemoListing:
    """How one platform shows a practitioner.

    `status`: see `ListingStatus`. Name, profession, address, telephone and hours are those displayed there,
    right or wrong. `hidden` is (number, mean) of reviews displayed there that no export holds; `frozen`
    (number, mean) of a listing that has shown the same for a year.
    """

    platform: str
    url: str
    status: str
    name: str
    profession: str
    address: str
    phone: str
    hours: str
    hidden: tuple[int, float] | None = None
    frozen: tuple[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a listing, by its rank, displayed on a day: mean of the stars on 5, number of reviews."""

    listing: int
    day: date
    rating: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Channel:
    """A platform that brings reviews: mean number a month, weights of 1 to 5 stars, last weeks of silence."""

    platform: str
    monthly: float
    mix: tuple[float, ...]
    silent_weeks: int = 0


@dataclass(frozen=True, slots=True)
class Slide:
    """Over its last `weeks`, the stars drift to `mix` and the complaints to `themes`."""

    weeks: int
    mix: tuple[float, ...]
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A review that the story wants on a given day; `text`: banque, aucun, or a kind of illicit text."""

    platform: str
    week: int
    weekday: int
    stars: int
    text: str
    removed_after: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """`count` mentions of one story, published between two weeks before the running one."""

    story: str
    count: int
    nearest: int
    farthest: int


@dataclass(frozen=True, slots=True)
class DemoPractitioner:
    """An invented practitioner, and what happens to it.

    The first fields are those of `Practitioner`. `summary` tells the story in one French sentence;
    `replies` gives the share of low, middle and high reviews that the owner answers.
    """

    slug: str
    name: str
    profession: Profession
    specialty: str
    city: str
    department: str
    email: str
    guarantee: Guarantee
    insurer: str
    contract: str
    declaration_days: int | None
    is_structure: bool
    phone: str
    address: str
    story: str
    summary: str
    signature: str
    listings: tuple[DemoListing, ...]
    hours: str
    watched: tuple[int, tuple[str, ...]] | None
    trade: str
    short_name: str
    surname: str
    gender: str
    texts: str
    own_texts_only: bool
    women: float
    silent_share: float
    replies: tuple[float, float, float]
    channels: tuple[Channel, ...]
    slide: Slide | None
    placed: tuple[Placed, ...]
    coverage: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One review text of the bank. `home` is the practitioner whose recent reviews may use it first."""

    text: str
    stars: int
    themes: tuple[str, ...]
    audience: frozenset[str]
    home: str


@dataclass(slots=True)
class _Slot:
    """A review before it has words and an author; `themes` are those it would rather complain of."""

    number: int
    platform: str
    week: int
    weekday: int
    stars: int
    source: str
    themes: frozenset[str] = frozenset()
    removed_after: int | None = None
    text: str = ""
    theme: str = ""
    author: str = ""
    by_woman: bool = False
    reply: str = ""
    reply_after: int = 0
    edited: bool = False

    def day(self, monday: date) -> date:
        """Return the day of publication when the running week begins on `monday`."""
        return monday - timedelta(weeks=self.week) + timedelta(days=self.weekday)


def demo_practitioners(folder: Path = DATA) -> tuple[DemoPractitioner, ...]:
    """Return the practitioners of the demonstration, in the order of the file."""
    return _practitioners(folder)


def demo_drafts(practitioner: DemoPractitioner, *, today: date, folder: Path = DATA) -> list[Draft]:
    """Return all that was published about the practitioner until `today`, oldest first.

    Reviews and mentions together; `row` counts from 1. Ids begin with "demo-" and live in
    the namespace "demo". Pure: same practitioner, folder and ISO week, same history.
    """
    monday = today - timedelta(days=today.weekday())
    reviews = (_review(practitioner, slot, monday, today) for slot in _slots(practitioner, folder))
    mentions = _mentions(practitioner, monday, folder)
    known = [(day, draft) for day, draft in [*reviews, *mentions] if day <= today]
    known.sort(key=lambda pair: (pair[0], pair[1].external_id))
    return [replace(draft, row=row) for row, (_, draft) in enumerate(known, 1)]


def demo_removals(practitioner: DemoPractitioner, *, today: date, folder: Path = DATA) -> dict[str, date]:
    """Return the reviews that a platform has taken down by `today`: external id and day of removal.

    `demo_drafts` still gives them, as an import made before the removal would have.
    """
    monday = today - timedelta(days=today.weekday())
    removals = {
        _external_id(practitioner, slot): slot.day(monday) + timedelta(days=slot.removed_after)
        for slot in _slots(practitioner, folder)
        if slot.removed_after is not None
    }
    return {key: day for key, day in removals.items() if day <= today}


def demo_shown(
    practitioner: DemoPractitioner, drafts: Sequence[Draft], removals: Mapping[str, date], *, today: date
) -> Iterator[Shown]:
    """Yield what each listing displayed every four weeks of the last year, oldest first.

    Rounded as platforms do; a listing of a platform without reviews displays nothing.
    """
    monday = today - timedelta(days=today.weekday())
    for rank, listing in enumerate(practitioner.listings):
        for weeks in range(48, -1, -4):
            day = monday - timedelta(weeks=weeks)
            if listing.frozen is not None:
                yield Shown(rank, day, listing.frozen[1], listing.frozen[0])
                continue
            seen = [
                draft
                for draft in drafts
                if draft.platform == listing.platform
                and draft.kind is Kind.REVIEW
                and draft.published is not None
                and draft.published.day <= day
                and removals.get(draft.external_id, today) > day - timedelta(days=1)
            ]
            stars = [draft.rating for draft in seen if draft.rating is not None]
            more, mean = listing.hidden or (0, 0.0)
            if seen:
                total = len(stars) + more
                rating = round((sum(stars) + more * mean) / total, 1) if stars else None
                yield Shown(rank, day, rating, len(seen) + more)


# Reading the files


@cache
def _practitioners(folder: Path) -> tuple[DemoPractitioner, ...]:
    return tuple(_practitioner(entry) for entry in _yaml(folder / "practitioners.yaml"))


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _practitioner(entry: Mapping[str, Any]) -> DemoPractitioner:
    titled = entry["titre"] == "Dr"
    surname, first = entry["nom"], entry["prenom"]
    name = " ".join(part for part in ("Dr" if titled else "", first, surname) if part)
    replies = entry["reponses"]
    slide = entry.get("glissement")
    return DemoPractitioner(
        slug=entry["slug"],
        name=name,
        profession=Profession(entry["profession"]),
        specialty=entry["specialite"],
        city=entry["ville"],
        department=entry["departement"],
        email=entry["email"],
        guarantee=Guarantee(entry["garantie"]),
        insurer=entry.get("assureur", ""),
        contract=entry.get("contrat", ""),
        declaration_days=entry.get("delai_declaration_jours"),
        is_structure=entry["genre"] == "structure",
        phone=entry["telephone"],
        address=entry["adresse"],
        story=entry["histoire"],
        summary=entry["resume"],
        signature=entry["signature"],
        listings=tuple(_listing(name, entry, listing) for listing in entry["fiches"]),
        hours=entry.get("horaires", ""),
        watched=_watched(entry.get("veille")),
        trade=entry["metier"],
        short_name=entry.get("nom_court") or f"{entry['titre']} {surname}",
        surname=surname,
        gender=entry["genre"],
        texts=entry["textes"],
        own_texts_only=entry.get("textes_propres", False),
        women=entry.get("part_femmes", 0.56),
        silent_share=entry["part_sans_texte"],
        replies=(replies["bas"], replies["moyen"], replies["haut"]),
        channels=tuple(
            Channel(c["plateforme"], c["par_mois"], tuple(c["notes"]), c.get("silence", 0))
            for c in entry["canaux"]
        ),
        slide=slide and Slide(slide["semaines"], tuple(slide["notes"]), frozenset(slide["themes"])),
        placed=tuple(
            Placed(r["plateforme"], r["semaine"], r["jour"], r["note"], r["texte"], r.get("retire"))
            for r in entry.get("avis", ())
        ),
        coverage=tuple(Coverage(c["histoire"], c["nombre"], *c["semaines"]) for c in entry["mentions"]),
    )


def _listing(name: str, entry: Mapping[str, Any], listing: Mapping[str, Any]) -> DemoListing:
    return DemoListing(
        platform=listing["plateforme"],
        url=listing["url"],
        status=listing["statut"],
        name=listing.get("nom", name),
        profession=listing.get("profession", entry["specialite"]),
        address=listing.get("adresse", entry["adresse"]),
        phone=listing.get("telephone", entry["telephone"]),
        hours=listing.get("horaires", ""),
        hidden=_figures(listing.get("non_vus")),
        frozen=_figures(listing.get("fige")),
    )


def _figures(entry: Mapping[str, Any] | None) -> tuple[int, float] | None:
    return (entry["nombre"], entry["note"]) if entry else None


def _watched(entry: Mapping[str, Any] | None) -> tuple[int, tuple[str, ...]] | None:
    return (entry["jours"], tuple(entry["regarde"])) if entry else None


@cache
def _texts(folder: Path) -> Any:
    return _yaml(folder / "texts.yaml")


@cache
def _bank(folder: Path) -> tuple[_Entry, ...]:
    """Return the review texts; shared ones are dealt out in turn to those whom they fit."""
    texts = _texts(folder)
    sharers = [who for who in _practitioners(folder) if not who.own_texts_only]
    everyone = frozenset(who.texts for who in sharers)
    audiences = {"tous": everyone} | {name: frozenset(group) for name, group in texts["groupes"].items()}
    entries: list[_Entry] = []
    for audience, stars, themes, text in _review_texts(texts["avis"]):
        readers = audiences.get(audience, frozenset({audience}))
        homes = [who.slug for who in sharers if who.texts in readers and _speaks_of(who, text)]
        home = homes[len(entries) % len(homes)] if audience in audiences else ""
        entries.append(_Entry(text, stars, themes, readers, home))
    return tuple(entries)


def _review_texts(bank: Mapping[str, Any]) -> Iterator[tuple[str, int, tuple[str, ...], str]]:
    for audience, by_stars in bank.items():
        for stars, by_theme in by_stars.items():
            for themes, texts in by_theme.items():
                names = tuple(name.strip() for name in themes.split(","))
                yield from ((audience, int(stars), names, text) for text in texts)


def _speaks_of(practitioner: DemoPractitioner, text: str) -> bool:
    """Whether the text may be said of the practitioner: one that speaks of a person spares structures."""
    return not practitioner.is_structure or not ("[" in text or "{" in text)


# Drawing the reviews


@cache
def _slots(practitioner: DemoPractitioner, folder: Path) -> tuple[_Slot, ...]:
    """Return every review of the three years and of the whole running week."""
    rng = Random(f"{practitioner.slug}:avis")  # noqa: S311  # a demonstration is no secret
    slots = [*_drawn(practitioner, rng)]
    slots += [
        _Slot(number, p.platform, p.week, p.weekday, p.stars, p.text, removed_after=p.removed_after)
        for number, p in enumerate(practitioner.placed, len(slots) + 1)
    ]
    names = _Names(practitioner, _texts(folder)["auteurs"])
    for slot in slots:
        slot.author, slot.by_woman = names.draw(rng, slot.platform)
    _write(practitioner, slots, folder)
    _answer(practitioner, slots, folder)
    return tuple(slots)


def _drawn(practitioner: DemoPractitioner, rng: Random) -> Iterator[_Slot]:
    number = 0
    slide = practitioner.slide
    for channel in practitioner.channels:
        for week in range(WEEKS - 1, channel.silent_weeks - 1, -1):
            trend = 1 + _GROWTH * (0.5 - week / WEEKS)
            for _ in range(_poisson(rng, channel.monthly * 12 / 52 * trend)):
                number += 1
                weekday = rng.choices(range(7), _WEEKDAYS)[0]
                stars = _stars(rng, channel.platform, _mix(channel.mix, slide, week))
                source = "aucun" if rng.random() < _silent_share(practitioner, channel, stars) else "banque"
                is_themed = slide is not None and week < slide.weeks and rng.random() < _THEMED
                themes = slide.themes if slide is not None and is_themed and stars < HIGH else frozenset()
                yield _Slot(number, channel.platform, week, weekday, stars, source, themes)


def _poisson(rng: Random, mean: float) -> int:
    """Draw a count (Knuth's multiplication method: means here stay under 5)."""
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def _stars(rng: Random, platform: str, mix: tuple[float, ...]) -> int:
    """Draw stars; who is half satisfied recommends on Facebook, which knows no middle."""
    stars = rng.choices(range(1, 6), mix)[0]
    return HIGH if platform == "facebook" and LOW < stars < HIGH else stars


def _mix(usual: tuple[float, ...], slide: Slide | None, week: int) -> tuple[float, ...]:
    if slide is None or week >= slide.weeks:
        return usual
    drift = (slide.weeks - week) / slide.weeks
    return tuple((1 - drift) * before + drift * after for before, after in zip(usual, slide.mix, strict=True))


def _silent_share(practitioner: DemoPractitioner, channel: Channel, stars: int) -> float:
    """Return the share of stars without a word: unhappy people write, and Facebook has no bare stars."""
    if channel.platform == "facebook":
        return 0
    return practitioner.silent_share * (0.5 if stars <= LOW else 1.1)


@dataclass(slots=True)
class _Names:
    """Draw display names, each once for one practitioner but for those that hide a person."""

    practitioner: DemoPractitioner
    bank: Mapping[str, Any]
    used: set[str] = field(default_factory=set)

    def draw(self, rng: Random, platform: str) -> tuple[str, bool]:
        """Return the author as displayed, and whether she is a woman."""
        by_woman = rng.random() < self.practitioner.women
        hidden = {"google": 0.07, "pagesjaunes": 0.2}.get(platform, 0)
        if rng.random() < hidden:
            return self.bank["anonyme_google" if platform == "google" else "anonyme"], by_woman
        while (name := self._name(rng, platform, by_woman=by_woman)) in self.used:
            pass
        self.used.add(name)
        return name, by_woman

    def _name(self, rng: Random, platform: str, *, by_woman: bool) -> str:
        first = rng.choice(self.bank["femmes" if by_woman else "hommes"])
        initial = rng.choice(_INITIALS)
        style = _ONLY_STYLE.get(platform) or rng.choices(*_STYLES)[0]
        if style == "initiales":
            return f"{first[0]}. {initial}."
        if style == "pseudonyme":
            return str(rng.choice(self.bank["pseudonymes"]))
        if style == "compte":
            return f"{first.lower()}{rng.choice(('_', '.', ''))}{initial.lower()}{rng.choice(_ENDINGS)}"
        return f"{first} {initial}."


def _write(practitioner: DemoPractitioner, slots: list[_Slot], folder: Path) -> None:
    """Give the slots their words, the most recent first; no text twice, silence when the bank is spent."""
    rng = Random(f"{practitioner.slug}:textes")  # noqa: S311  # a demonstration is no secret
    pools: dict[int, list[_Entry]] = {stars: [] for stars in range(1, 6)}
    for entry in _bank(folder):
        is_own = entry.audience == {practitioner.texts}
        fits = practitioner.texts in entry.audience and _speaks_of(practitioner, entry.text)
        if fits and (is_own or not practitioner.own_texts_only):
            pools[entry.stars].append(entry)
    illicit = {kind: list(texts) for kind, texts in _texts(folder)["illicites"].items()}
    for slot in sorted(slots, key=lambda slot: (slot.week, -slot.weekday, slot.number)):
        if slot.source in illicit:
            text = illicit[slot.source].pop(0)
        elif slot.source == "banque" and pools[slot.stars]:
            entry = _taken(pools[slot.stars], slot, practitioner.slug, rng)
            text, slot.theme = entry.text, entry.themes[0]
        else:
            continue
        slot.text = _said(text, practitioner, by_woman=slot.by_woman)
        slot.edited = rng.random() < _EDITED


def _taken(pool: list[_Entry], slot: _Slot, slug: str, rng: Random) -> _Entry:
    near = [entry for entry in pool if slot.themes.intersection(entry.themes)] or pool
    near = [entry for entry in near if entry.home in ("", slug)] or near
    entry = rng.choice(near)
    pool.remove(entry)
    return entry


def _said(text: str, practitioner: DemoPractitioner, *, by_woman: bool) -> str:
    """Return the text with its agreements made and its names filled."""
    text = _PRACTITIONER_CHOICE.sub(r"\2" if practitioner.gender == "f" else r"\1", text)
    text = _AUTHOR_CHOICE.sub(r"\2" if by_woman else r"\1", text)
    names = _names_of(practitioner)
    return _TOKEN.sub(lambda token: names[token.group(1)], text)


def _names_of(practitioner: DemoPractitioner) -> dict[str, str]:
    short = practitioner.short_name
    if practitioner.is_structure:
        forms = (f"le {short}", f"le {short}", f"du {short}", f"au {short}")
    elif short.startswith("Dr "):
        forms = (short, f"le {short}", f"du {short}", f"au {short}")
    else:
        forms = (short, short, f"de {short}", f"à {short}")
    names = dict(zip(("pro", "le_pro", "du_pro", "au_pro"), forms, strict=True))
    return names | {
        "Le_pro": _capital(names["le_pro"]),
        "nom": practitioner.surname,
        "ville": practitioner.city,
        "metier": practitioner.trade,
        "signature": practitioner.signature,
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _answer(practitioner: DemoPractitioner, slots: list[_Slot], folder: Path) -> None:
    """Let the owner answer some reviews, going round its stock of replies before using one twice."""
    rng = Random(f"{practitioner.slug}:reponses")  # noqa: S311  # a demonstration is no secret
    stock = {kind: rng.sample(texts, len(texts)) for kind, texts in _texts(folder)["reponses"].items()}
    low, middle, high = practitioner.replies
    for slot in sorted(slots, key=lambda slot: (-slot.week, slot.weekday, slot.number)):
        share = low if slot.stars <= LOW else high if slot.stars >= HIGH else middle
        is_answered = rng.random() < share
        slot.reply_after = rng.randint(1, _LONGEST_REPLY)
        if not is_answered or slot.platform in _NO_DIRECT_REPLY or slot.source not in ("banque", "aucun"):
            continue
        replies = stock[_reply_kind(slot)]
        slot.reply = _said(replies[0], practitioner, by_woman=slot.by_woman)
        replies.append(replies.pop(0))


def _reply_kind(slot: _Slot) -> str:
    if slot.stars >= HIGH:
        return "positif"
    if not slot.text:
        return "sans_texte"
    if slot.stars > LOW:
        return "mitige"
    return _REPLY_TO.get(slot.theme, "soin")


# Making drafts


def _external_id(practitioner: DemoPractitioner, slot: _Slot) -> str:
    return f"demo-{practitioner.slug}-{slot.number:04d}"


def _review(practitioner: DemoPractitioner, slot: _Slot, monday: date, today: date) -> tuple[date, Draft]:
    day = slot.day(monday)
    replied = day + timedelta(days=slot.reply_after)
    reply = slot.reply if replied <= today else ""
    if slot.platform == "facebook":
        rating, scale = None, "recommande" if slot.stars > LOW else "ne recommande pas"
    else:
        rating, scale = float(slot.stars), f"{slot.stars}/5"
    return day, Draft(
        row=0,
        platform=slot.platform,
        external_id=_external_id(practitioner, slot),
        id_namespace=NAMESPACE,
        url=f"https://avis.example/{slot.platform}/{practitioner.slug}/{slot.number:04d}",
        author=slot.author,
        published=PartialDate.exact(day),
        rating=rating,
        scale=scale,
        text=slot.text,
        language="fr" if slot.text else "",
        reply=reply,
        replied=PartialDate.exact(replied) if reply else None,
        edited=slot.edited,
        place=_place(practitioner),
    )


def _place(practitioner: DemoPractitioner) -> Place:
    return Place(slug=practitioner.slug, name=practitioner.name, city=practitioner.city)


def _mentions(practitioner: DemoPractitioner, monday: date, folder: Path) -> Iterator[tuple[date, Draft]]:
    """Yield what press, forums and blogs published; each story is told in the order of the file."""
    rng = Random(f"{practitioner.slug}:mentions")  # noqa: S311  # a demonstration is no secret
    texts = _texts(folder)
    number = 0
    for part in practitioner.coverage:
        chosen = _chosen(practitioner, part, folder)
        ages = sorted((rng.randint(7 * part.nearest, 7 * part.farthest + 6) for _ in chosen), reverse=True)
        for mention, age in zip(chosen, ages, strict=True):
            number += 1
            source = rng.choice(texts["sources"][mention["genre"]])
            # Age 0 is the Monday of the running week: a mention never waits for the week's end.
            yield _mention(practitioner, number, mention, source, monday - timedelta(days=age))


def _chosen(practitioner: DemoPractitioner, part: Coverage, folder: Path) -> list[Mapping[str, Any]]:
    """Return the texts of a coverage; what is anyone's is dealt out so that no text is told by everyone."""
    fitting = [mention for mention in _texts(folder)["mentions"] if mention["histoire"] == part.story]
    if part.story:
        return fitting[: part.count]
    Random("mentions").shuffle(fitting)  # noqa: S311  # a demonstration is no secret
    before = 0
    for who in _practitioners(folder):
        if who.slug == practitioner.slug:
            break
        before += sum(other.count for other in who.coverage if not other.story)
    turned = fitting[before % len(fitting) :] + fitting[: before % len(fitting)]
    if practitioner.is_structure:
        turned = [
            mention for mention in turned if not mention.get("personne") and "[" not in mention["texte"]
        ]
    return turned[: part.count]


def _mention(
    practitioner: DemoPractitioner,
    number: int,
    mention: Mapping[str, Any],
    source: Mapping[str, str],
    day: date,
) -> tuple[date, Draft]:
    title, text = (_capital(_said(mention[part], practitioner, by_woman=True)) for part in ("titre", "texte"))
    return day, Draft(
        row=0,
        platform=mention["genre"],
        kind=Kind.MENTION,
        external_id=f"demo-{practitioner.slug}-m{number:02d}",
        id_namespace=NAMESPACE,
        url=f"https://{source['domaine']}/{practitioner.slug}/{number:02d}",
        published=PartialDate.exact(day),
        title=title,
        text=text,
        language="fr",
        source=source["nom"],
        place=_place(practitioner),
    )
