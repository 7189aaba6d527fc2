import re
from pathlib import Path

import pytest

from ereput.guidance.base import load
from ereput.guidance.group import load_alerts
from ereput.guidance.model import Origin
from ereput.guidance.presence import load_presence
from ereput.guidance.qualification import load_questions
from ereput.guidance.reading import plain

PROJECT = Path(__file__).parents[2]
BASE = load()
GROUPS = {entry.id: entry for entry in load_alerts(BASE).steps}
PRESENCE = {step.id: step for step in load_presence(BASE).steps}
QUESTIONS = {question.id: question for question in load_questions(BASE).questions}
RULES = {"secret": BASE.secrecy, "controle_reponse": BASE.reply_rules, "notice": BASE.disclaimer}
DOCUMENT = (PROJECT / "docs" / "plaquette.md").read_text(encoding="utf-8")
ROWS = [
    (plain(match[1]), re.findall(r"`(\w+):(\w+)`", match[3]))
    for match in re.finditer(r"^\| « (.+) » \| (.+) \| (.+) \|$", DOCUMENT, re.MULTILINE)
]
KNOWN = {
    "step": BASE.steps,
    "deadline": BASE.deadlines,
    "deviation": BASE.deviations,
    "source": BASE.sources,
    "group": GROUPS,
    "presence": PRESENCE,
    "question": QUESTIONS,
    "rule": RULES,
}
OF_THE_LEAFLET = {Origin.LEAFLET, Origin.CORRECTED}


def claims() -> dict[tuple[str, str], str]:
    """What says that it comes from the leaflet, with the words that it quotes."""
    found = {("step", s.id): s.leaflet for s in BASE.steps.values() if s.origin in OF_THE_LEAFLET}
    found |= {("group", g.id): g.leaflet for g in GROUPS.values() if g.origin in OF_THE_LEAFLET}
    found |= {("presence", p.id): p.leaflet for p in PRESENCE.values() if p.origin in OF_THE_LEAFLET}
    found |= {("question", q.id): q.leaflet for q in QUESTIONS.values() if q.leaflet}
    found |= {("deviation", d.id): d.leaflet or "" for d in BASE.deviations.values()}
    return found | {("rule", "secret"): BASE.secrecy.leaflet}


def test_the_table_is_read_whole() -> None:
    assert len(ROWS) == DOCUMENT.count("\n| ") - 1
    assert len(ROWS) > 25


@pytest.mark.parametrize(("sentence", "anchors"), ROWS, ids=[row[0][:40] for row in ROWS])
def test_each_row_quotes_the_leaflet_and_leads_somewhere(
    sentence: str, anchors: list[tuple[str, str]]
) -> None:
    assert sentence in plain(BASE.leaflet)
    assert anchors
    for kind, name in anchors:
        if kind == "page":
            assert (PROJECT / "pages" / f"{name}.py").is_file()
        else:
            assert name in KNOWN[kind], f"{kind}:{name}"


def test_no_sentence_of_the_leaflet_is_an_orphan() -> None:
    rest = plain(BASE.leaflet)
    for sentence, _ in sorted(ROWS, key=lambda row: -len(row[0])):
        rest = rest.replace(sentence, " ")
    assert set(rest) <= set(" #-°✓:,"), rest


@pytest.mark.parametrize(("anchor", "quoted"), claims().items(), ids=[":".join(key) for key in claims()])
def test_nothing_that_claims_the_leaflet_is_an_orphan(anchor: tuple[str, str], quoted: str) -> None:
    carrying = [sentence for sentence, anchors in ROWS if anchor in anchors]
    assert carrying
    # The row that names it is the one that it quotes.
    assert any(plain(quoted) in sentence or sentence in plain(quoted) for sentence in carrying)


def test_what_we_write_never_says_illegal() -> None:
    # Two warnings quote the word, on purpose, to tell not to use it.
    allowed = {"« avis illégal »", "« contenu illégal »", "« illégal »"}
    folders = [PROJECT / "data" / "guidance", PROJECT / "ereput" / "guidance"]
    said = [
        quoted
        for folder in folders
        for path in sorted(folder.rglob("*.*"))
        if path.suffix in {".py", ".yaml", ".md", ".txt"}
        for quoted in re.findall(
            r"«[^«»]*illéga[^«»]*»|illéga\w*", path.read_text(encoding="utf-8"), re.IGNORECASE
        )
    ]
    assert sorted(said) == sorted(allowed)
