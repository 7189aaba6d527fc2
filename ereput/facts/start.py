"""The first minute: from an empty installation to the first result, one step after the other."""

from dataclasses import dataclass
from datetime import datetime

from ereput.domain.practitioner import Role, Viewer
from ereput.facts.period import Period
from ereput.facts.scope import Scope
from ereput.facts.shapes import Target
from ereput.store import Store, feeds, reads_home


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the beginning. `is_next`: the first that is left; without `target` it is done here."""

    title: str
    text: str
    is_done: bool
    is_next: bool = False
    action: str = ""
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning; `can_change` when the viewer may take these steps, or else asks somebody who may."""

    stages: tuple[Stage, ...]
    can_change: bool
    can_show: bool  # whether made-up practitioners may be brought in for a look


def read(store: Store, viewer: Viewer, scope: Scope, _period: Period, _now: datetime) -> Start:
    """Return the steps of the beginning, those already taken marked as such."""
    with store.reading() as connection:
        has_reviews = reads_home.holds_publications(connection, viewer)
        has_feeds = bool(feeds.read_all(connection, viewer))
    has_people = not scope.is_empty
    done = (has_people, has_reviews, has_feeds, has_reviews)
    rank = next((rank for rank, is_done in enumerate(done) if not is_done), len(done))
    return Start(
        tuple(
            Stage(title, text, is_done, at == rank, action, target)
            for at, ((title, text, action, target), is_done) in enumerate(zip(_STAGES, done, strict=True))
        ),
        can_change=viewer.role in (Role.ADMINISTRATOR, Role.BROKER),
        can_show=viewer.role is Role.ADMINISTRATOR and scope.is_empty,
    )


_STAGES: tuple[tuple[str, str, str, Target | None], ...] = (
    (
        "Dire de qui il s’agit",
        "Le nom comme il s’affiche sur les sites d’avis, la profession et la ville. Le reste peut attendre.",
        "",
        None,
    ),
    (
        "Déposer un export d’avis",
        (
            "Un fichier Google, Trustpilot, Facebook ou un simple tableur : la page Sources dit, pour chaque "
            "plateforme, comment l’obtenir. Le même fichier déposé deux fois ne compte pas double."
        ),
        "Déposer un fichier",
        Target.to("sources"),
    ),
    (
        "Suivre un flux",
        (
            "Une alerte, un journal, un forum : collez l’adresse d’un flux RSS ou Atom. Rien d’autre n’est "
            "demandé à Internet."
        ),
        "Ajouter un flux",
        Target.to("sources", sources_partie="Flux"),
    ),
    (
        "Lire le résultat",
        (
            "Cette page dira ce qu’il y a à faire ; Praticien, comment la note évolue ; Alertes, ce qui est "
            "inhabituel et la suite à donner."
        ),
        "Voir le guide en attendant",
        Target.to("guide"),
    ),
)
