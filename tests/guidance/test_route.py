import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.practitioner import Guarantee, Profession
from ereput.domain.publication import PartialDate, Precision
from ereput.guidance.base import load
from ereput.guidance.model import Author, Flag, Origin, Qualification, Status, Topic, YesNo
from ereput.guidance.route import RouteStep, Situation, effective_flags, route

BASE = load()
TODAY = dt.date(2026, 12, 1)
MATRIX = Path(__file__).parents[1] / "golden" / "guidance" / "decision_matrix.csv"
ROWS = list(csv.DictReader(MATRIX.read_text(encoding="utf-8").splitlines()))


def situation(**changes: object) -> Situation:
    values: dict[str, object] = {
        "qualification": Qualification.PRESUMED_ILLICIT,
        "author": Author.IDENTIFIED_PATIENT,
        "direct_reply": YesNo.YES,
        "guarantee": Guarantee.YES,
        "reported_without_effect": YesNo.NO,
    }
    return Situation(**{**values, **changes})


def ids(steps: tuple[RouteStep, ...]) -> list[str]:
    return [step.id for step in steps]


def by_id(steps: tuple[RouteStep, ...]) -> dict[str, RouteStep]:
    return {step.id: step for step in steps}


def month(year: int, number: int) -> PartialDate:
    first = dt.date(year, number, 1)
    return PartialDate(first.replace(day=15), first, first.replace(day=28), Precision.MONTH)


def test_the_matrix_is_whole() -> None:
    assert len(ROWS) == 144


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(list(row.values())[:5]))
def test_decision_matrix(row: dict[str, str]) -> None:
    asked = Situation(
        Qualification(row["qualification"]),
        Author(row["auteur"]),
        YesNo(row["reponse_directe"]),
        Guarantee(row["garantie"]),
        YesNo(row["signale_sans_effet"]),
    )
    assert " > ".join(ids(route(BASE, asked, today=TODAY))) == row["etapes"]


def test_a_positive_review_asks_for_little() -> None:
    steps = route(BASE, situation(qualification=Qualification.POSITIVE), today=TODAY)
    assert ids(steps) == ["S70_POSITIF", "S61_VEILLE", "S62_PRESENCE"]
    assert steps[0].optional


@pytest.mark.parametrize(
    ("flags", "changes", "comes", "goes"),
    [
        ({Flag.THREAT}, {}, "S04_SECURITE", None),
        ({Flag.PRIVATE_ADDRESS}, {}, "S04_SECURITE", None),
        ({Flag.BLAMES_CARE}, {"qualification": Qualification.LICIT}, "S05_ASSUREUR", None),
        ({Flag.DOUBTFUL}, {"author": Author.UNKNOWN}, "S11_AUTHENTICITE", None),
        ({Flag.BREAKS_SITE_RULES}, {"qualification": Qualification.LICIT}, "S51_SIGNALEMENT_REGLES", None),
        ({Flag.GDPR_REFUSED}, {}, "S42_CNIL", None),
        ({Flag.COLLEAGUE}, {"author": Author.COMPETITOR}, "S19_CONCILIATION", None),
        ({Flag.PRESS_EXPIRED}, {"reported_without_effect": YesNo.YES}, "S80_DELAI_EXPIRE", "S13A_MED_AUTEUR"),
        ({Flag.REPLY_EXPIRED}, {"direct_reply": YesNo.NO}, None, "S32B_DROIT_REPONSE_ILLICITE"),
        ({Flag.UNCERTAIN_DATE}, {"reported_without_effect": YesNo.YES}, None, "S13A_MED_AUTEUR"),
    ],
)
def test_flags_bring_and_hide_steps(
    flags: set[Flag], changes: dict[str, object], comes: str | None, goes: str | None
) -> None:
    before = ids(route(BASE, situation(**changes), today=TODAY))
    after = ids(route(BASE, situation(**changes, flags=frozenset(flags)), today=TODAY))
    assert (comes is None) or (comes not in before and comes in after)
    assert (goes is None) or (goes in before and goes not in after)


def test_an_uncertain_date_never_says_expired() -> None:
    flags = frozenset({Flag.PRESS_EXPIRED, Flag.UNCERTAIN_DATE})
    assert "S80_DELAI_EXPIRE" not in ids(route(BASE, situation(flags=flags), today=TODAY))
    old = situation(published=month(2026, 1), direct_reply=YesNo.NO)
    steps = route(BASE, old, today=TODAY)
    assert effective_flags(BASE, old, today=TODAY) == {Flag.UNCERTAIN_DATE}
    assert "S80_DELAI_EXPIRE" not in ids(steps)
    assert "S32B_DROIT_REPONSE_ILLICITE" in ids(steps)
    assert steps[0].id == "S15_ACTION"
    assert any(text.startswith("Échéance peut-être passée ou imminente") for text in steps[0].warnings)
    press = {entry.id: entry for entry in steps[0].deadlines}["D_PRESSE"]
    assert press.is_uncertain
    assert press.date == dt.date(2026, 4, 1)


@pytest.mark.parametrize(("today", "expired"), [(dt.date(2027, 3, 14), False), (dt.date(2027, 3, 15), True)])
def test_a_certain_date_settles_the_expired_flags(today: dt.date, *, expired: bool) -> None:
    asked = situation(
        published=PartialDate.exact(dt.date(2026, 12, 14)),
        flags=frozenset() if expired else frozenset({Flag.PRESS_EXPIRED, Flag.REPLY_EXPIRED}),
    )
    flags = effective_flags(BASE, asked, today=today)
    assert ({Flag.PRESS_EXPIRED, Flag.REPLY_EXPIRED} <= flags) is expired
    steps = ids(route(BASE, asked, today=today))
    assert ("S80_DELAI_EXPIRE" in steps) is expired
    assert (steps[0] == "S15_ACTION") is not expired


@pytest.mark.parametrize(
    ("author", "days_left", "raised"),
    [
        (Author.IDENTIFIED_PATIENT, 31, False),
        (Author.IDENTIFIED_PATIENT, 30, True),
        (Author.UNKNOWN, 76, False),
        (Author.UNKNOWN, 75, True),
        (Author.UNKNOWN, 0, True),
        (Author.UNKNOWN, -1, False),
    ],
)
def test_the_lawyer_comes_first_when_days_are_few(author: Author, days_left: int, *, raised: bool) -> None:
    last = dt.date(2027, 3, 14)
    asked = situation(author=author, published=PartialDate.exact(dt.date(2026, 12, 14)))
    steps = route(BASE, asked, today=last - dt.timedelta(days=days_left))
    assert (steps[0].id == "S15_ACTION") is raised
    assert steps[0].raised is raised
    assert ("En tête, parce que" in steps[0].why) is raised


def test_deadlines_are_dated_from_what_is_known() -> None:
    asked = situation(
        author=Author.UNKNOWN,
        published=PartialDate.exact(dt.date(2026, 11, 20)),
        learned=dt.date(2026, 11, 23),
        contract_days=10,
        starts={"D_RGPD": dt.date(2026, 12, 1)},
        flags=frozenset({Flag.GDPR_REFUSED}),
    )
    due = {entry.id: entry for step in route(BASE, asked, today=TODAY) for entry in step.deadlines}
    assert due["D_PRESSE"].date == dt.date(2027, 2, 20)
    assert due["D_ASSUREUR"].date == dt.date(2026, 12, 7)
    assert due["D_RGPD"].date == dt.date(2027, 1, 1)
    assert due["D_CNIL"].date == dt.date(2027, 1, 2)
    assert due["D_AVOCAT_INCONNU"].date == dt.date(2026, 12, 5)
    assert "D_AVOCAT" not in due
    assert due["D_RELANCE_SIGNALEMENT"].date is None
    assert due["D_RELANCE_SIGNALEMENT"].sentence == "À compter de l'événement suivant : le signalement."


def test_a_lawyer_is_seen_the_same_day_when_the_date_is_uncertain() -> None:
    steps = by_id(route(BASE, situation(flags=frozenset({Flag.UNCERTAIN_DATE})), today=TODAY))
    due = {entry.id: entry for entry in steps["S15_ACTION"].deadlines}
    assert due["D_AVOCAT"].date == TODAY
    assert due["D_PRESSE"].date is None
    assert due["D_PRESSE"].is_uncertain


def test_a_step_carries_all_that_is_to_be_shown() -> None:
    asked = situation(qualification=Qualification.LICIT, direct_reply=YesNo.NO, profession=Profession.DENTIST)
    step = by_id(route(BASE, asked, today=TODAY))["S32_DROIT_REPONSE"]
    assert step.origin is Origin.CORRECTED
    assert step.leaflet is not None
    assert step.leaflet.startswith("si pas de possibilité de réponse en direct")
    assert [entry.id for entry in step.deviations] == ["E_DESTINATAIRE_REPONSE"]
    assert step.templates == ("15_droit_de_reponse",)
    assert step.legal[0].status is Status.SECONDARY
    assert step.legal[0].source_title.startswith("TJ Paris")
    assert step.legal[-1] == BASE.professions[Profession.DENTIST].rules[Topic.SECRECY]
    assert step.why == (
        "Parce que vous avez classé l'avis « licite » ; le site ne permet pas de répondre soi-même."
    )
    assert len(step.prerequisites) == 2


def test_a_prerequisite_may_depend_on_the_situation() -> None:
    asked = situation(qualification=Qualification.TO_QUALIFY, direct_reply=YesNo.NO)
    step = by_id(route(BASE, asked, today=TODAY))["S32_DROIT_REPONSE"]
    assert len(step.prerequisites) == 4


SITUATIONS = st.builds(
    Situation,
    qualification=st.sampled_from(Qualification),
    author=st.sampled_from(Author),
    direct_reply=st.sampled_from(YesNo),
    guarantee=st.sampled_from(Guarantee),
    reported_without_effect=st.sampled_from(YesNo),
    flags=st.frozensets(st.sampled_from(Flag), max_size=4),
    published=st.none()
    | st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 1)).map(PartialDate.exact)
    | st.integers(1, 11).map(lambda number: month(2026, number)),
    profession=st.none() | st.sampled_from(Profession),
)


@given(SITUATIONS)
@settings(max_examples=80, deadline=None)
def test_any_situation_gives_an_ordered_and_explained_route(asked: Situation) -> None:
    steps = route(BASE, asked, today=TODAY)
    ranks = [(not step.raised, BASE.steps[step.id].rank) for step in steps]
    assert ranks == sorted(ranks)
    assert len(set(ids(steps))) == len(steps)
    flags = effective_flags(BASE, asked, today=TODAY)
    for step in steps:
        assert step.why.startswith("Parce que ")
        assert not BASE.steps[step.id].excluded_by & flags
        assert (step.leaflet is not None) or step.origin not in {Origin.LEAFLET, Origin.CORRECTED}
    if asked.published is not None and not asked.published.is_certain:
        assert not flags & {Flag.PRESS_EXPIRED, Flag.REPLY_EXPIRED}
