"""Cases in the tables: seen by who may, written by one at a time, gone with their practitioner."""

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.store import Store, cases, practitioners, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVERYBODY = Viewer("administrateur", Role.ADMINISTRATOR)
NOBODY = Viewer("x", Role.PRACTITIONER, practitioners=frozenset({99}))


def made(store: Store, *, publication_id: int | None = 2**62) -> int:
    with store.writing() as connection:
        home = practitioners.ensure_portfolio(connection, "P")
        names = {one.slug: one.id for one in practitioners.read_all(connection, EVERYBODY)}
        who = names.get("a") or practitioners.add(connection, slug="a", name="A", portfolio_id=home, now=NOW)
        number = cases.insert(
            connection,
            practitioner_id=who,
            origin="review",
            publication_id=publication_id,
            alert_id=None,
            now=NOW,
        )
        cases.insert_links(
            connection,
            [
                {"case_id": number, "number": 1, "at": NOW, "body": "{}", "digest": "d"}
                | {"previous": "p", "seal": "s"}
            ],
            [{"case_id": number, "number": 1, "salt": b"s", "content": "{}"}],
            [{"case_id": number, "number": 1, "sha256": "abc"}],
        )
        cases.settle(connection, number, length=1, head="s", status="ouvert", outcome="", closed_on=None)
    return number


def test_a_case_is_read_by_who_may_see_its_practitioner(store: Store) -> None:
    number = made(store)
    with store.reading() as connection:
        row = cases.read_one(connection, EVERYBODY, number)
        assert (row.slug, row.length, row.head, row.opened_at) == ("a", 1, "s", NOW)
        assert [one.id for one in cases.read_all(connection, EVERYBODY, publication_id=2**62)] == [number]
        assert cases.read_all(connection, EVERYBODY, publication_id=1) == []
        assert [link.seal for link in cases.read_links(connection, EVERYBODY, [number])] == ["s"]
        assert cases.read_files(connection, EVERYBODY, number) == {1: "abc"}
        assert cases.read_all(connection, NOBODY) == []
        assert cases.read_links(connection, NOBODY, [number]) == []
        assert cases.read_files(connection, NOBODY, number) == {}
    with store.writing() as connection:
        for refused in (cases.read_one, cases.lock):
            with pytest.raises(RefusedError, match=f"Aucun dossier n° {number}"):
                refused(connection, NOBODY, number)


def test_one_number_holds_one_link(store: Store) -> None:
    number = made(store)
    link = {"case_id": number, "number": 1, "at": NOW, "body": "{}", "digest": "d", "previous": "p"}
    with pytest.raises(sa.exc.IntegrityError), store.writing() as connection:
        cases.insert_links(connection, [link | {"seal": "other"}], [], [])


def test_emptying_a_content_tells_which_files_it_referred_to(store: Store) -> None:
    number = made(store)
    with store.writing() as connection:
        assert cases.files_in_use(connection) == {"abc"}
        assert cases.empty(connection, number, [1]) == ["abc"]
        assert cases.files_in_use(connection) == set()
        (link,) = cases.read_links(connection, EVERYBODY, [number])
    assert (link.salt, link.content, link.seal) == (None, None, "s")


def test_a_case_goes_with_its_practitioner_and_its_number_is_not_given_again(store: Store) -> None:
    number = made(store)
    with store.writing() as connection:
        connection.execute(sa.delete(schema.practitioner))
        assert connection.execute(sa.select(schema.case_event)).all() == []
    assert made(store, publication_id=None) == number + 1


def test_a_second_writer_of_a_case_waits_for_the_first(store: Store) -> None:
    number = made(store)
    order: list[str] = []
    waiting = threading.Event()

    def second() -> None:
        waiting.set()
        with store.writing() as connection:
            cases.lock(connection, EVERYBODY, number)
            order.append("second")

    thread = threading.Thread(target=second)
    with store.writing() as connection:
        cases.lock(connection, EVERYBODY, number)
        thread.start()
        waiting.wait()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
