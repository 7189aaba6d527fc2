"""The Guide page: the leaflet word for word, what the base adds to it, and the models of letters."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from ereput.domain.practitioner import Profession, Viewer
from ereput.facts import advice, french
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Basis, Notice, Step
from ereput.guidance import base as bases
from ereput.guidance import model
from ereput.guidance.base import Base
from ereput.guidance.reading import plain
from ereput.store import Store
from ereput.text.normalise import fold

PROFESSIONS = {
    Profession.DOCTOR: "Médecin",
    Profession.DENTIST: "Chirurgien-dentiste",
    Profession.MIDWIFE: "Sage-femme",
    Profession.NURSE: "Infirmier",
    Profession.PHYSIOTHERAPIST: "Masseur-kinésithérapeute",
    Profession.PODIATRIST: "Pédicure-podologue",
    Profession.PHARMACIST: "Pharmacien",
    Profession.OTHER: "Autre profession, sans Ordre",
}
_TOPICS = {
    model.Topic.SECRECY: "Secret professionnel",
    model.Topic.COMMUNICATION: "Communication",
    model.Topic.CONFRATERNITY: "Confraternité",
    model.Topic.MORALITY: "Moralité",
}
_ADVICE, _ACT = "- ✓ ", "- ° "
_MEANS = "Différents moyens d'actions"
_FIRST, _LAST = "En premier lieu", "Veillez"
_ROUTES = (
    ("En cas d'avis illicite", "En cas d’avis illicite présumé", model.Qualification.PRESUMED_ILLICIT),
    ("En cas d'avis licite", "En cas d’avis licite", model.Qualification.LICIT),
)


@dataclass(frozen=True, slots=True)
class Route:
    """One of the leaflet's two routes: its lines, and the base's steps in order, what it adds included."""

    title: str
    lines: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a profession's code of ethics says: (topic, ground)."""

    profession: str
    grounds: tuple[tuple[str, Basis], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A model to copy, complete by hand, check and send oneself; `variants` are (name, text)."""

    id: str
    title: str
    is_public: bool
    when: str
    basis: str
    variants: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]
    checks: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole page. `first` and `reminder` open and close the leaflet's second side."""

    sentence: str
    advice: tuple[str, ...]
    means: tuple[str, ...]
    first: str
    reminder: str
    routes: tuple[Route, ...]
    secrecy: str
    secrecy_grounds: tuple[Basis, ...]
    professions: tuple[Rules, ...]
    letters: tuple[Letter, ...]
    notice: Notice

    def matching(self, words: str) -> "Guide":
        """Return the guide with only the steps, professions and models that hold all of the words."""
        wanted = fold(words).split()
        if not wanted:
            return self
        routes = tuple(
            replace(
                route,
                lines=tuple(line for line in route.lines if _holds(wanted, line)),
                steps=tuple(step for step in route.steps if _holds(wanted, step)),
            )
            for route in self.routes
        )
        return replace(
            self,
            advice=tuple(line for line in self.advice if _holds(wanted, line)),
            means=tuple(line for line in self.means if _holds(wanted, line)),
            first=self.first if _holds(wanted, self.first) else "",
            reminder=self.reminder if _holds(wanted, self.reminder) else "",
            routes=routes,
            professions=tuple(rules for rules in self.professions if _holds(wanted, rules)),
            letters=tuple(letter for letter in self.letters if _holds(wanted, letter)),
        )

    @property
    def size(self) -> int:
        """How many lines, steps, professions and models are shown."""
        routes = sum(len(route.lines) + len(route.steps) for route in self.routes)
        return len(self.advice) + len(self.means) + routes + len(self.professions) + len(self.letters)


def read(_store: Store, _viewer: Viewer, scope: Scope, _period: Period, now: datetime) -> Guide:
    """Return the guide; the chosen practitioner's profession comes first."""
    guide = _guide(bases.load(), advice.notice(bases.load(), now.date()))
    if scope.chosen is None:
        return guide
    own = PROFESSIONS[scope.chosen.profession]
    ordered = tuple(sorted(guide.professions, key=lambda rules: rules.profession != own))
    return replace(guide, professions=ordered)


def _holds(wanted: list[str], entry: object) -> bool:
    text = fold(str(entry))
    return all(word in text for word in wanted)


def _guide(base: Base, notice: Notice) -> Guide:
    lines = leaflet_lines(base.leaflet)
    routes = tuple(_route(base, lines, *names) for names in _ROUTES)
    tips = tuple(line.removeprefix(_ADVICE) for line in lines if line.startswith(_ADVICE))
    return Guide(
        sentence=f"{french.plural(len(tips), 'conseil')} pour protéger votre e-réputation ; "
        "face à un avis négatif, deux voies selon qu’il est licite ou illicite présumé.",
        advice=tips,
        means=_means(lines),
        first=_starting(lines, _FIRST),
        reminder=_starting(lines, _LAST),
        routes=routes,
        secrecy=base.secrecy.text,
        secrecy_grounds=advice.bases(base.secrecy.legal),
        professions=tuple(
            Rules(
                PROFESSIONS[rules.profession],
                tuple((_TOPICS[topic], advice.basis(ref)) for topic, ref in rules.rules.items()),
            )
            for rules in base.professions.values()
        ),
        letters=tuple(_letter(base, template) for template in base.templates.values()),
        notice=notice,
    )


@cache
def leaflet_lines(leaflet: str) -> tuple[str, ...]:
    """Return the leaflet's lines that hold something, without their bold marks."""
    return tuple(line.strip() for line in leaflet.replace("**", "").splitlines() if line.strip())


def _starting(lines: tuple[str, ...], words: str) -> str:
    return next((line for line in lines if line.startswith(words)), "")


def _means(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the leaflet's means of action, which it lists in one sentence."""
    _, _, listed = _starting(lines, _MEANS).partition(" : ")
    return tuple(part.strip(" .") for part in listed.split(", ") if part.strip(" ."))


def _route(
    base: Base, lines: tuple[str, ...], heading: str, title: str, qualification: model.Qualification
) -> Route:
    found: list[str] = []
    inside = False
    for line in lines:
        if line.startswith(_ACT):
            if inside:
                found.append(line.removeprefix(_ACT))
        else:
            inside = line.removeprefix("- ").startswith(heading)
    steps = sorted(
        (step for step in base.steps.values() if _concerns(step, qualification)), key=lambda step: step.rank
    )
    return Route(title, tuple(found), tuple(advice.plain(base, step) for step in steps))


def _concerns(step: model.Step, qualification: model.Qualification) -> bool:
    """Whether a step speaks of this qualification in particular."""
    return any(
        criterion is model.Criterion.QUALIFICATION and qualification in allowed
        for rule in step.when
        for criterion, allowed in rule.tests
    )


def _letter(base: Base, template: model.Template) -> Letter:
    def worded(text: str) -> str:
        return advice.worded(base, text)

    return Letter(
        id=template.id,
        title=template.title,
        is_public=template.public,
        when=worded(plain(template.when)),
        basis=worded(plain(template.basis)),
        variants=tuple((variant.name, variant.text) for variant in template.variants),
        fields=tuple((field.name, worded(field.hint)) for field in template.fields),
        checks=tuple(worded(check) for check in template.checks),
        never=tuple(worded(line) for line in template.never),
    )
