"""From the YAML of the base to its frozen values, one small reader a kind; each error names its place.

`Context` holds what may be referred to: a reference to anything else dangles and is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ereput.domain.practitioner import Guarantee, Profession
from ereput.guidance.model import (
    ALWAYS,
    AnyOf,
    Attested,
    Author,
    Condition,
    Criteria,
    Criterion,
    DaysBefore,
    Deadline,
    DeadlinePassed,
    Deviation,
    Duration,
    Example,
    Flag,
    GdprPoint,
    LegalRef,
    Moment,
    MomentKind,
    Nature,
    Origin,
    ProfessionRules,
    Qualification,
    Replacement,
    ReplyChecked,
    ReplyRule,
    Rise,
    SecrecyRule,
    Source,
    Start,
    StartDay,
    StartKind,
    Status,
    Step,
    StepDeadline,
    StepsDone,
    Test,
    Topic,
    Uncertain,
    Unit,
    YesNo,
)
from ereput.guidance.strict import Node, unique

VALUES: Mapping[Criterion, type[StrEnum]] = MappingProxyType(
    {
        Criterion.QUALIFICATION: Qualification,
        Criterion.AUTHOR: Author,
        Criterion.DIRECT_REPLY: YesNo,
        Criterion.GUARANTEE: Guarantee,
        Criterion.REPORTED: YesNo,
        Criterion.FLAGS: Flag,
    }
)
_CLAIMS_NO_READING = {Status.TO_VERIFY, Status.TOOL_CHOICE}
_TESTS = ("etape", "une_des_etapes", "attestation", "controle", "jours_avant", "echeance_passee", "un_de")


@dataclass(frozen=True, slots=True)
class Context:
    """The identifiers that the base defines, and the leaflet that it quotes."""

    sources: Mapping[str, Source]
    starts: Mapping[str, Start]
    deadlines: frozenset[str]
    steps: frozenset[str]
    templates: frozenset[str]
    leaflet: str


def plain(text: str) -> str:
    """Return a text of the leaflet without its bold marks, its white space made single."""
    return " ".join(text.replace("**", "").split())


def sources(node: Node) -> dict[str, Source]:
    """Read the sources by id."""
    result = {}
    for name, entry in node.entries().items():
        fields = entry.fields(("titre", "lieu"))
        result[name] = Source(name, fields["titre"].text(), fields["lieu"].text())
    return result


def reasons(node: Node) -> dict[Criterion, Mapping[str, str]]:
    """Read the criteria: their values are exactly the code's, and each has its sentence."""
    names = {criterion: criterion.value for criterion in Criterion} | {Criterion.FLAGS: "drapeaux"}
    fields = node.fields([*names.values(), "raisons", "semantique_quand", "note_auteur"])
    sentences = fields["raisons"].fields(names.values())
    result: dict[Criterion, Mapping[str, str]] = {}
    for criterion, name in names.items():
        known = [member.value for member in VALUES[criterion]]
        if sorted(fields[name].texts()) != sorted(known):
            raise fields[name].fail(f"les valeurs attendues sont {', '.join(known)}")
        result[criterion] = MappingProxyType(
            {key: entry.text() for key, entry in sentences[name].fields(known).items()}
        )
    return result


def starts(node: Node, deadlines: frozenset[str]) -> dict[str, Start]:
    """Read what deadlines count from; only a chain follows another deadline."""
    result = {}
    for name, entry in node.entries().items():
        fields = entry.fields(("libelle", "nature"), ("echeance", "jour"))
        kind = fields["nature"].choice(StartKind)
        if (kind is StartKind.CHAIN) != ("echeance" in fields):
            raise entry.fail("« echeance » va avec la nature « enchainement », et elle seule")
        if (kind is StartKind.ACT) != ("jour" in fields):
            raise entry.fail("« jour » va avec la nature « demarche », et elle seule")
        follows = fields["echeance"].one_of(deadlines, "l'échéance") if "echeance" in fields else ""
        day = fields["jour"].choice(StartDay) if "jour" in fields else StartDay.OTHER
        result[name] = Start(name, fields["libelle"].text(), kind, follows, day)
    return result


def criteria(node: Node) -> Criteria:
    """Read a « quand »: and between keys, or within each list."""
    tests = []
    for name, entry in node.fields((), [criterion.value for criterion in Criterion]).items():
        criterion = Criterion(name)
        values = [item.choice(VALUES[criterion]).value for item in entry.items()]
        if not values or len(set(values)) != len(values):
            raise entry.fail("des valeurs distinctes sont attendues")
        tests.append((criterion, frozenset(values)))
    if not tests:
        raise node.fail("au moins un critère est attendu")
    return Criteria(tuple(tests))


def legal_ref(node: Node, ctx: Context) -> LegalRef:
    """Read a legal basis; what claims to have been read names its source."""
    fields = node.fields(("ref", "statut"), ("source", "note"))
    status = fields["statut"].choice(Status)
    source = _source(fields, ctx)
    if source is None and status not in _CLAIMS_NO_READING:
        raise node.fail(f"le statut {status.value} demande une source")
    return LegalRef(fields["ref"].text(), status, source, _text(fields, "note"))


def legal_refs(node: Node, ctx: Context) -> tuple[LegalRef, ...]:
    """Read a list of legal bases."""
    return tuple(legal_ref(item, ctx) for item in node.items())


def condition(node: Node, ctx: Context) -> Condition:
    """Read a typed prerequisite: exactly one test, and its sentence."""
    fields = node.fields(("phrase",), (*_TESTS, "au_moins", "sinon", "envoyee_suffit", "si", "conseille"))
    named = [name for name in _TESTS if name in fields]
    if len(named) != 1:
        raise node.fail(f"une seule condition est attendue parmi : {', '.join(_TESTS)}")
    if (named == ["jours_avant"]) != ("au_moins" in fields) or (
        "sinon" in fields and "au_moins" not in fields
    ):
        raise node.fail("« au_moins » et « sinon » vont avec « jours_avant », et elle seule")
    if "envoyee_suffit" in fields and named[0] not in {"etape", "une_des_etapes"}:
        raise node.fail("« envoyee_suffit » ne va qu'avec une étape")
    return Condition(
        test=_test(named[0], fields, ctx),
        sentence=fields["phrase"].text(),
        advised=_flag(fields, "conseille"),
        when=criteria(fields["si"]) if "si" in fields else ALWAYS,
    )


def deadline(node: Node, ctx: Context) -> Deadline:
    """Read a deadline."""
    fields = node.fields(
        ("id", "libelle", "depart", "duree", "nature", "calcul", "base", "statut", "satisfait_par"),
        (
            *("si_incertain", "fondement_en_ligne", "interrompt", "n_interrompt_pas", "alertes_jours"),
            *("exemples", "consequence", "remplacement", "envoi_conseille_jours"),
        ),
    )
    start = ctx.starts[fields["depart"].one_of(ctx.starts, "le départ")]
    online = (legal_ref(fields["fondement_en_ligne"], ctx),) if "fondement_en_ligne" in fields else ()
    return Deadline(
        id=fields["id"].text(),
        label=fields["libelle"].text(),
        start=start,
        duration=_duration(fields["duree"]),
        nature=fields["nature"].choice(Nature),
        status=fields["statut"].choice(Status),
        how=fields["calcul"].text(),
        legal=legal_refs(fields["base"], ctx) + online,
        uncertain=_uncertain(fields.get("si_incertain"), start),
        replacement=_replacement(fields["remplacement"]) if "remplacement" in fields else None,
        send_by_days=fields["envoi_conseille_jours"].whole() if "envoi_conseille_jours" in fields else None,
        reminder_days=tuple(item.whole() for item in _items(fields, "alertes_jours")),
        interrupted_by=tuple(item.text() for item in _items(fields, "interrompt")),
        not_interrupted_by=tuple(item.text() for item in _items(fields, "n_interrompt_pas")),
        consequence=_text(fields, "consequence"),
        examples=tuple(_example(item) for item in _items(fields, "exemples")),
        met_by=references(fields["satisfait_par"], ctx.steps, "l'étape"),
    )


def step(node: Node, ctx: Context) -> Step:
    """Read a step; one that comes from the leaflet quotes it, word for word."""
    fields = node.fields(
        (
            *("id", "rang", "titre", "origine", "texte", "quand", "prerequis", "delais", "avertissements"),
            *("base_legale", "citation_plaquette", "modeles", "statut"),
        ),
        ("quand_ou", "exclu_si_drapeau", "remonte_en_tete_si", "parallele", "facultatif", "profession"),
    )
    origin = fields["origine"].choice(Origin)
    leaflet = quotation(fields["citation_plaquette"], ctx)
    if leaflet is None and origin in {Origin.LEAFLET, Origin.CORRECTED}:
        raise node.fail(f"l'origine {origin.value} demande une citation de la plaquette")
    planned = fields["delais"].items()
    return Step(
        id=fields["id"].text(),
        rank=fields["rang"].whole(),
        title=fields["titre"].text(),
        origin=origin,
        text=fields["texte"].text(),
        when=(criteria(fields["quand"]), *(criteria(item) for item in _items(fields, "quand_ou"))),
        excluded_by=frozenset(item.choice(Flag) for item in _items(fields, "exclu_si_drapeau")),
        rises=tuple(_rise(item, ctx) for item in _items(fields, "remonte_en_tete_si")),
        prerequisites=tuple(condition(item, ctx) for item in fields["prerequis"].items()),
        deadlines=tuple(_step_deadline(item, ctx) for item in planned if "echeance" in item.entries()),
        moments=tuple(_moment(item, ctx) for item in planned if "echeance" not in item.entries()),
        warnings=fields["avertissements"].texts(),
        legal=legal_refs(fields["base_legale"], ctx),
        topics=tuple(item.choice(Topic) for item in _items(fields, "profession")),
        leaflet=leaflet,
        templates=references(fields["modeles"], ctx.templates, "le modèle"),
        status=fields["statut"].choice(Status),
        optional=_flag(fields, "facultatif"),
        parallel=_flag(fields, "parallele"),
    )


def quotation(node: Node, ctx: Context) -> str | None:
    """Read a quotation of the leaflet, or None; it must be there word for word."""
    if node.value is None:
        return None
    if plain(node.text()) not in ctx.leaflet:
        raise node.fail("cette citation n'est pas dans la plaquette")
    return node.text()


def deviation(node: Node, ctx: Context) -> Deviation:
    """Read where the base departs from the leaflet."""
    fields = node.fields(("id", "plaquette", "correction", "base", "statut", "etapes"))
    return Deviation(
        id=fields["id"].text(),
        leaflet=quotation(fields["plaquette"], ctx),
        correction=fields["correction"].text(),
        basis=fields["base"].text(),
        status=fields["statut"].choice(Status),
        steps=references(fields["etapes"], ctx.steps, "l'étape"),
    )


def profession(node: Node) -> ProfessionRules:
    """Read a profession's code of ethics by topic, each with its own status."""
    topics = [topic.value for topic in Topic]
    fields = node.fields(("profession", "statut", *topics))
    statuses = fields["statut"].fields(topics)
    rules = {
        Topic(name): LegalRef(fields[name].text(), statuses[name].choice(Status), None, "") for name in topics
    }
    return ProfessionRules(fields["profession"].choice(Profession), MappingProxyType(rules))


def secrecy(node: Node, ctx: Context) -> SecrecyRule:
    """Read the rule of secrecy, with the leaflet's words."""
    fields = node.fields(("texte", "citation_plaquette", "base"))
    leaflet = quotation(fields["citation_plaquette"], ctx)
    if leaflet is None:
        raise node.fail("la règle du secret cite la plaquette")
    return SecrecyRule(fields["texte"].text(), leaflet, legal_refs(fields["base"], ctx))


def reply_rules(node: Node) -> tuple[ReplyRule, ...]:
    """Read the rules of the reply check; each regular expression compiles."""
    fields = node.fields(("principe", "bloquant", "avertissement"))
    rules = []
    for name in ("bloquant", "avertissement"):
        unique(fields[name].items())
        for item in fields[name].items():
            entry = item.fields(("id",), ("regex", "regle"))
            if ("regex" in entry) == ("regle" in entry):
                raise item.fail("soit une regex, soit une regle est attendue")
            pattern = _text(entry, "regex")
            try:
                re.compile(pattern)
            except re.error as error:
                raise item.fail(f"expression illisible ({error})") from error
            rules.append(ReplyRule(entry["id"].text(), name == "bloquant", pattern, _text(entry, "regle")))
    return tuple(rules)


def gdpr(node: Node, ctx: Context) -> GdprPoint:
    """Read a point of data protection."""
    fields = node.fields(("id", "point", "regle", "statut"), ("source",))
    return GdprPoint(
        id=fields["id"].text(),
        title=fields["point"].text(),
        rule=fields["regle"].text(),
        status=fields["statut"].choice(Status),
        source=_source(fields, ctx),
    )


def references(node: Node, known: frozenset[str], what: str) -> tuple[str, ...]:
    """Read a list of references, each known and written once."""
    names = tuple(item.one_of(known, what) for item in node.items())
    if len(set(names)) != len(names):
        raise node.fail("un même renvoi est écrit deux fois")
    return names


def _test(name: str, fields: Mapping[str, Node], ctx: Context) -> Test:
    node = fields[name]
    test: Test
    match name:
        case "etape":
            test = StepsDone((node.one_of(ctx.steps, "l'étape"),), _flag(fields, "envoyee_suffit"))
        case "une_des_etapes":
            test = StepsDone(references(node, ctx.steps, "l'étape"), _flag(fields, "envoyee_suffit"))
        case "attestation":
            test = Attested(node.text())
        case "controle":
            node.one_of({"reponse_publique"}, "le contrôle")
            test = ReplyChecked()
        case "jours_avant":
            otherwise = fields["sinon"].one_of(ctx.steps, "l'étape") if "sinon" in fields else ""
            test = DaysBefore(_deadline_id(node, ctx), fields["au_moins"].whole(), otherwise)
        case "echeance_passee":
            test = DeadlinePassed(_deadline_id(node, ctx))
        case _:
            test = AnyOf(tuple(condition(item, ctx) for item in node.items()))
    return test


def _rise(node: Node, ctx: Context) -> Rise:
    fields = node.fields(("phrase",), ("jours_restants", "au_plus", "si", "date_incertaine"))
    dated = "jours_restants" in fields
    if dated == _flag(fields, "date_incertaine") or dated != ("au_plus" in fields):
        raise node.fail("soit jours_restants et au_plus, soit date_incertaine est attendu")
    return Rise(
        sentence=fields["phrase"].text(),
        deadline=_deadline_id(fields["jours_restants"], ctx) if dated else "",
        at_most=fields["au_plus"].whole() if dated else 0,
        when=criteria(fields["si"]) if "si" in fields else ALWAYS,
    )


def _step_deadline(node: Node, ctx: Context) -> StepDeadline:
    fields = node.fields(("echeance",), ("si",))
    return StepDeadline(
        _deadline_id(fields["echeance"], ctx), criteria(fields["si"]) if "si" in fields else ALWAYS
    )


def _moment(node: Node, ctx: Context) -> Moment:
    fields = node.fields(("moment", "phrase"), ("etapes", "mois"))
    kind = fields["moment"].choice(MomentKind)
    if (kind is MomentKind.BEFORE_STEPS) != ("etapes" in fields):
        raise node.fail("« etapes » va avec le moment « avant_etapes », et lui seul")
    if (kind is MomentKind.PERIODIC) != ("mois" in fields):
        raise node.fail("« mois » va avec le moment « periodique », et lui seul")
    return Moment(
        kind=kind,
        sentence=fields["phrase"].text(),
        steps=references(fields["etapes"], ctx.steps, "l'étape") if "etapes" in fields else (),
        months=fields["mois"].whole() if "mois" in fields else 0,
    )


def _duration(node: Node) -> Duration:
    fields = node.fields((), [unit.value for unit in Unit])
    if len(fields) != 1:
        raise node.fail("une seule durée est attendue")
    (name, amount), *_ = fields.items()
    if not amount.whole():
        raise amount.fail("une durée d'au moins 1 est attendue")
    return Duration(Unit(name), amount.whole())


def _uncertain(node: Node | None, start: Start) -> Uncertain | None:
    if node is None:
        return None
    if start.kind is not StartKind.PUBLICATION:
        raise node.fail("seule une échéance qui part de la publication a une date incertaine")
    fields = node.fields(("phrase",), ("le_jour_meme", "texte"))
    return Uncertain(fields["phrase"].text(), _flag(fields, "le_jour_meme"), _text(fields, "texte"))


def _replacement(node: Node) -> Replacement:
    fields = node.fields(("minimum", "phrase"))
    return Replacement(fields["minimum"].whole(), fields["phrase"].text())


def _example(node: Node) -> Example:
    fields = node.fields(("depart", "date"), ("prudente", "acte"))
    return Example(
        start=fields["depart"].day(),
        day=fields["date"].day(),
        prudent=fields["prudente"].day() if "prudente" in fields else None,
        act=fields["acte"].day() if "acte" in fields else None,
    )


def _deadline_id(node: Node, ctx: Context) -> str:
    return node.one_of(ctx.deadlines, "l'échéance")


def _source(fields: Mapping[str, Node], ctx: Context) -> Source | None:
    return ctx.sources[fields["source"].one_of(ctx.sources, "la source")] if "source" in fields else None


def _items(fields: Mapping[str, Node], name: str) -> list[Node]:
    return fields[name].items() if name in fields else []


def _text(fields: Mapping[str, Node], name: str) -> str:
    return fields[name].text() if name in fields else ""


def _flag(fields: Mapping[str, Node], name: str) -> bool:
    return fields[name].flag() if name in fields else False
