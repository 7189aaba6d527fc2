"""Type or paste one publication: where there is no export, there is still a person who reads."""

from dataclasses import dataclass

from ereput.domain.errors import RefusedError
from ereput.domain.publication import Draft, Kind, PartialDate
from ereput.ingest.dates import DateReader
from ereput.ingest.ratings import RatingReader
from ereput.ingest.reading import Reading
from ereput.jobs.context import Context
from ereput.jobs.importing import Outcome, Request, known_platform, store_publications
from ereput.store import practitioners

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What the user typed, as displayed on the platform: « il y a 2 semaines », « 4/5 », « Camille R. »."""

    platform: str
    date: str = ""
    rating: str = ""
    author: str = ""
    text: str = ""
    title: str = ""
    reply: str = ""
    url: str = ""


def add(context: Context, practitioner: str, typed: Typed) -> Outcome:
    """Store one publication under the same identity rule as an import."""
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, practitioner)
    draft = _draft(context, typed)
    request = Request("manual", f"Saisie pour {who.name}", practitioner_id=who.id)
    return store_publications(context, request, lambda: Reading("reviews", "saisie", items=iter([draft])))


def _draft(context: Context, typed: Typed) -> Draft:
    text, title = typed.text.strip(), typed.title.strip()
    if len(text) > LONGEST:
        raise RefusedError(f"Le texte dépasse {LONGEST} caractères : collez le passage utile.")
    published = _date(context, typed.date)
    rating = None
    if typed.rating.strip():
        rating, _ = RatingReader().read(typed.rating)
        if rating is None:
            raise RefusedError(f"« {typed.rating} » n’est pas une note (exemples : 4, 4/5, 8/10, ★★★★☆).")
    if rating is None and not text and not title:
        raise RefusedError("Il faut au moins une note ou un texte.")
    if typed.url and not typed.url.startswith(("http://", "https://")):
        raise RefusedError("Le lien commence par https:// ou http://.")
    platform = known_platform(typed.platform)
    is_mention = rating is None and platform in ("presse", "forum", "blog", "site")
    return Draft(
        row=1,
        platform=platform,
        kind=Kind.MENTION if is_mention else Kind.REVIEW,
        url=typed.url.strip(),
        author=typed.author.strip(),
        published=published,
        rating=rating,
        scale=typed.rating.strip(),
        title=title,
        text=text,
        reply=typed.reply.strip(),
    )


def _date(context: Context, text: str) -> PartialDate | None:
    if not text.strip():
        return None
    found = DateReader(context.now).read(text)
    if found is None:
        raise RefusedError(f"« {text} » n’est pas une date (exemples : 03/11/2026, il y a 2 semaines).")
    if found.earliest > context.today:
        raise RefusedError("Cette date est dans l’avenir.")
    return found
