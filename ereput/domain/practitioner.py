"""Who is spoken of, and who may look."""

from dataclasses import dataclass
from enum import StrEnum


class Guarantee(StrEnum):
    """Whether the practitioner's contract holds an e-reputation guarantee."""

    YES = "oui"
    NO = "non"
    UNKNOWN = "inconnue"


class Profession(StrEnum):
    """The professions whose code of ethics the guidance base knows."""

    DOCTOR = "medecin"
    DENTIST = "chirurgien_dentiste"
    MIDWIFE = "sage_femme"
    NURSE = "infirmier"
    PHYSIOTHERAPIST = "masseur_kinesitherapeute"
    PODIATRIST = "pedicure_podologue"
    PHARMACIST = "pharmacien"
    OTHER = "autre_sans_ordre"


class Role(StrEnum):
    """What a viewer is to the portfolio."""

    ADMINISTRATOR = "administrateur"
    BROKER = "courtier"
    PRACTITIONER = "praticien"
    READER = "lecteur"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking. Every read of the store takes one.

    An administrator sees everything; a broker or a reader the portfolios listed;
    a practitioner only the practitioners listed.
    """

    name: str
    role: Role
    portfolios: frozenset[int] = frozenset()
    practitioners: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A health professional, or a structure with its own reviews."""

    id: int
    slug: str
    name: str
    profession: Profession
    portfolio: str
    specialty: str = ""
    city: str = ""
    department: str = ""
    rpps: str = ""
    email: str = ""
    guarantee: Guarantee = Guarantee.UNKNOWN
    insurer: str = ""
    contract: str = ""
    declaration_days: int | None = None
    is_structure: bool = False
    is_demo: bool = False
