"""The words of the guidance base, as frozen values. Texts are French, as the base has them.

Nothing here reads a file or a clock: `base.load` builds these values, `route` and `deadlines` use them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ereput.domain.practitioner import Profession


class Qualification(StrEnum):
    """How the user classes the review; provisional, and never decided by the tool."""

    PRESUMED_ILLICIT = "illicite_presume"
    LICIT = "licite"
    TO_QUALIFY = "a_qualifier"
    POSITIVE = "positif"


class Author(StrEnum):
    """Who wrote it, as far as is certain. An internal value, never displayed nor exported."""

    IDENTIFIED_PATIENT = "patient_identifie"
    UNKNOWN = "inconnu"
    NOT_A_PATIENT = "non_patient"
    COMPETITOR = "concurrent"


class YesNo(StrEnum):
    """Whether the site lets one reply directly, or a report stayed without effect."""

    YES = "oui"
    NO = "non"


class Flag(StrEnum):
    """What else is known of the situation."""

    THREAT = "menace"
    HATE_VIOLENCE = "haine_violence"
    PRIVATE_ADDRESS = "adresse_privee"
    COLLEAGUE = "confrere"
    BREAKS_SITE_RULES = "viole_regles_plateforme"
    GDPR_REFUSED = "rgpd_refus_ou_silence"
    PRESS_EXPIRED = "delai_presse_expire"
    REPLY_EXPIRED = "delai_reponse_expire"
    DOUBTFUL = "doute_authenticite"
    UNCERTAIN_DATE = "date_incertaine"
    BLAMES_CARE = "reproche_sur_le_soin"
    PUBLIC_PRACTICE = "exercice_public"


class Criterion(StrEnum):
    """What a rule of the base may look at."""

    QUALIFICATION = "qualification"
    AUTHOR = "auteur"
    DIRECT_REPLY = "reponse_directe"
    GUARANTEE = "garantie"
    REPORTED = "signale_sans_effet"
    FLAGS = "drapeaux_un_de"


class Status(StrEnum):
    """How far a legal statement was verified. A statement `a_verifier` is never shown as settled."""

    TEXT = "verifie_texte"
    OLD_TEXT = "verifie_texte_ancien"
    SECONDARY = "verifie_secondaire"
    TO_VERIFY = "a_verifier"
    TOOL_CHOICE = "choix_outil"


class Origin(StrEnum):
    """Where a step comes from: the leaflet, the leaflet corrected, or beyond it."""

    LEAFLET = "plaquette"
    CORRECTED = "plaquette_corrigee"
    LAW = "complement_legal"
    ETHICS = "complement_deontologie"
    PRACTICE = "bonne_pratique"


class Nature(StrEnum):
    """Who a deadline binds and how hard."""

    HARD = "legal_dur"
    LEGAL = "legal"
    THIRD_PARTY = "legal_tiers"
    CONTRACT = "contractuel"
    THRESHOLD = "seuil"
    CUSTOM = "usage"


class Unit(StrEnum):
    """What a duration is counted in."""

    YEARS = "ans"
    MONTHS = "mois"
    DAYS = "jours"
    WORKING_DAYS = "jours_ouvres"


class StartKind(StrEnum):
    """What makes a deadline start: the publication, knowing of it, an act of ours, another deadline."""

    PUBLICATION = "publication"
    KNOWLEDGE = "connaissance"
    ACT = "demarche"
    CHAIN = "enchainement"


class StartDay(StrEnum):
    """Which day of an act starts a deadline: its sending, its receipt, or an event apart."""

    SENDING = "envoi"
    RECEIPT = "reception"
    OTHER = "autre"


class MomentKind(StrEnum):
    """When a step without deadline is to be done."""

    SAME_DAY = "jour_meme"
    AT_ONCE = "immediat"
    FEW_DAYS = "quelques_jours"
    BEFORE_STEPS = "avant_etapes"
    PERIODIC = "periodique"


class Topic(StrEnum):
    """What a code of ethics speaks of."""

    SECRECY = "secret"
    COMMUNICATION = "communication"
    CONFRATERNITY = "confraternite"
    MORALITY = "moralite"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement was read."""

    id: str
    title: str
    place: str


@dataclass(frozen=True, slots=True)
class LegalRef:
    """A legal or documentary basis; `source` is None only for a status that claims no reading."""

    ref: str
    status: Status
    source: Source | None
    note: str

    @property
    def source_title(self) -> str:
        """The title of the source, or "" where none was read."""
        return self.source.title if self.source else ""


@dataclass(frozen=True, slots=True)
class Criteria:
    """All of the criteria hold, each by at least one of its values. Empty: always."""

    tests: tuple[tuple[Criterion, frozenset[str]], ...] = ()


ALWAYS = Criteria()


@dataclass(frozen=True, slots=True)
class StepsDone:
    """At least one of these steps is done; or only sent, awaiting its answer, when `sent` suffices."""

    steps: tuple[str, ...]
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Attested:
    """A person attests that the sentence is true."""

    key: str


@dataclass(frozen=True, slots=True)
class ReplyChecked:
    """The public text passed the reply check without anything blocking."""


@dataclass(frozen=True, slots=True)
class DaysBefore:
    """At least `days` days are left before a deadline, or the step `otherwise` is done."""

    deadline: str
    days: int
    otherwise: str


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The last day of a deadline is over."""

    deadline: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these conditions holds."""

    conditions: tuple["Condition", ...]


Test = StepsDone | Attested | ReplyChecked | DaysBefore | DeadlinePassed | AnyOf


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold before a step, with its French sentence. An `advised` one never blocks."""

    test: Test
    sentence: str
    advised: bool = False
    when: Criteria = ALWAYS


@dataclass(frozen=True, slots=True)
class StepDeadline:
    """A deadline that a step carries, for the situations `when` speaks of."""

    deadline: str
    when: Criteria = ALWAYS


@dataclass(frozen=True, slots=True)
class Moment:
    """When to do a step that no deadline dates. `steps` and `months` only for the kinds that use them."""

    kind: MomentKind
    sentence: str
    steps: tuple[str, ...] = ()
    months: int = 0


@dataclass(frozen=True, slots=True)
class Rise:
    """A reason for a step to come first: few days left before a deadline, or an uncertain date."""

    sentence: str
    deadline: str = ""
    at_most: int = 0
    when: Criteria = ALWAYS

    @property
    def on_uncertain_date(self) -> bool:
        """Whether the reason is that the date of publication is uncertain."""
        return not self.deadline


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a deadline runs."""

    unit: Unit
    amount: int


@dataclass(frozen=True, slots=True)
class Start:
    """What a deadline counts from. `deadline` is the one that a chain follows, `day` the day of an act."""

    id: str
    label: str
    kind: StartKind
    deadline: str
    day: StartDay


@dataclass(frozen=True, slots=True)
class Uncertain:
    """What is said, and done the same day or not, when the date of publication is uncertain."""

    sentence: str
    same_day: bool
    text: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who gives another number of days may not go under `minimum`."""

    minimum: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example of the base; `prudent` and `act` where the base gives them."""

    start: date
    day: date
    prudent: date | None
    act: date | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline of the base. `met_by` are the steps that discharge it; none means: until the case closes."""

    id: str
    label: str
    start: Start
    duration: Duration
    nature: Nature
    status: Status
    how: str
    legal: tuple[LegalRef, ...]
    uncertain: Uncertain | None
    replacement: Replacement | None
    send_by_days: int | None
    reminder_days: tuple[int, ...]
    interrupted_by: tuple[str, ...]
    not_interrupted_by: tuple[str, ...]
    consequence: str
    examples: tuple[Example, ...]
    met_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the base: who it is for, what to do, what to beware of, on what basis."""

    id: str
    rank: int
    title: str
    origin: Origin
    text: str
    when: tuple[Criteria, ...]
    excluded_by: frozenset[Flag]
    rises: tuple[Rise, ...]
    prerequisites: tuple[Condition, ...]
    deadlines: tuple[StepDeadline, ...]
    moments: tuple[Moment, ...]
    warnings: tuple[str, ...]
    legal: tuple[LegalRef, ...]
    topics: tuple[Topic, ...]
    leaflet: str | None
    templates: tuple[str, ...]
    status: Status
    optional: bool
    parallel: bool


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where the base departs from the leaflet; `leaflet` is None where the leaflet is silent."""

    id: str
    leaflet: str | None
    correction: str
    basis: str
    status: Status
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProfessionRules:
    """What a profession's code of ethics says on each topic."""

    profession: Profession
    rules: Mapping[Topic, LegalRef]


@dataclass(frozen=True, slots=True)
class SecrecyRule:
    """The one rule above all: nothing confirms or denies a care relationship."""

    text: str
    leaflet: str
    legal: tuple[LegalRef, ...]


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """A rule of the reply check: a regular expression, or a rule in words where `pattern` is empty."""

    id: str
    blocking: bool
    pattern: str
    words: str


@dataclass(frozen=True, slots=True)
class GdprPoint:
    """A point of data protection for who runs the tool."""

    id: str
    title: str
    rule: str
    status: Status
    source: Source | None


@dataclass(frozen=True, slots=True)
class Field:
    """A `{{field}}` of a template and what to write there; an optional one may stay empty."""

    name: str
    hint: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording of a template (a tone, a version), with its `{{fields}}`."""

    name: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A letter, a note or a reply to choose, fill, check and send oneself.

    `public` says that the text is to be published, hence to pass the reply check.
    """

    id: str
    title: str
    public: bool
    steps: tuple[str, ...]
    status: str
    when: str
    basis: str
    variants: tuple[Variant, ...]
    fields: tuple[Field, ...]
    checks: tuple[str, ...]
    never: tuple[str, ...]
