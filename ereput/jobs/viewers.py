"""Who may sign in, what each one looks at, and who lets whom read words.

Whoever opens the dashboard, by the command line today and by a provider of identities tomorrow, enters
through `enter`: it is the only place that turns a name into a viewer.
"""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.facts import access, french, masking
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.store import Store, journal, practitioners, viewers
from ereput.store.scope import Row

LOOK = access.LOOK
LONGEST_GRANT = timedelta(days=366)
"""An agreement is renewed every year: a choice of the tool, so that a forgotten one ends by itself."""
_LONGEST_NAME = 80


# -- entering


class ReadOnlyStore(Store):
    """The same database, for somebody whose role is to read."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.url.render_as_string(hide_password=False))
        self.__dict__["engine"] = store.engine

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Refuse, whatever the job."""
        yield _refused()


def _refused() -> sa.Connection:
    raise RefusedError("Votre rôle permet de lire, pas de modifier.")


def enter(store: Store, name: str, now: datetime) -> Context:
    """Return the surroundings of somebody's jobs; no name is the administrator of this machine.

    Raises:
        RefusedError: nobody active bears that name or that e-mail.

    """
    if name in ("", ADMINISTRATOR.name):
        return Context(store, ADMINISTRATOR, now)
    with store.reading() as connection:
        found = viewers.resolve(connection, name)
    if found is None:
        raise RefusedError(f"Aucun utilisateur « {name} ».")
    return _entered(store, found, now)


def _entered(store: Store, found: Viewer, now: datetime) -> Context:
    own = ReadOnlyStore(store) if found.role is Role.READER else store
    return Context(own.seen_by(found), found, now)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider of identities says somebody is; `email` only when it vouches for it."""

    issuer: str
    subject: str
    email: str = ""


def recognise(store: Store, identity: Identity, now: datetime) -> Context | None:
    """Return the surroundings of whoever signed in, None for a stranger.

    A provider's subject never changes hands, an e-mail may: it only opens the first time, and ties the
    viewer to that subject. From then on the same e-mail with another subject is a stranger's.
    """
    with store.reading() as connection:
        found = viewers.resolve_identity(connection, identity.issuer, identity.subject)
        first = viewers.resolve_email(connection, identity.email) if identity.email and not found else None
    if found is not None:
        return _entered(store, found, now)
    if first is None:
        return None
    with store.writing() as connection:
        viewers.bind(connection, first.name, issuer=identity.issuer, subject=identity.subject)
        journal.note(connection, first, "première connexion", subject=first.name, now=now)
        mine = viewers.resolve_identity(connection, identity.issuer, identity.subject)
    return _entered(store, mine, now) if mine else None


def signed_in(store: Store, context: Context) -> None:
    """Write in the audit that somebody signed in; the store is the one that a reader may not write to."""
    with store.writing() as connection:
        journal.note(connection, context.viewer, "connexion", subject=context.viewer.name, now=context.now)


# -- the list


def add(
    context: Context,
    *,
    name: str,
    role: Role,
    email: str = "",
    identity: tuple[str, str] | None = None,
    portfolios: Sequence[str] = (),
    people: Sequence[str] = (),
) -> Row:
    """Add a viewer: a broker or a reader of portfolios, or a practitioner of its own reviews.

    `identity` is (issuer, subject) as the provider of identities states them.
    """
    _must_administer(context)
    name, email = " ".join(name.split()), email.strip().lower()
    if not name or len(name) > _LONGEST_NAME or "@" in name or name.lower() == ADMINISTRATOR.name:
        raise RefusedError(
            f"« {name} » ne peut pas être un nom d’utilisateur : donnez un nom de personne, sans @."
        )
    issuer, subject = identity or (None, None)
    with context.store.writing() as connection:
        _check_free(connection, name=name, email=email)
        number = viewers.insert(
            connection,
            name=name,
            email=email or None,
            issuer=issuer,
            subject=subject,
            role=role.value,
            is_active=True,
            created_at=context.now,
        )
        _set_scope(connection, context, number, role, portfolios=portfolios, people=people)
        journal.note(connection, context.viewer, "utilisateur ajouté", subject=name, now=context.now)
        return viewers.read_one(connection, context.viewer, name)


def change(
    context: Context,
    name: str,
    *,
    role: Role | None = None,
    email: str | None = None,
    is_active: bool | None = None,
    portfolios: Sequence[str] | None = None,
    people: Sequence[str] | None = None,
) -> Row:
    """Change a viewer, never its name: the audit knows it by that name. None leaves a thing as it is.

    Who is no longer active loses its tokens at once.
    """
    _must_administer(context)
    with context.store.writing() as connection:
        found = viewers.read_one(connection, context.viewer, name)
        values = {"role": role and role.value, "is_active": is_active}
        if email is not None:
            values["email"] = email.strip().lower() or None
            _check_free(connection, email=email.strip().lower(), but=found.id)
        kept = {key: value for key, value in values.items() if value is not None or key == "email"}
        if kept:
            viewers.change(connection, found.id, **kept)
        if is_active is False:
            viewers.revoke_tokens(connection, found.id, now=context.now)
        if role is not None or portfolios is not None or people is not None:
            job = role or Role(found.role)
            _set_scope(connection, context, found.id, job, portfolios=portfolios or (), people=people or ())
        journal.note(connection, context.viewer, "utilisateur modifié", subject=name, now=context.now)
        return viewers.read_one(connection, context.viewer, name)


def _must_administer(context: Context) -> None:
    if context.viewer.role is not Role.ADMINISTRATOR:
        raise RefusedError("Seul l’administrateur gère les utilisateurs.")


def _check_free(connection: sa.Connection, *, name: str = "", email: str = "", but: int = 0) -> None:
    if email and "@" not in email:
        raise RefusedError(f"« {email} » n’est pas une adresse e-mail.")
    if name and viewers.is_taken(connection, name=name, but=but):
        raise RefusedError(f"Un utilisateur « {name} » existe déjà.")
    if email and viewers.is_taken(connection, email=email, but=but):
        raise RefusedError(f"L’adresse {email} est déjà celle d’un utilisateur.")


def _set_scope(
    connection: sa.Connection,
    context: Context,
    number: int,
    role: Role,
    *,
    portfolios: Sequence[str],
    people: Sequence[str],
) -> None:
    """Write what a viewer looks at; a role without anything to look at is refused."""
    wants_folders, wants_people = role in viewers.OVER_PORTFOLIOS, role is Role.PRACTITIONER
    if bool(portfolios) != wants_folders or bool(people) != wants_people:
        raise RefusedError(
            "Un courtier ou un lecteur regarde des portefeuilles, un praticien ses propres avis, "
            "un administrateur tout : donnez ce qui convient au rôle, et rien d’autre."
        )
    folders = [practitioners.read_portfolio(connection, context.viewer, name) for name in portfolios]
    members = [practitioners.read_one(connection, context.viewer, slug).id for slug in people]
    viewers.replace_scope(connection, number, portfolios=folders, practitioners=members)


# -- grants


def let_read(context: Context, practitioner: str, broker: str, *, until: date, reason: str = "") -> int:
    """Let a broker read a practitioner's verbatim until a day included; return the grant's number.

    The practitioner says so itself; an administrator may write down an agreement given elsewhere, and
    then says which one. A broker never serves itself.
    """
    _may_grant(context)
    if until < context.today:
        raise RefusedError("La fin de l’accord est déjà passée.")
    if until > context.today + LONGEST_GRANT:
        raise RefusedError("Un accord dure un an au plus : il se renouvelle.")
    if context.viewer.role is Role.ADMINISTRATOR and not reason.strip():
        raise RefusedError("Dites quel accord du praticien vous notez (date, lettre, courriel).")
    with context.store.writing() as connection:
        who = practitioners.read_one(connection, context.viewer, practitioner)
        reader = viewers.resolve(connection, broker)
        if reader is None or reader.role is not Role.BROKER or not _sees(connection, reader, who.slug):
            raise RefusedError(f"« {broker} » n’est pas un courtier de ce praticien.")
        number = viewers.insert_grant(
            connection,
            practitioner_id=who.id,
            viewer_id=viewers.read_one(connection, ADMINISTRATOR, reader.name).id,
            granted_by=context.viewer.name,
            granted_at=context.now,
            until=until,
            reason=reason.strip(),
        )
        detail = f"accord n° {number} à {reader.name}, jusqu’au {until.isoformat()}"
        journal.note(
            connection, context.viewer, "accord donné", subject=who.slug, detail=detail, now=context.now
        )
    return number


def revoke(context: Context, grant_id: int) -> None:
    """End a grant now."""
    _may_grant(context)
    with context.store.writing() as connection:
        found = next(
            (row for row in viewers.read_grants(connection, context.viewer) if row.id == grant_id), None
        )
        if found is None:
            raise RefusedError(f"Aucun accord n° {grant_id} dans votre périmètre.")
        viewers.revoke_grant(connection, grant_id, now=context.now)
        detail = f"accord n° {grant_id} à {found.viewer}"
        journal.note(
            connection, context.viewer, "accord retiré", subject=found.slug, detail=detail, now=context.now
        )


def _sees(connection: sa.Connection, viewer: Viewer, slug: str) -> bool:
    try:
        practitioners.read_one(connection, viewer, slug)
    except RefusedError:
        return False
    return True


def _may_grant(context: Context) -> None:
    if context.viewer.role not in (Role.ADMINISTRATOR, Role.PRACTITIONER):
        raise RefusedError("Seul le praticien donne ou retire son accord.")


def grant_of(context: Context, practitioner: str) -> Row | None:
    """Return the grant that lets the viewer read a practitioner's words today; None where it needs one."""
    if context.viewer.role is not Role.BROKER:
        return None
    with context.store.reading() as connection:
        who = practitioners.read_one(connection, context.viewer, practitioner)
        return viewers.grant_in_force(connection, context.viewer, who.id, today=context.today)


def look(context: Context, practitioner: str, *, where: str, is_noted: bool = False) -> Context:
    """Return surroundings that may read a practitioner's words, once the look is in the audit.

    Without a grant in force they are unchanged, and so are those of whom nothing is kept from. `where`
    says what is looked at: a page, an export. `is_noted` is for drawing again what was just noted.
    """
    found = grant_of(context, practitioner)
    if found is None:
        return context
    viewer = context.viewer
    if not is_noted:
        with context.store.writing() as connection:
            detail = f"{where} ; accord n° {found.id} jusqu’au {french.day(found.until)}"
            journal.note(connection, viewer, LOOK, subject=found.slug, detail=detail, now=context.now)
    opened = viewer.verbatim if isinstance(viewer, masking.Trusted) else frozenset[int]()
    trusted = masking.Trusted(
        viewer.name, viewer.role, viewer.portfolios, viewer.practitioners, opened | {found.practitioner_id}
    )
    return replace(context, viewer=trusted)


# -- tokens


def issue_token(context: Context, name: str, purpose: str) -> str:
    """Return a new secret that opens one route to a viewer without signing in; the former ones end.

    The secret is shown once: only its digest is kept.
    """
    if context.viewer.role is not Role.ADMINISTRATOR and context.viewer.name != name:
        raise RefusedError("Chacun ne crée que ses propres adresses privées.")
    made = secrets.token_urlsafe(32)
    with context.store.writing() as connection:
        number = _account(connection, context, name)
        viewers.revoke_tokens(connection, number, purpose=purpose, now=context.now)
        viewers.insert_token(
            connection, viewer_id=number, digest=_digest(made), purpose=purpose, now=context.now
        )
        journal.note(
            connection, context.viewer, "adresse privée créée", subject=name, detail=purpose, now=context.now
        )
    return made


def end_tokens(context: Context, name: str, purpose: str) -> int:
    """End the secrets that open one route to a viewer, and return how many were alive."""
    if context.viewer.role is not Role.ADMINISTRATOR and context.viewer.name != name:
        raise RefusedError("Chacun ne retire que ses propres adresses privées.")
    with context.store.writing() as connection:
        ended = viewers.revoke_tokens(
            connection, _account(connection, context, name), purpose=purpose, now=context.now
        )
        if ended:
            journal.note(
                connection,
                context.viewer,
                "adresse privée retirée",
                subject=name,
                detail=purpose,
                now=context.now,
            )
    return ended


def _account(connection: sa.Connection, context: Context, name: str) -> int:
    """Return the number of a viewer; the administrator of this machine is on no list until it needs one."""
    if name == ADMINISTRATOR.name and not viewers.is_taken(connection, name=name):
        return viewers.insert(connection, name=name, role=Role.ADMINISTRATOR, created_at=context.now)
    return int(viewers.read_one(connection, context.viewer, name).id)


def viewer_of_token(store: Store, secret: str, purpose: str) -> Viewer | None:
    """Return whom a secret stands for, None when it is unknown, revoked or its owner inactive."""
    with store.reading() as connection:
        return viewers.resolve_token(connection, _digest(secret), purpose)


def _digest(secret: str) -> str:
    # 256 random bits need no salt nor slow hash: nobody guesses them, with or without the table.
    return hashlib.sha256(secret.encode()).hexdigest()
