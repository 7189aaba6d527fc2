"""Check everything that can go wrong with an installation, and say the way out of each.

Nothing is changed. Each check stands alone: one that cannot run says so and the others go on.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from ereput.domain.errors import RefusedError
from ereput.facts import french
from ereput.ingest import platforms
from ereput.jobs import evidence, ledger, models, retention
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.settings import Settings
from ereput.store import Store, cases, erasures, health, open_store, snapshot
from ereput.store.engine import MIGRATIONS

SAMPLE = 200
"""Practitioners whose counts are made anew: all of most installations, a share of the largest."""
FAILURES = 3
SCARCE, NONE_LEFT = 1_000_000_000, 100_000_000
"""Bytes of free disk: below the first a backup may not fit, below the second nothing does."""
SKEW = timedelta(minutes=5)
BACKUP_DAYS = 7
LEFTOVERS = (".restauration-*", ".sauvegarde-*", "*.part", "preuves/.depot-*")
_GRACE_SECONDS = 3600


class State(StrEnum):
    """What a check found."""

    OK = "OK"
    WATCH = "à voir"
    BROKEN = "en panne"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name for programs, its label, what was found and the way out (""  when all is well)."""

    name: str
    label: str
    state: State
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class _Patient:
    """What is examined."""

    settings: Settings
    store: Store

    @property
    def context(self) -> Context:
        return Context(self.store, ADMINISTRATOR, self.settings.now())


Verdict = tuple[State, str, str]
_GOOD = State.OK


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Run every check, in the order in which a fault would explain the next ones."""
    with closing(open_store(settings.database_url)) as store:
        return tuple(_findings(_Patient(settings, store)))


def _findings(patient: _Patient) -> Iterator[Finding]:
    for name, (label, check) in _CHECKS.items():
        yield Finding(name, label, *_run(check, patient))
    if patient.store.is_sqlite and not _file(patient.store).exists():
        return
    opened = Finding("base", "Base de données", *_run(_opens, patient))
    yield opened
    if opened.state is State.BROKEN:
        return
    for name, (label, check) in _STORE_CHECKS.items():
        yield Finding(name, label, *_run(check, patient))


def _run(check: Callable[[_Patient], Verdict], patient: _Patient) -> Verdict:
    try:
        return check(patient)
    except (OSError, ValueError, sa.exc.SQLAlchemyError, RefusedError) as error:
        why = str(error) if isinstance(error, RefusedError) else type(error).__name__
        return State.BROKEN, f"la vérification n’a pas pu se faire ({why})", "Réglez d’abord ce qui précède."


# -- the machine


def _writable(patient: _Patient) -> Verdict:
    home = patient.settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return (
            State.BROKEN,
            f"on ne peut pas écrire dans {home}",
            ("Donnez à l’utilisateur qui lance l’outil le droit d’y écrire, ou changez EREPUT_HOME."),
        )
    return _GOOD, f"on peut écrire dans {home}", ""


def _space(patient: _Patient) -> Verdict:
    free = shutil.disk_usage(patient.settings.home).free
    text = f"{french.size(free)} libres"
    if free < NONE_LEFT:
        return State.BROKEN, text, "Libérez de la place : plus rien ne pourra être enregistré."
    if free < SCARCE:
        return State.WATCH, text, "Libérez de la place : une sauvegarde pourrait ne pas tenir."
    return _GOOD, text, ""


def _leftovers(patient: _Patient) -> Verdict:
    oldest = patient.settings.now().timestamp() - _GRACE_SECONDS
    found = []
    for pattern in LEFTOVERS:
        for path in patient.settings.home.glob(pattern):
            with suppress(FileNotFoundError):
                found += [path.name] if path.stat().st_mtime < oldest else []
    if found:
        names = french.joined(sorted(found)[:5])
        return State.WATCH, f"restes d’une opération coupée : {names}", "Supprimez-les : rien n’en dépend."
    return _GOOD, "aucun reste d’une opération coupée", ""


def _models(_: _Patient) -> Verdict:
    wrong = models.altered()
    if wrong:
        return (
            State.BROKEN,
            f"fichiers altérés ou absents : {french.joined(wrong)}",
            ("Réinstallez le programme : ses réponses ne seraient plus celles qui ont été mesurées."),
        )
    return _GOOD, f"{french.plural(len(platforms()), 'plateforme')} et les modèles sont ceux du programme", ""


# -- the database


def _file(store: Store) -> Path:
    return Path(str(store.url.database))


def _opens(patient: _Patient) -> Verdict:
    try:
        with patient.store.engine.connect() as connection:
            connection.execute(
                sa.text("SELECT 1 FROM sqlite_master" if patient.store.is_sqlite else "SELECT 1")
            )
    except sa.exc.SQLAlchemyError:
        return (
            State.BROKEN,
            "la base ne s’ouvre pas",
            (
                "Vérifiez EREPUT_DATABASE_URL et que le serveur tourne ; sinon, restaurez la dernière "
                "sauvegarde dans un dossier neuf (« restore »)."
            ),
        )
    return _GOOD, patient.store.url.get_backend_name(), ""


def _schema(patient: _Patient) -> Verdict:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script, current = ScriptDirectory.from_config(config), snapshot.revision(patient.store)
    with patient.store.reading() as connection:
        missing = health.missing_tables(connection)
    if current == script.get_current_head() and missing:
        return (
            State.BROKEN,
            f"il manque {french.joined(missing)}",
            "Restaurez la dernière sauvegarde dans un dossier neuf (« restore »).",
        )
    if current == script.get_current_head():
        return _GOOD, f"à jour ({current})", ""
    if current in {revision.revision for revision in script.walk_revisions()} | {""}:
        text = f"en retard ({current or 'aucune table'})"
        return State.BROKEN, text, "Lancez n’importe quelle commande : les tables se mettent à jour seules."
    return State.BROKEN, f"d’un programme plus récent ({current})", "Mettez le programme à jour."


def _integrity(patient: _Patient) -> Verdict:
    with patient.store.reading() as connection:
        harm, orphans = health.damage(connection), health.dangling(connection)
    if harm or orphans:
        text = "le fichier est abîmé" if harm else f"lignes sans parent : {french.joined(orphans)}"
        return (
            State.BROKEN,
            text,
            ("Copiez le dossier, puis restaurez la dernière sauvegarde dans un dossier neuf (« restore »)."),
        )
    return _GOOD, "le fichier et ses liens sont sains", ""


def _rollups(patient: _Patient) -> Verdict:
    with patient.store.reading() as connection:
        ids = health.sample(connection, SAMPLE)
        wrong = health.miscounted(connection, ids)
    if wrong:
        text = f"les comptes de {french.plural(len(wrong), 'praticien')} ne sont plus ceux de leurs avis"
        return State.BROKEN, text, "Réimportez le dernier fichier de ces praticiens : les comptes se refont."
    return _GOOD, f"recomptés sur {french.plural(len(ids), 'praticien')}", ""


def _coverage(patient: _Patient) -> Verdict:
    with patient.store.reading() as connection:
        wrong = health.senseless_coverage(connection, patient.context.today)
    if wrong:
        text = f"{french.plural(wrong, 'période couverte', 'périodes couvertes')} sans queue ni tête"
        return State.BROKEN, text, "Vérifiez l’horloge, puis annulez (« undo ») l’import en cause."
    return _GOOD, "les jours couverts sont cohérents", ""


def _clock(patient: _Patient) -> Verdict:
    with patient.store.reading() as connection:
        last = health.last_written(connection)
    if last is not None and patient.settings.now() + SKEW < last:
        return (
            State.BROKEN,
            f"l’horloge retarde : le journal va jusqu’au {french.moment(last)}",
            ("Mettez la machine à l’heure avant d’enregistrer : les échéances en dépendent."),
        )
    return _GOOD, "l’horloge ne retarde pas sur le journal", ""


def _imports(patient: _Patient) -> Verdict:
    with patient.store.reading() as connection:
        left = health.unfinished_imports(connection)
    if left:
        numbers = french.joined([f"n° {number}" for number in left[:5]])
        return State.WATCH, f"imports inachevés : {numbers}", "Annulez-les (« undo »), puis réimportez."
    return _GOOD, "aucun import inachevé", ""


def _locks(patient: _Patient) -> Verdict:
    with patient.store.reading() as connection:
        left = health.stale_runs(connection, patient.settings.now())
    if left:
        text = f"tâches interrompues : {french.joined(left)}"
        return State.WATCH, text, "Relancez-les : leur verrou est échu, elles repartent."
    return _GOOD, "aucun verrou oublié", ""


def _feeds(patient: _Patient) -> Verdict:
    with patient.store.reading() as connection:
        left = health.failing_feeds(connection, FAILURES)
    if left:
        numbers = french.joined([f"n° {row.id}" for row in left[:5]])
        return State.WATCH, f"flux muets : {numbers}", "Ouvrez Sources : l’erreur de chacun y est dite."
    return _GOOD, "aucun flux en panne", ""


# -- evidence and privacy


def _evidence(patient: _Patient) -> Verdict:
    verdict = evidence.verify(patient.context, home=patient.settings.home)
    if verdict.broken is not None:
        return (
            State.BROKEN,
            verdict.broken.why,
            ("N’y touchez plus, gardez une copie du dossier, et comparez avec la dernière sauvegarde."),
        )
    return _GOOD, f"intactes : {verdict.checked} éléments vérifiés, {verdict.erased} effacés", ""


def _strays(patient: _Patient) -> Verdict:
    vault, oldest = (
        evidence.vault_of(patient.settings.home),
        patient.settings.now().timestamp() - _GRACE_SECONDS,
    )
    with patient.store.reading() as connection:
        strays = vault.strays(cases.files_in_use(connection))
    old = [sha256 for sha256 in strays if vault.path(sha256).stat().st_mtime < oldest]
    if old:
        text = f"{french.plural(len(old), 'fichier')} qu’aucun dossier ne cite"
        return State.WATCH, text, "« purge » les efface."
    return _GOOD, "aucun fichier orphelin", ""


def _erasures(patient: _Patient) -> Verdict:
    with patient.store.reading() as connection:
        known = ledger.read(connection)
        held = {owner for owner, _ in erasures.open_on(connection)}
        left = [
            row
            for row in (erasures.authors(connection) if known else ())
            if row.practitioner_id not in held
            and known.holds_author(known.slugs[row.practitioner_id], row.platform, row.author)
        ]
    if left:
        return State.BROKEN, "un effacement n’est pas allé au bout", "Lancez « purge » : elle le termine."
    if known and not (patient.settings.home / ledger.FILE).exists():
        return (
            State.WATCH,
            "le registre des effacements manque dans le dossier",
            ("Lancez « backup » : le registre est récrit."),
        )
    return _GOOD, french.plural(len(known.lines), "effacement retenu", "effacements retenus"), ""


def _retention(patient: _Patient) -> Verdict:
    shown = retention.preview(patient.context)
    waiting = sum(row.count for row in shown.rows)
    if waiting and not shown.is_confirmed:
        return (
            State.WATCH,
            "des données ont dépassé la durée proposée",
            ("Relisez l’aperçu dans Réglages, Données, ou par « purge --dry-run », puis confirmez."),
        )
    if waiting:
        return State.WATCH, f"{french.number(waiting)} éléments à effacer", "Lancez « purge »."
    return _GOOD, "rien n’a dépassé sa durée de conservation", ""


def _backups(patient: _Patient) -> Verdict:
    with patient.store.reading() as connection:
        last = health.last_of(connection, "sauvegarde")
        has_data = not snapshot.is_empty(connection)
    if last is None or patient.settings.now() - last > timedelta(days=BACKUP_DAYS):
        text = "aucune sauvegarde" if last is None else f"la dernière date du {french.day(last.date())}"
        return (
            (State.WATCH if has_data else _GOOD),
            text,
            "Lancez « backup FICHIER » chaque semaine." * has_data,
        )
    return _GOOD, f"la dernière date du {french.day(last.date())}", ""


_CHECKS: dict[str, tuple[str, Callable[[_Patient], Verdict]]] = {
    "dossier": ("Dossier", _writable),
    "disque": ("Disque", _space),
    "restes": ("Restes", _leftovers),
    "modeles": ("Modèles", _models),
}
_STORE_CHECKS: dict[str, tuple[str, Callable[[_Patient], Verdict]]] = {
    "tables": ("Tables", _schema),
    "integrite": ("Intégrité", _integrity),
    "comptes": ("Comptes", _rollups),
    "couverture": ("Couverture", _coverage),
    "horloge": ("Horloge", _clock),
    "imports": ("Imports", _imports),
    "verrous": ("Verrous", _locks),
    "flux": ("Flux", _feeds),
    "preuves": ("Preuves", _evidence),
    "orphelins": ("Fichiers orphelins", _strays),
    "effacements": ("Effacements", _erasures),
    "conservation": ("Conservation", _retention),
    "sauvegardes": ("Sauvegardes", _backups),
}
