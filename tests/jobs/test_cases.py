"""Cases: opened once, guarded by their journal, told apart from what somebody else wrote meanwhile."""

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Role, Viewer
from ereput.domain.publication import Draft, PartialDate, Precision
from ereput.evidence import casefile
from ereput.evidence.casefile import CaseFile
from ereput.facts.case_detail import CLASSING, DATING, PROOF
from ereput.guidance.base import load
from ereput.guidance.events import Outcome, StepDone, StepStarted
from ereput.guidance.model import Flag, Qualification
from ereput.guidance.workflow import Case, CaseStatus, StepStatus, attestations
from ereput.ingest.reading import Reading
from ereput.jobs import cases, evidence, practitioners
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.importing import Request, store_publications
from ereput.store import open_store, publications, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = NOW.date()
WORDS = "Praticien odieux, il m’a menti sur tout."
ANSWERS = {
    "qualification": ["illicite_presume"],
    "auteur": ["inconnu"],
    "reponse_directe": ["oui"],
    "garantie": ["oui"],
    "signale_sans_effet": ["non"],
    "contenu": ["injure"],
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def context(database_url: str) -> Iterable[Context]:
    with closing(open_store(database_url)) as store:
        made = Context(store, ADMINISTRATOR, NOW)
        practitioners.add(made, name="Dr Élise Noël", profession="dentiste", guarantee="oui")
        practitioners.add(made, name="Dr Paul Marin")
        import_rows(made, review())
        yield made


def review(**values: object) -> Draft:
    base = Draft(
        1,
        "google",
        external_id="g1",
        id_namespace="google",
        author="Camille R.",
        published=PartialDate.exact(date(2026, 11, 3)),
        rating=1.0,
        text=WORDS,
        url="https://exemple.test/avis/1",
    )
    return replace(base, **values)  # type: ignore[arg-type]  # test values by name


def import_rows(context: Context, *rows: Draft, is_complete: bool = False) -> None:
    request = Request("file", "f.csv", practitioner_id=1, is_complete=is_complete)
    store_publications(context, request, lambda: Reading("reviews", "test", "", iter(rows)))


def publication(context: Context) -> int:
    with context.store.reading() as connection:
        return int(publications.read_all(connection, context.viewer, 1)[0].id)


def opened(context: Context, home: Path) -> int:
    return cases.open_from_publication(context, "dr-elise-noel", publication(context), home=home).case_id


def read(context: Context, number: int) -> CaseFile:
    with context.store.reading() as connection:
        return casefile.read(connection, context.viewer, load(), number)


def state(known: CaseFile) -> Case:
    assert known.case is not None
    return known.case


def test_a_case_opens_on_facts_and_seals_the_review(context: Context, home: Path) -> None:
    number = opened(context, home)
    known = read(context, number)
    assert (known.origin, known.slug, known.answers) == ("review", "dr-elise-noel", None)
    assert known.title == "Avis 1 sur 5, Google, 3 nov. 2026"
    situation = state(known).situation
    assert situation.qualification is Qualification.TO_QUALIFY
    assert situation.published == PartialDate.exact(date(2026, 11, 3))
    assert situation.learned == TODAY
    (sealed,) = known.exhibits
    with evidence.vault_of(home).open(sealed.sha256) as file:
        (told,) = json.load(file)
    assert (told["texte"], told["auteur_affiche"], told["date_affichee"]) == (
        WORDS,
        "Camille R.",
        "2026-11-03",
    )


def test_a_case_that_is_open_is_opened_once(context: Context, home: Path) -> None:
    first = opened(context, home)
    assert cases.open_from_publication(context, "dr-elise-noel", publication(context), home=home) == (
        cases.Opened(first, is_new=False)
    )
    cases.close(context, first, Outcome.NO_ACTION)
    assert opened(context, home) != first


def test_the_chain_holds_no_personal_text(context: Context, home: Path) -> None:
    number = opened(context, home)
    cases.answer(context, number, ANSWERS)
    cases.write_note(context, number, "Appelé Mme Camille R.")
    cases.record(context, number, StepDone("S00_PAUSE", TODAY), note="Vu avec Paul")
    with context.store.reading() as connection:
        chain = " ".join(connection.execute(sa.select(schema.case_event.c.body)).scalars())
    for word in ("Camille", "odieux", "Paul", "administrateur", "exemple.test", "illicite", "inconnu"):
        assert word not in chain


def test_from_pause_to_report_then_the_outcome(context: Context, home: Path) -> None:
    number = opened(context, home)
    with pytest.raises(RefusedError, match="preuves sont conservées"):
        cases.record(context, number, StepDone("S02_DATER", TODAY))
    cases.record(context, number, StepDone("S00_PAUSE", TODAY), StepDone("S01_PREUVE", TODAY))
    cases.set_dates(
        context,
        number,
        published=PartialDate.exact(date(2026, 11, 2)),
        learned=TODAY,
        is_uncertain=False,
    )
    known = cases.answer(context, number, ANSWERS)
    steps = state(known).steps
    assert {name for name, entry in steps.items() if entry.status is StepStatus.DONE} == {
        PROOF,
        DATING,
        CLASSING,
        "S00_PAUSE",
    }
    assert known.answers is not None
    assert known.answers["contenu"] == ("injure",)
    assert state(known).situation.published == PartialDate.exact(date(2026, 11, 2))
    known = cases.keep_letter(
        context, number, "10_signalement_plateforme", "A – contenu illicite présumé", "Contenu signalé : …"
    )
    assert known.drafts[0].text == "Contenu signalé : …"
    known = cases.record(context, number, StepStarted("S10_SIGNALER", TODAY), note="réf. 42")
    assert state(known).status is CaseStatus.OPEN  # the insurer comes first
    closed = cases.close(context, number, Outcome.REMOVED)
    assert closed.is_closed
    with pytest.raises(RefusedError, match="clos"):
        cases.record(context, number, StepDone("S61_VEILLE", TODAY))
    assert not cases.reopen(context, number).is_closed
    assert evidence.verify(context, home=home).ok


def test_answers_given_before_the_proof_class_without_ending_the_step(context: Context, home: Path) -> None:
    known = cases.answer(context, opened(context, home), ANSWERS)
    assert state(known).situation.qualification is Qualification.PRESUMED_ILLICIT
    assert state(known).record(CLASSING).status is StepStatus.TODO
    with pytest.raises(RefusedError, match="Il reste à répondre"):
        cases.answer(context, known.id, {"contenu": ["injure"]})


def test_an_uncertain_date_only_alerts_and_can_be_made_certain(context: Context, home: Path) -> None:
    number = opened(context, home)
    old = PartialDate(date(2026, 8, 10), date(2026, 8, 1), date(2026, 8, 31), Precision.MONTH)
    known = cases.set_dates(context, number, published=old, learned=TODAY, is_uncertain=True)
    assert Flag.UNCERTAIN_DATE in state(known).situation.flags
    known = cases.answer(context, number, ANSWERS | {"circonstances": ["date_incertaine"]})
    assert Flag.UNCERTAIN_DATE in state(known).situation.flags
    exact = PartialDate.exact(date(2026, 8, 10))
    known = cases.set_dates(context, number, published=exact, learned=TODAY, is_uncertain=False)
    assert Flag.UNCERTAIN_DATE not in state(known).situation.flags
    assert known.answers is not None
    assert known.answers["circonstances"] == ()


def test_a_date_in_the_future_is_refused(context: Context, home: Path) -> None:
    number, tomorrow = opened(context, home), TODAY + timedelta(days=1)
    before = read(context, number).end
    with pytest.raises(RefusedError, match="dans l’avenir"):
        cases.record(context, number, StepDone("S00_PAUSE", tomorrow))
    with pytest.raises(RefusedError, match="dans l’avenir"):
        cases.set_dates(
            context, number, published=PartialDate.exact(tomorrow), learned=None, is_uncertain=False
        )
    with pytest.raises(RefusedError, match="dans l’avenir"):
        cases.open_by_hand(context, "dr-paul-marin", "Forum", published=PartialDate.exact(tomorrow))
    with pytest.raises(RefusedError, match="avant sa mise en ligne"):
        cases.set_dates(
            context,
            number,
            published=PartialDate.exact(TODAY),
            learned=TODAY - timedelta(days=1),
            is_uncertain=False,
        )
    assert read(context, number).end == before


def test_a_displayed_date_in_the_future_is_taken_for_unknown(context: Context, home: Path) -> None:
    import_rows(context, review(published=PartialDate.exact(TODAY + timedelta(days=30)), external_id="g2"))
    with context.store.reading() as connection:
        late = publications.read_all(connection, context.viewer, 1)[0].id
    number = cases.open_from_publication(context, "dr-elise-noel", late, home=home).case_id
    situation = state(read(context, number)).situation
    assert situation.published is None
    assert Flag.UNCERTAIN_DATE in situation.flags


def test_two_people_at_once_the_second_is_told(context: Context, home: Path) -> None:
    number = opened(context, home)
    seen = read(context, number).end.length
    cases.record(context, number, StepDone("S00_PAUSE", TODAY), expected=seen)
    before = read(context, number)
    with pytest.raises(RefusedError, match="quelqu’un d’autre"):
        cases.record(context, number, StepDone("S00_PAUSE", TODAY), expected=seen)
    with pytest.raises(RefusedError, match="quelqu’un d’autre"):
        cases.answer(context, number, ANSWERS, expected=seen)
    assert read(context, number) == before


def test_a_review_removed_meanwhile_is_an_outcome(context: Context, home: Path) -> None:
    number = opened(context, home)
    import_rows(context, review(external_id="g9", author="Autre"), is_complete=True)
    cases.seal_again(context, number, home=home)
    known = read(context, number)
    with evidence.vault_of(home).open(known.exhibits[-1].sha256) as file:
        (told,) = json.load(file)
    assert told["retrait_constate"].startswith("2026-11-23")
    assert state(cases.close(context, number, Outcome.REMOVED)).outcome is Outcome.REMOVED


def test_a_case_opens_on_an_alert_and_by_hand(context: Context, home: Path) -> None:
    monday = date(2026, 11, 2)
    with context.store.writing() as connection:
        connection.execute(
            sa.insert(schema.alert).values(
                practitioner_id=1,
                kind="spike",
                week=monday,
                last_week=monday,
                peak_week=monday,
                level="alert",
                observed=1,
                expected=0.1,
                upper=1,
                odds=3,
                why="{}",
                is_provisional=False,
                state="open",
                raised_at=NOW,
                changed_at=NOW,
            )
        )
    made = cases.open_from_alert(context, 1, home=home)
    known = read(context, made.case_id)
    assert (known.alert_id, len(known.exhibits)) == (1, 1)
    assert state(known).situation.published == PartialDate.exact(date(2026, 11, 3))
    assert cases.open_from_alert(context, 1, home=home) == cases.Opened(made.case_id, is_new=False)
    hand = cases.open_by_hand(
        context, "dr-paul-marin", " Message\nsur un forum ", url="https://forum.test/1", text="…", home=home
    )
    known = read(context, hand.case_id)
    assert (known.title, known.url, len(known.exhibits)) == (
        "Message sur un forum",
        "https://forum.test/1",
        1,
    )
    with pytest.raises(RefusedError, match="titre"):
        cases.open_by_hand(context, "dr-paul-marin", "  ")


def test_nobody_acts_outside_their_view(context: Context, home: Path) -> None:
    number = opened(context, home)
    stranger = replace(context, viewer=Viewer("paul", Role.PRACTITIONER, practitioners=frozenset({2})))
    with pytest.raises(RefusedError, match=f"Aucun dossier n° {number}"):
        cases.record(stranger, number, StepDone("S00_PAUSE", TODAY))
    with pytest.raises(RefusedError, match="Aucun praticien"):
        cases.open_from_publication(stranger, "dr-elise-noel", publication(context), home=home)
    reader = replace(context, viewer=Viewer("lise", Role.READER, portfolios=frozenset({1})))
    assert read(reader, number).id == number
    with pytest.raises(RefusedError, match="lire"):
        cases.write_note(reader, number, "…")


def test_an_attestation_and_a_deadline_are_noted_and_withdrawn(context: Context, home: Path) -> None:
    number = opened(context, home)
    key = next(iter(attestations(load())))
    assert key in state(cases.attest(context, number, key, holds=True)).attested
    assert key not in state(cases.attest(context, number, key, holds=False)).attested
    known = cases.start_deadline(context, number, "D_DSA", TODAY)
    assert state(known).starts == {"D_DSA": TODAY}


def test_a_public_text_goes_through_the_check_first(context: Context, home: Path) -> None:
    number = opened(context, home)
    template = ("01_reponse_negative_generale", "Ton sobre")
    safe = "Bonjour, nous vous remercions de votre message. Le secrétariat est à votre disposition."
    unsafe = "Bonjour Camille, votre extraction du 3 novembre s’est très bien passée."
    assert state(cases.keep_letter(context, number, *template, safe)).reply_checked
    assert not state(cases.keep_letter(context, number, *template, unsafe)).reply_checked


def test_erasing_one_content_keeps_the_chain(context: Context, home: Path) -> None:
    number = opened(context, home)
    noted = cases.write_note(context, number, "Mme R. a été soignée ici").end.length
    with pytest.raises(RefusedError, match="avec tout le dossier"):
        cases.erase(context, number, cases.ErasureReason.MISTAKE, numbers=[2], home=home)
    with pytest.raises(RefusedError, match="pas de contenu"):
        cases.erase(context, number, cases.ErasureReason.MISTAKE, numbers=[99], home=home)
    assert cases.erase(context, number, cases.ErasureReason.MISTAKE, numbers=[noted], home=home) == 1
    verdict = evidence.verify(context, number, home=home)
    assert (verdict.ok, verdict.erased) == (True, 1)
    assert state(read(context, number)).status is CaseStatus.OPEN


def test_erasing_a_case_leaves_only_days_and_the_outcome(context: Context, home: Path) -> None:
    number = opened(context, home)
    cases.answer(context, number, ANSWERS)
    cases.record(context, number, StepDone("S00_PAUSE", TODAY))
    cases.erase(context, number, cases.ErasureReason.REQUEST, home=home)
    known = read(context, number)
    assert (known.case, known.title, known.exhibits, known.is_closed) == (None, "", (), True)
    assert not list((home / "preuves").glob("??/*"))
    with context.store.reading() as connection:
        left = connection.execute(sa.select(schema.case_content)).all()
        assert WORDS not in str(left)
        assert [row.number for row in left if row.content is not None] == [known.end.length]
        row = connection.execute(sa.select(schema.case)).one()
    assert (row.status, row.outcome) == ("clos", "sans_suite")
    verdict = evidence.verify(context, number, home=home)
    assert (verdict.ok, verdict.erased) == (True, known.erased)
    with pytest.raises(RefusedError, match="effacé"):
        cases.write_note(context, number, "encore")


def test_a_file_that_two_cases_share_goes_with_the_last(context: Context, home: Path) -> None:
    first = opened(context, home)
    second = cases.open_by_hand(context, "dr-paul-marin", "Forum", home=home).case_id
    for number in (first, second):
        sealed = evidence.add(context, number, BytesIO(b"%PDF-1.7 capture"), "capture.pdf", home=home)
    cases.erase(context, first, cases.ErasureReason.REQUEST, home=home)
    assert evidence.vault_of(home).path(sealed.sha256).exists()
    cases.erase(context, second, cases.ErasureReason.REQUEST, home=home)
    assert not evidence.vault_of(home).path(sealed.sha256).exists()


def test_the_steps_that_the_jobs_end_exist() -> None:
    assert {PROOF, DATING, CLASSING} <= load().steps.keys()
