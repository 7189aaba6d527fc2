"""The tables. The practitioner leads every key of the large ones, so that they partition by it.

Days are `Date`, moments are UTC (`Moment`). Keys of publications are 63-bit integers made by
`ereput.ingest.identity`; they are compared within one practitioner only.
"""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.types.TypeDecorator[datetime]):
    """A timezone-aware instant, kept in UTC: SQLite itself knows no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive time, and hand UTC to the driver."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def _practitioner(**options: Any) -> sa.Column[int]:
    """Return the leading column of a table that belongs to a practitioner."""
    return sa.Column(
        "practitioner_id", sa.ForeignKey("practitioner.id", ondelete="CASCADE"), nullable=False, **options
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _batch(name: str = "batch_id", *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.ForeignKey("import_batch.id"), nullable=nullable)


setting = sa.Table(
    "setting",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

portfolio = sa.Table(
    "portfolio",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("is_demo", sa.Boolean, nullable=False),
    _text("contact"),
)

practitioner = sa.Table(
    "practitioner",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("profession", sa.Text, nullable=False),
    _text("specialty"),
    _text("city"),
    _text("department"),
    _text("rpps"),
    _text("email"),
    sa.Column("guarantee", sa.Text, nullable=False),
    _text("insurer"),
    _text("contract"),
    sa.Column("declaration_days", sa.Integer),
    sa.Column("is_structure", sa.Boolean, nullable=False, server_default=sa.false()),
    # Bumped by every write that concerns the practitioner: optimistic imports and caches compare it.
    _count("data_version"),
    # The first day whose counts or coverage changed since the last survey; NULL when none did.
    sa.Column("changed_from", sa.Date),
    sa.Column("created_at", Moment, nullable=False),
)

listing = sa.Table(
    "listing",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("platform", sa.Text, nullable=False),
    _text("external_id"),
    _text("url"),
    _text("status"),
    _text("name"),
    _text("address"),
    _text("phone"),
    _text("profession"),
    _text("hours"),
    _text("note"),
    sa.Column("checked_on", sa.Date),  # the last day that somebody read what it displays
)

# What a listing displayed on a day. Rows are added, never rewritten: a trigger refuses it. Of two rows of
# one day the later `number` is right; those of an import that was undone are read no more.
listing_snapshot = sa.Table(
    "listing_snapshot",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("listing_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("rating", sa.Float),
    sa.Column("count", sa.Integer),
    sa.Column("origin", sa.Text, nullable=False),  # hand, sheet, export, demo
    sa.Column("viewer", sa.Text, nullable=False),
    sa.Column("taken_at", Moment, nullable=False),
    _batch(nullable=True),
)

# Where a practitioner works, as it says itself: what listings are compared with.
office = sa.Table(
    "office",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _text("address"),
    _text("phone"),
    _text("hours"),
)

# What somebody confirmed to be ready before any crisis, and when.
readiness = sa.Table(
    "readiness",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("confirmed_on", sa.Date, nullable=False),
    sa.Column("viewer", sa.Text, nullable=False),
)

# The case that was opened on what is wrong with a listing, or with the presence as a whole (listing 0).
listing_case = sa.Table(
    "listing_case",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("listing_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("finding", sa.Text, primary_key=True),
    sa.Column("case_id", sa.ForeignKey("case.id", ondelete="CASCADE"), primary_key=True),
)

import_batch = sa.Table(
    "import_batch",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("origin", sa.Text, nullable=False),  # file, feed, manual, demo
    sa.Column("name", sa.Text, nullable=False),
    _text("sha256"),
    _text("format"),
    _text("message"),
    sa.Column("practitioner_id", sa.ForeignKey("practitioner.id", ondelete="SET NULL")),
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.id", ondelete="SET NULL")),
    sa.Column("is_complete", sa.Boolean, nullable=False),
    sa.Column("viewer", sa.Text, nullable=False),
    sa.Column("imported_at", Moment, nullable=False, index=True),
    _count("read"),
    _count("new"),
    _count("edited"),
    _count("unchanged"),
    _count("removed"),
    _count("rejected"),
    _count("doubtful"),
    _count("waiting"),
    _text("asked"),  # how the file was to be read
    # The sum of its practitioners’ data versions once written: while it holds, the same file changes nothing.
    sa.Column("settled", sa.BigInteger),
    sa.Column("repeats", sa.Integer),  # the batch that read the same bytes, when this one had not to
    sa.Column("undone_at", Moment),
)

import_reject = sa.Table(
    "import_reject",
    metadata,
    sa.Column("batch_id", sa.ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    _text("raw"),
)

# Which publications a batch held, eight bytes each, little-endian: an undo keeps what a later one saw.
batch_seen = sa.Table(
    "batch_seen",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("batch_id", sa.ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("publications", sa.LargeBinary, nullable=False),
)

publication = sa.Table(
    "publication",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _text("source"),
    _text("url"),
    _text("author"),
    sa.Column("author_key", sa.BigInteger, nullable=False),
    _text("id_namespace"),
    sa.Column("published_on", sa.Date),
    sa.Column("earliest", sa.Date),
    sa.Column("latest", sa.Date),
    _text("precision"),
    sa.Column("published_at", Moment),
    sa.Column("week", sa.Date),  # the Monday, when the date is known to the week
    sa.Column("month", sa.Date),  # the first, when the date is known to the month
    sa.Column("rating", sa.Float),
    _text("scale"),
    _text("title"),
    _text("body"),
    _text("language"),
    _text("reply"),
    sa.Column("replied_on", sa.Date),
    sa.Column("content", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("first_seen", Moment, nullable=False),
    sa.Column("edited_at", Moment),
    sa.Column("removed_at", Moment),
    sa.Column("erased_at", Moment),  # its words and author are gone; figures, day and signals stay
    _batch("removed_batch_id", nullable=True),
    _batch(),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("is_negative", sa.Boolean, nullable=False),
    sa.Column("is_contradictory", sa.Boolean, nullable=False),
    _text("themes"),
    _text("hints"),
    _text("evidence"),
    sa.Column("signals_version", sa.Integer, nullable=False),
    sa.Index("ix_publication_author", "practitioner_id", "platform", "author_key"),
    sa.Index("ix_publication_day", "practitioner_id", "published_on"),
    sqlite_with_rowid=False,
)

publication_key = sa.Table(
    "publication_key",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("publication_id", sa.BigInteger, nullable=False),
    _batch(),
    sqlite_with_rowid=False,
)

publication_version = sa.Table(
    "publication_version",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("publication_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("rating", sa.Float),
    _text("scale"),
    _text("title"),
    _text("body"),
    _text("reply"),
    sa.Column("content", sa.BigInteger, nullable=False),
    sa.Column("replaced_at", Moment, nullable=False),
    _batch("replaced_by_batch_id"),
)

# One story seen by several feeds is one mention with several sightings.
sighting = sa.Table(
    "sighting",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("publication_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("url", sa.Text, primary_key=True),
    _text("source"),
    _text("reason"),  # why it is thought to speak of the practitioner
    sa.Column("seen_at", Moment, nullable=False),
    _batch(),
)

# Two publications that may be one: shown in Sources, neither merged nor hidden.
doubtful_pair = sa.Table(
    "doubtful_pair",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("publication_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("other_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False, server_default=""),
    _batch(),
)

# Rows of a portfolio's file whose practitioner is not certain: they wait to be assigned.
waiting = sa.Table(
    "waiting",
    metadata,
    sa.Column("batch_id", sa.ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.id", ondelete="CASCADE"), nullable=False),
    sa.Column("place_key", sa.BigInteger, nullable=False, index=True),
    sa.Column("place", sa.Text, nullable=False),
    _text("reason"),
    sa.Column("draft", sa.Text, nullable=False),
)

# Which practitioner a place is: learnt once, remembered.
place_alias = sa.Table(
    "place_alias",
    metadata,
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("place_key", sa.BigInteger, primary_key=True, autoincrement=False),
    _practitioner(),
)

# How the user read an unknown spreadsheet, by the signature of its header.
column_mapping = sa.Table(
    "column_mapping",
    metadata,
    sa.Column("signature", sa.Text, primary_key=True),
    sa.Column("mapping", sa.Text, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
)

# The days that each import could see…
batch_coverage = sa.Table(
    "batch_coverage",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("batch_id", sa.ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("start", sa.Date, nullable=False),
    sa.Column("end", sa.Date, nullable=False),
)

# … and the same days together, as the fewest spans: what detection reads.
coverage = sa.Table(
    "coverage",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("start", sa.Date, primary_key=True),
    sa.Column("end", sa.Date, nullable=False),
    sa.Column("weight", sa.Float, nullable=False),  # the platform's share of what is published
    sqlite_with_rowid=False,
)


def _rollup(name: str, *period: sa.Column[date]) -> sa.Table:
    """Return a table of counts a practitioner, platform and period; removed publications stay counted."""
    return sa.Table(
        name,
        metadata,
        _practitioner(primary_key=True),
        *period,
        sa.Column("platform", sa.Text, primary_key=True),
        *(_count(f"stars_{star}") for star in range(1, 6)),
        _count("unrated"),
        sa.Column("rating_sum", sa.Float, nullable=False, server_default="0"),
        _count("negatives"),
        _count("positives"),
        _count("mentions"),
        _count("replied"),
        _count("unanswered"),  # negative reviews without a reply
        _count("contradictions"),
        _count("removed"),
        _count("undated"),  # not known to the week
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sqlite_with_rowid=False,
    )


weekly = _rollup("weekly", sa.Column("week", sa.Date, primary_key=True))
monthly = _rollup("monthly", sa.Column("month", sa.Date, primary_key=True))
total = _rollup("total")

feed = sa.Table(
    "feed",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("practitioner_id", sa.ForeignKey("practitioner.id", ondelete="CASCADE"), index=True),
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.id", ondelete="CASCADE")),
    sa.Column("url", sa.Text, nullable=False),
    _text("title"),
    _text("etag"),
    _text("last_modified"),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("tried_at", Moment),
    sa.Column("ok_at", Moment),
    sa.Column("newest_on", sa.Date),  # the day of its latest item
    sa.Column("habit_hours", sa.Float),  # the usual time between two items
    _count("errors"),
    _text("error"),
    sa.Column("next_due", Moment, nullable=False, index=True),
    sa.UniqueConstraint("url", "practitioner_id", "portfolio_id"),
)

prior = sa.Table(
    "prior",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)

detector_state = sa.Table(
    "detector_state",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("prior_version", sa.Text, nullable=False),
    sa.Column("week", sa.Date, nullable=False),  # the Monday of the last complete week that it knows
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.Column("history", sa.LargeBinary, nullable=False),  # the judgements of the weeks until then
)

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _practitioner(),
    sa.Column("kind", sa.Text, nullable=False),  # spike, slide, silence, mentions, coordinated
    _text("platform"),
    sa.Column("week", sa.Date, nullable=False),  # the first
    sa.Column("last_week", sa.Date, nullable=False),
    sa.Column("peak_week", sa.Date, nullable=False),  # the one that the figures below are of
    sa.Column("level", sa.Text, nullable=False),  # watch, alert
    sa.Column("observed", sa.Float, nullable=False),
    sa.Column("expected", sa.Float, nullable=False),
    sa.Column("upper", sa.Float, nullable=False),
    sa.Column("odds", sa.Float, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("is_provisional", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # open, acknowledged, snoozed, over
    _text("reason"),
    sa.Column("until", sa.Date),
    sa.Column("raised_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.UniqueConstraint("practitioner_id", "kind", "platform", "week"),
    sa.Index("ix_alert_state", "state", "level", "odds"),
)

standing = sa.Table(
    "standing",
    metadata,
    sa.Column("practitioner_id", sa.ForeignKey("practitioner.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("computed_at", Moment, nullable=False),
    sa.Column("data_version", sa.Integer, nullable=False),
    _count("reviews"),
    _count("rated"),
    sa.Column("rating", sa.Float),  # shrunk mean on 5
    sa.Column("low", sa.Float),
    sa.Column("high", sa.Float),
    sa.Column("raw_rating", sa.Float),
    _count("reviews_90"),
    _count("negatives_90"),
    sa.Column("rating_90", sa.Float),
    sa.Column("rating_previous", sa.Float),  # the 90 days before
    _count("reviews_previous"),
    _count("negatives_previous"),
    _text("trend"),  # up, down, stable, unknown
    _text("level"),  # "", watch, alert: the latest judged week
    sa.Column("log_odds", sa.Float),
    sa.Column("observed", sa.Float),
    sa.Column("expected", sa.Float),
    _count("unanswered"),
    _count("mentions_90"),
    _count("open_alerts"),
    _count("silent_sources"),
    _count("undated"),
    sa.Column("last_published", sa.Date),
    sa.Column("last_import", Moment),
    sa.Index("ix_standing_log_odds", "log_odds"),
)

watch = sa.Table(
    "watch",
    metadata,
    _practitioner(primary_key=True),
    sa.Column("watched_at", Moment, primary_key=True),
    sa.Column("viewer", sa.Text, nullable=False),
    _text("note"),
    _text("covered"),  # what was looked at, parted by bars; empty: not said
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("viewer", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    _text("subject"),
    _text("detail"),
)

# What was erased, as keyed digests: a later import or a restore that meets it again leaves it out.
tombstone = sa.Table(
    "tombstone",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, index=True),  # author, publication, practitioner, place
    sa.Column("at", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

# A case is what its journal says; `length` and `head` say where the journal ends. `status`, `outcome`
# and `closed_on` repeat it for lists. A number is never given twice, not even after a deletion.
case = sa.Table(
    "case",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _practitioner(),
    sa.Column("origin", sa.Text, nullable=False),  # review, mention, alert, hand
    sa.Column("publication_id", sa.BigInteger),
    sa.Column("alert_id", sa.Integer),
    sa.Column("opened_at", Moment, nullable=False),
    _count("length"),
    _text("head"),
    sa.Column("status", sa.Text, nullable=False),
    _text("outcome"),
    sa.Column("closed_on", sa.Date),
    sa.Index("ix_case_publication", "practitioner_id", "publication_id"),
    sqlite_autoincrement=True,
)

# The links of the chain: no personal text. `body` is canonical JSON.
case_event = sa.Table(
    "case_event",
    metadata,
    sa.Column("case_id", sa.ForeignKey("case.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
)

# What the links only hold a salted digest of: names, reasons, texts. Erasing empties both columns.
case_content = sa.Table(
    "case_content",
    metadata,
    sa.Column("case_id", sa.ForeignKey("case.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("salt", sa.LargeBinary),
    sa.Column("content", sa.Text),
)

# Which sealed file an event refers to, so that a file is deleted with its last reference.
evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("case_id", sa.ForeignKey("case.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
)

# Who may sign in. Another provider may give the same `subject`, hence the `issuer`.
# A number is never given twice: what hangs on a deleted viewer must not pass to a new one.
viewer = sa.Table(
    "viewer",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("email", sa.Text, unique=True),
    sa.Column("issuer", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("is_active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", Moment, nullable=False),
    sa.UniqueConstraint("issuer", "subject"),
    sqlite_autoincrement=True,
)


def _viewer(**options: Any) -> sa.Column[int]:
    return sa.Column("viewer_id", sa.ForeignKey("viewer.id", ondelete="CASCADE"), nullable=False, **options)


viewer_portfolio = sa.Table(
    "viewer_portfolio",
    metadata,
    _viewer(primary_key=True),
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.id", ondelete="CASCADE"), primary_key=True),
)

viewer_practitioner = sa.Table(
    "viewer_practitioner",
    metadata,
    _viewer(primary_key=True),
    sa.Column("practitioner_id", sa.ForeignKey("practitioner.id", ondelete="CASCADE"), primary_key=True),
)

# A practitioner lets a viewer read its verbatim, until a day included.
grant = sa.Table(
    "grant",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _practitioner(),
    _viewer(),
    sa.Column("granted_by", sa.Text, nullable=False),
    sa.Column("granted_at", Moment, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("revoked_at", Moment),
    _text("reason"),
    sa.Index("ix_grant_practitioner_viewer", "practitioner_id", "viewer_id"),
)

# What a route that no page's sign-in protects asks for (the calendar). Only the digest is kept.
token = sa.Table(
    "token",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    _viewer(index=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
)

# A review meeting of a practitioner or of a portfolio (`whose` names it: one a period). Once closed, `pack`
# holds its figures as JSON, without names nor quotations: these are looked up, and vanish when erased.
meeting = sa.Table(
    "meeting",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("whose", sa.Text, nullable=False),  # practitioner:12, portfolio:3
    sa.Column("practitioner_id", sa.ForeignKey("practitioner.id", ondelete="CASCADE")),
    sa.Column("portfolio_id", sa.ForeignKey("portfolio.id", ondelete="CASCADE")),
    sa.Column("span", sa.Text, nullable=False),  # month, quarter, half, custom
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("opened_by", sa.Text, nullable=False),
    sa.Column("closed_at", Moment),
    _text("closed_by"),
    _text("pack"),
    sa.UniqueConstraint("whose", "first", "last", name="uq_meeting_whose_first_last"),
    sqlite_autoincrement=True,
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("meeting_id", sa.ForeignKey("meeting.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("practitioner_id", sa.ForeignKey("practitioner.id", ondelete="CASCADE")),
    sa.Column("case_id", sa.ForeignKey("case.id", ondelete="SET NULL")),
    sa.Column("text", sa.Text, nullable=False),
    _text("owner"),
    sa.Column("due", sa.Date),
    sa.Column("state", sa.Text, nullable=False),  # open, done, dropped
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("settled_at", Moment),
    _text("settled_by"),
    sqlite_autoincrement=True,
)

# The masked beginnings of reviews that a closed meeting quotes; they go with their reviews.
meeting_quote = sa.Table(
    "meeting_quote",
    metadata,
    sa.Column("meeting_id", sa.ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("rank", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("practitioner_id", sa.Integer, nullable=False),
    sa.Column("publication_id", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["practitioner_id", "publication_id"],
        ["publication.practitioner_id", "publication.id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_meeting_quote_publication", "practitioner_id", "publication_id"),
)

# Who is told what, by which channel; without a viewer it is the administrator of this machine.
subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("viewer_id", sa.ForeignKey("viewer.id", ondelete="CASCADE")),
    sa.Column("channel", sa.Text, nullable=False),  # email, apprise
    _text("address"),
    sa.Column("rhythm", sa.Text, nullable=False),  # weekly, monthly, never
    sa.Column("is_urgent", sa.Boolean, nullable=False),
    sa.Column("quiet_from", sa.Integer, nullable=False),  # hours of the day
    sa.Column("quiet_to", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)

# Each message, sent or not: its key makes it be sent once.
sending = sa.Table(
    "sending",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("subscription_id", sa.ForeignKey("subscription.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # digest, urgent, test
    sa.Column("state", sa.Text, nullable=False),  # sending, sent, failed
    _count("attempts"),
    sa.Column("tried_at", Moment, nullable=False),
    sa.Column("next_try", Moment),
    _text("error"),
)

# What a subscription was told at once already: alert:12, deadline:3:D_PRESSE:2026-12-01.
told = sa.Table(
    "told",
    metadata,
    sa.Column("subscription_id", sa.ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("told_at", Moment, nullable=False),
)

# The last run of each scheduled command; while `held_until` is ahead, a second one does not start.
run = sa.Table(
    "run",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    _text("holder"),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("held_until", Moment),
    sa.Column("ended_at", Moment),
    _text("outcome"),
)
