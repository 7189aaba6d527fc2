import json
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.period import parse
from ereput.facts import frozen
from ereput.facts.pack import (
    GONE,
    AlertLine,
    Audience,
    CaseLine,
    DecisionLine,
    FunnelFacts,
    FunnelPoint,
    Measure,
    Month,
    Origins,
    Pack,
    Person,
    PersonRow,
    Quote,
    Section,
    Series,
    SourceLine,
    for_broker,
    people_of,
)
from ereput.facts.shapes import Good, Tile, Tone

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NAME = "Dr Zxq Nomdefamille"


def pack(**values: object) -> Pack:
    made = Pack(
        whom="practitioner",
        whom_id=1,
        title=NAME,
        span=parse("2026-Q3"),
        label="3e trimestre 2026",
        label_before="2e trimestre 2026",
        made_at=NOW,
        sentence="Une alerte.",
        followed=(DecisionLine(1, 1, None, "Appeler Zxqnom", "Léa", None, "done", date(2026, 8, 1)),),
        decisions=(DecisionLine(2, 1, 4, "Dossier n° 4 : relire", "", date(2026, 12, 1), "open"),),
        cases=(CaseLine(4, 1, "Preuve", "Presse", date(2026, 12, 1), "dans 8 jours", Tone.URGENT, ""),),
        cases_more=0,
        measured="",
        alerts=(AlertLine(3, 1, "Alerte", Tone.URGENT, "5 avis", "rare"),),
        alerts_more=0,
        measures=(Measure("rating", Tile("Note", 4.25, 12, "…", 1, " sur 5", 4.0, Good.UP), 4.0, 4.5, 9),),
        series=Series((Month(date(2026, 9, 1), 4.25, 4.0, 4.5, 12, (0, 1, 0, 0, 2, 3)),), (), "a", "b"),
        drivers=(),
        driving="",
        sources=(SourceLine("Google", "à jour", Tone.CALM),),
        definitions=(("Note", "Moyenne"),),
        origins=Origins((("Version", "3"),), 3, 1),
        notice="",
        people=(Person(1, "zxq", NAME, "Assuré ABCDEF"),),
        quotes=(Quote(1, 77, "Google", "Attente interminable."),),
    )
    return replace(made, **values)  # type: ignore[arg-type]  # fields by name


def test_a_frozen_pack_comes_back_without_names_nor_quotations() -> None:
    kept = frozen.to_json(pack())
    assert "Zxq Nomdefamille" not in kept
    assert "interminable" not in kept
    assert frozen.from_json(kept) == pack(title="", people=(), quotes=())


@settings(max_examples=40, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.one_of(st.none(), st.floats(1, 5)), st.text())
def test_figures_come_back_to_the_last_bit(value: float, rating: float | None, text: str) -> None:
    row = PersonRow(1, rating, rating, rating, 1, 2, 3, 4, 5, 6, 7, rating, 8, 9, 10)
    funnel = FunnelFacts(text, value, (FunnelPoint(value, value),))
    made = pack(title="", people=(), quotes=(), rows=(row,), funnel=funnel, sentence=text)
    assert frozen.from_json(frozen.to_json(made)) == made


def test_an_older_or_newer_pack_is_still_read() -> None:
    known = json.loads(frozen.to_json(pack()))
    del known["pack"]["sections"]
    known["pack"]["a_field_of_tomorrow"] = [1]
    assert frozen.from_json(json.dumps(known)).sections == ()


def test_a_broker_s_version_names_nobody_and_quotes_nothing() -> None:
    secret = Section("s", "Secret", "…", is_for_brokers=False)
    shown = for_broker(pack(sections=(secret, Section("p", "Public", "…"))))
    assert (shown.audience, shown.heading, shown.quotes) == (Audience.BROKER, "Assuré ABCDEF", ())
    assert [section.key for section in shown.sections] == ["p"]
    assert "Zxqnom" not in shown.followed[0].text


def test_who_was_erased_is_no_longer_named() -> None:
    assert pack(people=()).name(1) == GONE
    assert people_of(pack()) == [1]
