import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee, Profession
from ereput.domain.publication import PartialDate, Precision
from ereput.guidance.base import load
from ereput.guidance.events import (
    NAMES,
    AttestationWithdrawn,
    CaseClosed,
    CaseReopened,
    DeadlineStarted,
    Event,
    Outcome,
    ReplyVerified,
    SentenceAttested,
    SituationChanged,
    StepDone,
    StepReceived,
    StepRecorded,
    StepReset,
    StepSkipped,
    StepStarted,
    decode,
    encode,
)
from ereput.guidance.model import Author, Flag, Qualification, YesNo
from ereput.guidance.route import Situation
from ereput.guidance.workflow import (
    STEP,
    Case,
    CaseStatus,
    StepRecord,
    StepStatus,
    apply,
    attestations,
    current,
    replay,
    steps_of,
)

BASE = load()
DAY = dt.date(2026, 12, 1)
PUBLISHED = PartialDate.exact(dt.date(2026, 11, 20))


def opened(**changes: object) -> Case:
    values: dict[str, object] = {
        "qualification": Qualification.PRESUMED_ILLICIT,
        "author": Author.IDENTIFIED_PATIENT,
        "direct_reply": YesNo.YES,
        "guarantee": Guarantee.YES,
        "reported_without_effect": YesNo.NO,
        "published": PUBLISHED,
    }
    return Case(Situation(**{**values, **changes}), DAY)


def done(case: Case, *steps: str, day: dt.date = DAY) -> Case:
    return replay(BASE, case, [StepDone(step, day) for step in steps])


STEP_EVENTS = [StepStarted, StepReceived, StepDone, StepSkipped, StepReset, StepRecorded]
RECORDS = {
    StepStatus.TODO: StepRecord(),
    StepStatus.WAITING: StepRecord(StepStatus.WAITING, started=DAY),
    StepStatus.DONE: StepRecord(StepStatus.DONE, started=DAY, ended=DAY),
    StepStatus.SKIPPED: StepRecord(StepStatus.SKIPPED, ended=DAY),
}


@pytest.mark.parametrize("status", StepStatus)
@pytest.mark.parametrize("kind", STEP_EVENTS)
def test_a_step_moves_by_the_table_only(status: StepStatus, kind: type) -> None:
    # S33 is outside this route, S61 inside it and recurring, S00 inside it and not.
    step = "S33_CONTACTER" if kind is StepRecorded else "S00_PAUSE"
    case = replace(opened(), steps={step: RECORDS[status]})
    target = STEP[status].get(kind)
    if target is None or (status, kind) == (StepStatus.DONE, StepDone):
        with pytest.raises(RefusedError, match="L'étape « "):
            apply(BASE, case, kind(step, DAY))
    else:
        assert apply(BASE, case, kind(step, DAY)).record(step).status is target


def test_only_a_recurring_step_is_done_again() -> None:
    case = done(opened(), "S61_VEILLE")
    later = DAY + dt.timedelta(days=30)
    assert done(case, "S61_VEILLE", day=later).record("S61_VEILLE").ended == later


def test_a_step_waits_for_its_prerequisites() -> None:
    with pytest.raises(RefusedError, match="attend d'abord : Les preuves sont conservées"):
        apply(BASE, opened(), StepDone("S02_DATER", DAY))
    assert done(opened(), "S01_PREUVE", "S02_DATER").record("S02_DATER").ended == DAY


def test_a_step_set_aside_opens_nothing() -> None:
    case = apply(BASE, opened(), StepSkipped("S01_PREUVE", DAY))
    with pytest.raises(RefusedError, match="preuves"):
        apply(BASE, case, StepStarted("S10_SIGNALER", DAY))


def test_a_reply_needs_the_check_and_a_moment_of_thought() -> None:
    case = done(opened(qualification=Qualification.LICIT), "S30_OPPORTUNITE")
    with pytest.raises(RefusedError, match="contrôle du secret"):
        apply(BASE, case, StepDone("S31_REPONDRE", DAY))
    failed = apply(BASE, case, ReplyVerified(passed=False, day=DAY))
    with pytest.raises(RefusedError):
        apply(BASE, failed, StepDone("S31_REPONDRE", DAY))
    passed = apply(BASE, failed, ReplyVerified(passed=True, day=DAY))
    assert done(passed, "S31_REPONDRE").record("S31_REPONDRE").status is StepStatus.DONE


def test_an_attestation_is_given_and_taken_back() -> None:
    case = done(opened(qualification=Qualification.LICIT), "S01_PREUVE")
    attested = apply(BASE, case, SentenceAttested("identite_certaine", DAY))
    assert done(attested, "S33_CONTACTER").record("S33_CONTACTER").started == DAY
    withdrawn = apply(BASE, attested, AttestationWithdrawn("identite_certaine", DAY))
    with pytest.raises(RefusedError, match="identité de l'auteur est certaine"):
        apply(BASE, withdrawn, StepStarted("S33_CONTACTER", DAY))
    with pytest.raises(RefusedError, match="n'existe pas"):
        apply(BASE, case, SentenceAttested("ciel_bleu", DAY))


def reported() -> Case:
    case = done(opened(), "S01_PREUVE", "S02_DATER", "S03_QUALIFIER")
    case = apply(BASE, case, StepStarted("S10_SIGNALER", DAY))
    without_effect = replace(case.situation, reported_without_effect=YesNo.YES)
    return apply(BASE, case, SituationChanged(without_effect, DAY + dt.timedelta(days=8)))


def test_what_was_done_still_counts_when_the_route_changes() -> None:
    case = reported()
    assert "S10_SIGNALER" not in [step.id for step in steps_of(BASE, case, today=DAY)]
    assert apply(BASE, case, StepStarted("S13B_MED_EDITEUR", DAY)).record("S13B_MED_EDITEUR").started == DAY
    # A record of a step that left the route may still be finished or begun anew.
    assert done(case, "S10_SIGNALER").record("S10_SIGNALER").status is StepStatus.DONE


@pytest.mark.parametrize(("day", "allowed"), [(dt.date(2027, 1, 21), True), (dt.date(2027, 1, 22), False)])
def test_a_formal_notice_leaves_thirty_days_or_the_lawyer_comes_first(day: dt.date, *, allowed: bool) -> None:
    case = reported()
    if allowed:
        assert apply(BASE, case, StepStarted("S13B_MED_EDITEUR", day)).record("S13B_MED_EDITEUR").started
    else:
        with pytest.raises(RefusedError, match="au moins 30 jours"):
            apply(BASE, case, StepStarted("S13B_MED_EDITEUR", day))
        advised = done(case, "S15_ACTION", day=day)
        assert apply(BASE, advised, StepStarted("S13B_MED_EDITEUR", day)).record("S13B_MED_EDITEUR").started


def test_an_unknown_publication_date_leaves_no_thirty_days() -> None:
    case = replay(
        BASE,
        opened(published=None, reported_without_effect=YesNo.YES),
        [StepRecorded("S10_SIGNALER", DAY)],
    )
    with pytest.raises(RefusedError, match="au moins 30 jours"):
        apply(BASE, case, StepStarted("S13B_MED_EDITEUR", DAY))


def test_a_raised_step_is_never_held_back() -> None:
    with pytest.raises(RefusedError, match="assureur est prévenu"):
        apply(BASE, opened(), StepDone("S15_ACTION", DAY))
    urgent = dt.date(2027, 2, 1)
    assert done(opened(), "S15_ACTION", day=urgent).record("S15_ACTION").status is StepStatus.DONE


def test_an_advised_condition_never_blocks() -> None:
    case = apply(BASE, reported(), SentenceAttested("identite_et_adresse_certaines", DAY))
    assert apply(BASE, case, StepStarted("S13A_MED_AUTEUR", DAY)).record("S13A_MED_AUTEUR").started == DAY


def test_the_data_protection_authority_comes_after_a_month_or_a_refusal() -> None:
    case = opened(flags=frozenset({Flag.GDPR_REFUSED}))
    case = apply(BASE, case, SentenceAttested("donnees_personnelles", DAY))
    case = apply(BASE, case, StepStarted("S40_OPPOSITION", DAY))
    case = apply(BASE, case, StepReceived("S40_OPPOSITION", DAY + dt.timedelta(days=2)))
    early, late = dt.date(2027, 1, 3), dt.date(2027, 1, 4)
    with pytest.raises(RefusedError, match="délai de réponse est passé"):
        apply(BASE, case, StepStarted("S42_CNIL", early))
    assert apply(BASE, case, StepStarted("S42_CNIL", late)).record("S42_CNIL").started == late
    refused = apply(BASE, case, SentenceAttested("refus_rgpd", early))
    assert apply(BASE, refused, StepStarted("S42_CNIL", early)).record("S42_CNIL").started == early


def test_a_receipt_does_not_precede_the_sending() -> None:
    case = apply(BASE, done(opened(), "S01_PREUVE", "S03_QUALIFIER"), StepStarted("S10_SIGNALER", DAY))
    with pytest.raises(RefusedError, match="précède l'envoi, daté du 1er décembre 2026"):
        apply(BASE, case, StepReceived("S10_SIGNALER", DAY - dt.timedelta(days=1)))


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (StepStarted("S99", DAY), "n'existe pas"),
        (StepStarted("S33_CONTACTER", DAY), "n'est pas dans le parcours"),
        (StepRecorded("S01_PREUVE", DAY), "est dans le parcours"),
        (DeadlineStarted("D_RIEN", DAY), "n'existe pas"),
        (CaseReopened(DAY), "rien à rouvrir"),
    ],
)
def test_refusals_name_what_is_wrong(event: Event, word: str) -> None:
    with pytest.raises(RefusedError, match=word):
        apply(BASE, opened(), event)


def test_the_case_waits_with_its_current_step() -> None:
    case = done(opened(), "S00_PAUSE", "S01_PREUVE", "S02_DATER", "S03_QUALIFIER")
    assert case.status is CaseStatus.OPEN
    assert current(case, steps_of(BASE, case, today=DAY)).id == "S10_SIGNALER"
    parallel = apply(BASE, case, StepStarted("S05_ASSUREUR", DAY))
    assert parallel.status is CaseStatus.OPEN
    waiting = apply(BASE, parallel, StepStarted("S10_SIGNALER", DAY))
    assert waiting.status is CaseStatus.WAITING
    assert done(waiting, "S10_SIGNALER").status is CaseStatus.OPEN


@pytest.mark.parametrize("outcome", Outcome)
def test_a_case_closes_with_an_outcome_and_opens_again(outcome: Outcome) -> None:
    closed = apply(BASE, opened(), CaseClosed(outcome, DAY))
    assert (closed.status, closed.outcome, closed.closed) == (CaseStatus.CLOSED, outcome, DAY)
    with pytest.raises(RefusedError, match="Ce dossier est clos"):
        apply(BASE, closed, StepDone("S00_PAUSE", DAY))
    with pytest.raises(RefusedError, match="Ce dossier est clos"):
        apply(BASE, closed, CaseClosed(outcome, DAY))
    assert apply(BASE, closed, CaseReopened(DAY)) == opened()


def test_every_attestation_has_its_sentence() -> None:
    sentences = attestations(BASE)
    assert sentences["refus_rgpd"] == "L'organisme a refusé la demande."
    assert len(sentences) == len(set(sentences.values()))


DAYS = st.dates(DAY, DAY + dt.timedelta(days=120))
STEPS = st.sampled_from(sorted(BASE.steps))
SITUATIONS = st.builds(
    Situation,
    qualification=st.sampled_from(Qualification),
    author=st.sampled_from(Author),
    direct_reply=st.sampled_from(YesNo),
    guarantee=st.sampled_from(Guarantee),
    reported_without_effect=st.sampled_from(YesNo),
    flags=st.frozensets(st.sampled_from(Flag), max_size=3),
    published=st.sampled_from(
        [
            None,
            PUBLISHED,
            PartialDate(dt.date(2026, 11, 9), dt.date(2026, 11, 1), dt.date(2026, 11, 30), Precision.MONTH),
        ]
    ),
    profession=st.none() | st.sampled_from(Profession),
    learned=st.none() | DAYS,
    contract_days=st.none() | st.integers(5, 30),
    starts=st.dictionaries(st.sampled_from(sorted(BASE.deadlines)), DAYS, max_size=2),
)
EVENTS = st.one_of(
    *(st.builds(kind, STEPS, DAYS) for kind in STEP_EVENTS),
    st.builds(SentenceAttested, st.sampled_from(sorted(attestations(BASE))), DAYS),
    st.builds(ReplyVerified, st.booleans(), DAYS),
    st.builds(DeadlineStarted, st.sampled_from(sorted(BASE.deadlines)), DAYS),
    st.builds(SituationChanged, SITUATIONS, DAYS),
    st.builds(CaseClosed, st.sampled_from(Outcome), DAYS),
    st.builds(CaseReopened, DAYS),
)


@given(st.lists(EVENTS, max_size=25))
@settings(max_examples=40, deadline=None)
def test_replaying_what_was_accepted_gives_the_same_case(events: list[Event]) -> None:
    case, accepted = opened(), []
    for event in events:
        try:
            case = apply(BASE, case, event)
        except RefusedError:
            continue
        accepted.append(event)
    written = [json.loads(json.dumps(encode(event))) for event in accepted]
    assert replay(BASE, opened(), [decode(record) for record in written]) == case
    assert (case.outcome is not None) == (case.status is CaseStatus.CLOSED)


@given(EVENTS)
@settings(max_examples=60, deadline=None)
def test_an_event_survives_its_journal(event: Event) -> None:
    assert decode(json.loads(json.dumps(encode(event)))) == event


def test_every_kind_of_event_has_a_word() -> None:
    assert set(NAMES.values()) == {
        *STEP_EVENTS,
        SentenceAttested,
        AttestationWithdrawn,
        ReplyVerified,
        DeadlineStarted,
        SituationChanged,
        CaseClosed,
        CaseReopened,
    }


@pytest.mark.parametrize(
    ("record", "word"),
    [
        ({"evenement": "fin_du_monde"}, "inconnu"),
        ({"evenement": "etape_faite", "step": "S01_PREUVE"}, "incomplet"),
        ({"evenement": "etape_faite", "step": "S01_PREUVE", "day": "hier"}, "illisible"),
        ({"evenement": "reponse_controlee", "passed": "oui", "day": "2026-12-01"}, "illisible"),
        ({"evenement": "situation_changee", "situation": {}, "day": "2026-12-01"}, "illisible"),
        ({"evenement": "dossier_clos", "outcome": "gagne", "day": "2026-12-01"}, "illisible"),
    ],
)
def test_a_record_that_is_no_event_is_refused(record: dict[str, object], word: str) -> None:
    with pytest.raises(RefusedError, match=word):
        decode(record)
