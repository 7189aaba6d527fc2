"""Which publication is this? Keys, and the decision between new, edited, unchanged and doubtful.

Same publication = same practitioner and platform and the same external id within one id namespace;
else the same fingerprint: author as displayed, day, rating, text, and an occurrence number for rows
that are otherwise identical in one file. What neither key finds is compared with the stored
publications of the same author: another tool's export of the same review gains an alias, a review
whose text changed becomes an edit where the platform allows one review per author, and a likeness
that proves nothing is doubtful: stored apart, and shown.

Pure: the caller brings what is stored.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from ereput.domain.publication import Draft, Kind, Known, PartialDate
from ereput.ingest.urls import canonical

GENERIC_AUTHORS = frozenset(
    {
        "", "-", "?", "n/a", "na", "none", "null", "nan", "anonyme", "anonymous", "inconnu", "unknown",
        "utilisateur google", "a google user", "google user", "un utilisateur google", "utilisateur facebook",
        "facebook user", "patient", "patiente", "client", "cliente", "utilisateur", "user", "invite", "guest",
        "patient anonyme", "client anonyme", "auteur masque", "compte supprime", "deleted user", "visiteur",
    }
)  # fmt: skip
ENOUGH_WORDS = 4  # a text of fewer words may well be written twice by two people
CUT_LENGTH = 40  # a beginning of so many characters identifies a text that another tool cut
DAY = timedelta(days=1)  # one tool shows the day in UTC, another in Paris
STORY_DAYS = timedelta(days=7)  # beyond it, the same headline is another story

_ELLIPSIS = re.compile(r"\s*(…|\.\.\.)\s*(lire la suite|plus|more|read more)?\s*$", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_NOT_WORDS = re.compile(r"[^\w]+")


def plain(text: str) -> str:
    """Return a text as it is compared: one Unicode form, lower case, single spaces."""
    if not text:
        return ""
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text).replace("’", "'")
    return " ".join(folded.split()).casefold()


def is_distinctive(author: str) -> bool:
    """Whether a displayed name can point to one person at all."""
    name = unicodedata.normalize("NFKD", plain(author)).encode("ascii", "ignore").decode().strip()
    return len(name) > 1 and name not in GENERIC_AUTHORS and "anonym" not in name


def hashed(*parts: object) -> int:
    """Return 63 bits that stand for the parts, the same on every machine."""
    data = "\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big") >> 1


def author_key(author: str) -> int:
    """Return the key under which an author's publications are found again."""
    return hashed("author", plain(author))


class Words(NamedTuple):
    """The words of a row as they are compared, folded once for all its keys."""

    author: str
    title: str
    text: str
    reply: str

    @classmethod
    def of(cls, draft: Draft) -> "Words":
        """Return the folded words of a row."""
        return cls(plain(draft.author), plain(draft.title), plain(draft.text), plain(draft.reply))


def content_key(draft: Draft, words: Words | None = None) -> int:
    """Return what changes when the stars, the words or the reply change."""
    _, title, text, reply = words or Words.of(draft)
    return hashed(_stars(draft.rating), title, text, reply)


@dataclass(slots=True)
class Keys:
    """Give each row of one file its keys, surest first; rows that are alike are numbered."""

    _seen: Counter[int] = field(default_factory=Counter)

    def of(self, draft: Draft, words: Words | None = None) -> tuple[int, ...]:
        """Return the keys of the file's next row: its external id's, if any, then its fingerprint's."""
        if draft.kind is Kind.MENTION:
            return _mention_keys(draft)
        when = draft.published
        # A relative date moves with the day of the export; only its precision identifies.
        author, title, text, _ = words or Words.of(draft)
        shown = "" if when is None else when.day if when.is_certain else when.precision
        likeness = hashed("print", draft.platform, author, shown, _stars(draft.rating), title, text)
        self._seen[likeness] += 1
        occurrence = self._seen[likeness]
        fingerprint = likeness if occurrence == 1 else hashed(likeness, occurrence)
        if not draft.external_id:
            return (fingerprint,)
        return (hashed("id", draft.platform, draft.id_namespace, draft.external_id), fingerprint)


def _mention_keys(draft: Draft) -> tuple[int, ...]:
    title = headline(draft.title)
    keys = [hashed("link", canonical(draft.url))] if draft.url else []
    if len(title.split()) >= ENOUGH_WORDS:
        keys.append(hashed("headline", title))
    return tuple(keys) or (hashed("mention", draft.external_id, plain(draft.title), plain(draft.text)[:200]),)


def headline(title: str) -> str:
    """Return a headline without its newspaper, as words: two feeds write the same story alike."""
    story = re.sub(r"\s+[-–—|]\s+[^-–—|]{2,40}$", "", title.strip())
    return _NOT_WORDS.sub(" ", plain(story)).strip()


class Fate(StrEnum):
    """What a row is to the store."""

    NEW = "new"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    DOUBTFUL = "doubtful"  # stored as new, and shown beside the one it resembles


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of one row, and the stored publication concerned (or resembled)."""

    fate: Fate
    publication: int | None = None
    reason: str = ""


def same_content(known: Known, draft: Draft) -> bool:
    """Whether the row says nothing more than what is stored; an export without replies erases none."""
    if known.content == content_key(draft):
        return True
    if draft.reply and plain(draft.reply) != plain(known.reply):
        return False
    if _stars(known.rating) != _stars(draft.rating) and draft.rating is not None:
        return False
    return _same_words(_words(known.title, known.text), _words(draft.title, draft.text))


def judge(
    draft: Draft, candidates: Sequence[Known], *, one_review_per_author: bool, alone_in_file: bool
) -> Verdict:
    """Decide on a row that no key found, against the stored publications of its author.

    Args:
        draft: the row.
        candidates: stored publications of the same practitioner, platform and displayed author that
            no other row of the file claims.
        one_review_per_author: what the platform allows.
        alone_in_file: whether the author appears once in the file.

    """
    rivals = [known for known in candidates if not _other_id(known, draft)]
    likely = [
        known
        for known in rivals
        if _same_words(_words(known.title, known.text), _words(draft.title, draft.text))
        and _near(known.rating, draft.rating)
        and _compatible(known, draft.published)
    ]
    telling = len(plain(_words(draft.title, draft.text)).split()) >= ENOUGH_WORDS
    if len(likely) == 1 and (telling or is_distinctive(draft.author)):
        return Verdict(Fate.UNCHANGED if same_content(likely[0], draft) else Fate.EDITED, likely[0].id)
    if likely:
        return Verdict(Fate.DOUBTFUL, likely[0].id, "Même auteur affiché, mêmes étoiles, dates compatibles")
    if (
        one_review_per_author
        and alone_in_file
        and is_distinctive(draft.author)
        and len(candidates) == len(rivals) == 1
        and not _older(draft.published, rivals[0])
    ):
        return Verdict(Fate.EDITED, rivals[0].id)
    return Verdict(Fate.NEW)


def fits_story(known: Known, draft: Draft) -> bool:
    """Whether a stored mention found by its headline can be the same story: close enough in time."""
    when = draft.published
    if when is None or known.earliest is None or known.latest is None:
        return True
    return known.earliest - STORY_DAYS <= when.latest and when.earliest <= known.latest + STORY_DAYS


def authors_seen_once(drafts: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return the (platform, author key) pairs that appear exactly once."""
    return {pair for pair, times in Counter(drafts).items() if times == 1}


def _stars(rating: float | None) -> str:
    return "" if rating is None else f"{rating:.2f}"


def _words(title: str, text: str) -> str:
    return f"{title} {text}".strip() if title else text


def _same_words(one: str, other: str) -> bool:
    """Whether two texts are one, or one is the beginning of the other where a tool cut it."""
    if plain(one) == plain(other):
        return True
    short, long = sorted((_ELLIPSIS.sub("", plain(one)), _ELLIPSIS.sub("", plain(other))), key=len)
    return len(short) >= CUT_LENGTH and long.startswith(short)


def _near(one: float | None, other: float | None) -> bool:
    return one is None or other is None or abs(one - other) < 0.06  # noqa: PLR2004 (rounding of /10 and % scales)


def _compatible(known: Known, when: PartialDate | None) -> bool:
    if when is None or known.earliest is None or known.latest is None:
        return True
    return known.earliest - DAY <= when.latest and when.earliest <= known.latest + DAY


def _older(when: PartialDate | None, known: Known) -> bool:
    """Whether the row predates what is stored: then it is another review, not its edit."""
    return when is not None and known.earliest is not None and when.latest < known.earliest - DAY


def _other_id(known: Known, draft: Draft) -> bool:
    """Whether the same issuer gave the two different ids (a key would have found them otherwise)."""
    return bool(draft.external_id) and known.id_namespace == draft.id_namespace != ""
