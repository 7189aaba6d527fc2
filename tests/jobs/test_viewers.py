"""Who may sign in, who lets whom read words, and what is noted of it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role
from ereput.facts import masking
from ereput.jobs import alerts, practitioners, viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.practitioners import change
from ereput.jobs.survey import survey
from ereput.store import open_store, schema
from ereput.store import practitioners as people
from ereput.store import viewers as table
from ereput.store.practitioners import remove_portfolio

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
UNTIL = date(2027, 3, 31)


@pytest.fixture
def context(database_url: str) -> Iterator[Context]:
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Anne Alba", slug="anne", portfolio="Ouest")
        practitioners.add(made, name="Bruno Bex", slug="bruno", portfolio="Est")
        viewers.add(
            made, name="Carla", role=Role.BROKER, email="Carla@courtage.example", portfolios=["Ouest"]
        )
        viewers.add(made, name="Dr Alba", role=Role.PRACTITIONER, people=["anne"])
        viewers.add(made, name="Lise", role=Role.READER, portfolios=["Ouest"])
        yield made


def audit(context: Context, action: str) -> list[tuple[str, str]]:
    query = sa.select(schema.audit.c.viewer, schema.audit.c.subject).where(schema.audit.c.action == action)
    with context.store.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


def entered(context: Context, name: str, *, later: timedelta = timedelta()) -> Context:
    return viewers.enter(context.store, name, context.now + later)


def slugs(context: Context) -> list[str]:
    with context.store.reading() as connection:
        return [who.slug for who in people.read_all(connection, context.viewer)]


def test_each_role_sees_its_own(context: Context) -> None:
    seen = {name: slugs(entered(context, name)) for name in ("", "Carla", "Dr Alba", "Lise")}
    assert seen == {"": ["bruno", "anne"], "Carla": ["anne"], "Dr Alba": ["anne"], "Lise": ["anne"]}
    assert entered(context, "CARLA@courtage.example").viewer == entered(context, "Carla").viewer


def test_nobody_enters_unknown_or_inactive(context: Context) -> None:
    viewers.change(context, "Carla", is_active=False)
    for name in ("Carla", "carla@courtage.example", "Personne", "dr alba "):
        with pytest.raises(RefusedError, match="Aucun utilisateur"):
            entered(context, name)


def test_a_role_keeps_nothing_of_the_former_one(context: Context) -> None:
    viewers.change(context, "Dr Alba", role=Role.BROKER, portfolios=["Est"])
    assert slugs(entered(context, "Dr Alba")) == ["bruno"]
    viewers.change(context, "Dr Alba", role=Role.PRACTITIONER, people=["anne"])
    viewer = entered(context, "Dr Alba").viewer
    assert (viewer.portfolios, slugs(entered(context, "Dr Alba"))) == (frozenset(), ["anne"])


def test_a_new_practitioner_is_not_an_old_ones_heir(context: Context) -> None:
    with context.store.writing() as connection:
        remove_portfolio(connection, people.read_portfolio(connection, ADMINISTRATOR, "Est"))
        remove_portfolio(connection, people.read_portfolio(connection, ADMINISTRATOR, "Ouest"))
    practitioners.add(context, name="Nouvelle", slug="nouvelle", portfolio="Ouest")
    assert slugs(entered(context, "Dr Alba")) == slugs(entered(context, "Carla")) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "", "role": Role.ADMINISTRATOR}, "nom d’utilisateur"),
        ({"name": "administrateur", "role": Role.ADMINISTRATOR}, "nom d’utilisateur"),
        ({"name": "carla@courtage.example", "role": Role.ADMINISTRATOR}, "nom d’utilisateur"),
        ({"name": "CARLA", "role": Role.ADMINISTRATOR}, "existe déjà"),
        ({"name": "Zoé", "role": Role.ADMINISTRATOR, "email": "carla@courtage.EXAMPLE"}, "déjà celle"),
        ({"name": "Zoé", "role": Role.ADMINISTRATOR, "email": "zoe"}, "adresse e-mail"),
        ({"name": "Zoé", "role": Role.BROKER}, "rien d’autre"),
        (
            {"name": "Zoé", "role": Role.PRACTITIONER, "portfolios": ["Est"], "people": ["anne"]},
            "rien d’autre",
        ),
        ({"name": "Zoé", "role": Role.BROKER, "portfolios": ["Nord"]}, "Nord"),
        ({"name": "Zoé", "role": Role.PRACTITIONER, "people": ["zorro"]}, "zorro"),
    ],
)
def test_what_makes_no_sense_is_refused(context: Context, values: dict[str, object], words: str) -> None:
    with pytest.raises(RefusedError, match=words):
        viewers.add(context, **values)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("name", ["Carla", "Dr Alba", "Lise"])
def test_only_the_administrator_manages_viewers(context: Context, name: str) -> None:
    mine = entered(context, name)
    with pytest.raises(RefusedError, match="administrateur"):
        viewers.add(mine, name="Complice", role=Role.ADMINISTRATOR)
    with pytest.raises(RefusedError, match="administrateur"):
        viewers.change(mine, name, role=Role.ADMINISTRATOR)
    with context.store.reading() as connection:
        assert [row.name for row in table.read_all(connection, mine.viewer)] == [name]
        assert list(table.read_scopes(connection, mine.viewer).values()) == [
            ["anne" if name == "Dr Alba" else "Ouest"]
        ]


def test_a_reader_writes_nothing(context: Context) -> None:
    lise = entered(context, "Lise")
    for job in (
        lambda: change(lise, "anne", city="Nantes"),
        lambda: alerts.acknowledge(lise, 1, "vu"),
        lambda: viewers.let_read(lise, "anne", "Carla", until=UNTIL),
    ):
        with pytest.raises(RefusedError):
            job()
    with pytest.raises(RefusedError, match="pas de modifier"), lise.store.writing():
        raise AssertionError("unreachable")


# -- grants


def test_a_grant_opens_words_until_its_day_and_each_look_is_noted(context: Context) -> None:
    alba, carla = entered(context, "Dr Alba"), entered(context, "Carla")
    assert viewers.look(carla, "anne", where="page") == carla
    viewers.let_read(alba, "anne", "Carla", until=UNTIL)
    opened = viewers.look(carla, "anne", where="page")
    assert not masking.hides_words(opened.viewer, 1)
    assert masking.hides_authors(opened.viewer)
    assert masking.hides_words(opened.viewer, 2)
    assert viewers.look(opened, "anne", where="export").viewer == opened.viewer
    assert audit(context, viewers.LOOK) == [("Carla", "anne")] * 2
    last = replace(carla, now=datetime(2027, 3, 31, 22, tzinfo=UTC))
    assert viewers.grant_of(last, "anne") is not None
    assert viewers.grant_of(replace(carla, now=datetime(2027, 4, 1, tzinfo=UTC)), "anne") is None


def test_drawing_again_checks_the_grant_without_a_second_line(context: Context) -> None:
    carla = entered(context, "Carla")
    number = viewers.let_read(entered(context, "Dr Alba"), "anne", "Carla", until=UNTIL)
    assert viewers.look(carla, "anne", where="page", is_noted=True).viewer != carla.viewer
    viewers.revoke(entered(context, "Dr Alba"), number)
    assert viewers.look(carla, "anne", where="page", is_noted=True).viewer == carla.viewer
    assert audit(context, viewers.LOOK) == []


@pytest.mark.parametrize(
    ("who", "slug", "broker", "until", "words"),
    [
        ("Carla", "anne", "Carla", UNTIL, "Seul le praticien"),
        ("Lise", "anne", "Carla", UNTIL, "Seul le praticien"),
        ("Dr Alba", "bruno", "Carla", UNTIL, "bruno"),
        ("Dr Alba", "anne", "Lise", UNTIL, "pas un courtier"),
        ("Dr Alba", "anne", "Personne", UNTIL, "pas un courtier"),
        ("", "bruno", "Carla", UNTIL, "pas un courtier"),
        ("Dr Alba", "anne", "Carla", date(2026, 11, 22), "passée"),
        ("Dr Alba", "anne", "Carla", date(2028, 11, 22), "un an"),
        ("", "anne", "Carla", UNTIL, "quel accord"),
    ],
)
def test_a_grant_is_the_practitioners_to_give(
    context: Context, who: str, slug: str, *, broker: str, until: date, words: str
) -> None:
    reason = "lettre" if slug == "bruno" else ""
    with pytest.raises(RefusedError, match=words):
        viewers.let_read(entered(context, who), slug, broker, until=until, reason=reason)
    assert audit(context, "accord donné") == []


def test_an_administrator_notes_an_agreement_and_its_practitioner_takes_it_back(context: Context) -> None:
    number = viewers.let_read(context, "anne", "Carla", until=UNTIL, reason="courriel du 20 novembre")
    with pytest.raises(RefusedError, match="Seul le praticien"):
        viewers.revoke(entered(context, "Carla"), number)
    viewers.add(context, name="Bex", role=Role.PRACTITIONER, people=["bruno"])
    with pytest.raises(RefusedError, match="Aucun accord"):
        viewers.revoke(entered(context, "Bex"), number)
    viewers.revoke(entered(context, "Dr Alba"), number)
    assert viewers.grant_of(entered(context, "Carla"), "anne") is None


def test_a_practitioner_sees_who_looked(context: Context) -> None:
    viewers.let_read(entered(context, "Dr Alba"), "anne", "Carla", until=UNTIL)
    viewers.look(entered(context, "Carla"), "anne", where="export")
    viewers.add(context, name="Bex", role=Role.PRACTITIONER, people=["bruno"])
    with context.store.reading() as connection:
        seen = {
            name: [
                row.viewer
                for row in table.read_looks(connection, entered(context, name).viewer, action=viewers.LOOK)
            ]
            for name in ("", "Dr Alba", "Bex", "Carla", "Lise")
        }
    assert seen == {"": ["Carla"], "Dr Alba": ["Carla"], "Bex": [], "Carla": ["Carla"], "Lise": []}


# -- tokens


def test_a_token_stands_for_its_viewer_until_it_is_replaced_or_revoked(context: Context) -> None:
    first = viewers.issue_token(context, "Carla", "agenda")
    found = viewers.viewer_of_token(context.store, first, "agenda")
    assert found == entered(context, "Carla").viewer
    assert viewers.viewer_of_token(context.store, first, "rapport") is None
    second = viewers.issue_token(entered(context, "Carla"), "Carla", "agenda")
    assert viewers.viewer_of_token(context.store, first, "agenda") is None
    assert viewers.viewer_of_token(context.store, second[:-1], "agenda") is None
    viewers.change(context, "Carla", is_active=False)
    assert viewers.viewer_of_token(context.store, second, "agenda") is None
    viewers.change(context, "Carla", is_active=True)
    assert viewers.viewer_of_token(context.store, second, "agenda") is None


def test_nobody_makes_a_token_for_another(context: Context) -> None:
    with pytest.raises(RefusedError, match="ses propres"):
        viewers.issue_token(entered(context, "Carla"), "Dr Alba", "agenda")
    secret = viewers.issue_token(context, "Carla", "agenda")
    with context.store.reading() as connection:
        kept = connection.execute(sa.select(schema.token.c.digest)).scalar_one()
    assert secret not in kept


def test_whoever_signs_in_is_known_by_subject_and_by_email_the_first_time_only(context: Context) -> None:
    def recognised(subject: str, email: str = "", issuer: str = "https://id.example") -> str | None:
        found = viewers.recognise(context.store, viewers.Identity(issuer, subject, email), NOW)
        return found and found.viewer.name

    assert recognised("1") is None
    assert recognised("1", "personne@ailleurs.example") is None
    assert recognised("1", "carla@courtage.example") == "Carla"
    assert recognised("1") == recognised("1", "autre@courtage.example") == "Carla"
    # The same e-mail given to somebody else, or the same subject at another provider: strangers.
    assert recognised("2", "carla@courtage.example") is None
    assert recognised("1", issuer="https://other.example") is None
    assert audit(context, "première connexion") == [("Carla", "Carla")]
    viewers.change(context, "Carla", is_active=False)
    assert recognised("1", "carla@courtage.example") is None


def test_a_reader_who_signs_in_still_only_reads(context: Context) -> None:
    viewers.change(context, "Lise", email="lise@courtage.example")
    found = viewers.recognise(
        context.store, viewers.Identity("https://id.example", "7", "lise@courtage.example"), NOW
    )
    assert found is not None
    viewers.signed_in(context.store, found)
    assert audit(context, "connexion") == [("Lise", "Lise")]
    with pytest.raises(RefusedError, match="pas de modifier"):
        practitioners.add(found, name="Dr X")


def test_a_taken_name_is_not_told_to_a_broker(context: Context) -> None:
    carla = entered(context, "Carla")
    made = [
        practitioners.add(carla, name="Bruno Bex", slug=slug, portfolio="Ouest").slug
        for slug in ("bruno", "", "libre")
    ]
    assert [slug.rsplit("-", 1)[0] for slug in made] == ["bruno", "bruno-bex", "libre"]
    assert all(len(slug.rsplit("-", 1)[1]) == 6 for slug in made)


def test_a_survey_tells_nobody_how_many_are_out_of_view(context: Context) -> None:
    seen: list[int] = []
    assert survey(entered(context, "Carla"), progress=seen.append).practitioners == 1
    assert survey(context, progress=seen.append).practitioners == 2
    assert seen == [2]
