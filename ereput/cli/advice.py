"""Commands on signals and next steps: survey, alerts, ack, snooze, detect, score, route, deadline."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from ereput.cli.frame import AddCommand, Answer, Json, context_of, settings_of
from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Guarantee
from ereput.domain.publication import PartialDate
from ereput.guidance.model import Author, Flag, Qualification, YesNo
from ereput.jobs.practitioners import profession_of


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError(f"« {text} » n’est pas une date (2026-11-23).") from None


# -- next steps


def _route(options: argparse.Namespace) -> Answer:
    from ereput.guidance.base import load
    from ereput.guidance.route import Situation, route

    base, today = load(), settings_of(options).now().date()
    situation = Situation(
        qualification=Qualification(options.qualification),
        author=Author(options.author),
        direct_reply=YesNo(options.direct_reply),
        guarantee=Guarantee(options.guarantee),
        reported_without_effect=YesNo(options.reported_without_effect),
        flags=frozenset(Flag(flag) for flag in options.flag),
        published=PartialDate.exact(_day(options.published)) if options.published else None,
        profession=profession_of(options.profession) if options.profession else None,
    )
    steps = route(base, situation, today=today)
    lines = [f"{number}. {step.title} [{step.origin}]" for number, step in enumerate(steps, 1)]
    payload = {"steps": [_step(step) for step in steps], "notice": base.notice(today)}
    return Answer(payload, "\n".join([*lines, "", base.notice(today)]))


def _step(step: Any) -> Json:
    deadlines = [
        {
            "id": due.id,
            "label": due.label,
            "date": due.date,
            "prudent": due.prudent,
            "act": due.act,
            "nature": due.nature,
            "status": due.status,
            "uncertain": due.is_uncertain,
        }
        for due in step.deadlines
    ]
    return {
        "id": step.id,
        "title": step.title,
        "text": step.text,
        "why": step.why,
        "deadlines": deadlines,
        "warnings": list(step.warnings),
        "legal": [asdict(reference) for reference in step.legal],
        "leaflet": step.leaflet,
        "origin": step.origin,
        "optional": step.optional,
        "parallel": step.parallel,
    }


def _deadline(options: argparse.Namespace) -> Answer:
    from ereput.guidance.base import load
    from ereput.guidance.deadlines import deadline

    found = deadline(load(), options.id, _day(options.start), days=options.days)
    text = f"{found.label} : {found.date:%d/%m/%Y}"
    if found.prudent:
        text += f" (date prudente : {found.prudent:%d/%m/%Y})"
    return Answer(asdict(found), text)


# -- signals


def _survey(options: argparse.Namespace) -> Answer:
    from ereput.jobs.survey import survey

    done = survey(context_of(options), last=options.last)
    text = f"{done.practitioners} praticiens, {done.alerts} alertes ouvertes, {done.seconds} s."
    return Answer(asdict(done), text)


def _alerts(options: argparse.Namespace) -> Answer:
    from ereput.facts.alerts import alert_cards

    context = context_of(options)
    cards = alert_cards(context.store, context.viewer, context.now, slug=options.practitioner)
    rows = [
        {
            "id": card.id,
            "practitioner": card.slug,
            "kind": card.kind,
            "week": card.week,
            "level": card.level,
            "observed": card.observed,
            "expected": card.expected,
            "upper": card.upper,
            "odds": card.odds,
            "why": card.why,
            "state": card.state,
            "steps": [{"id": step.id, "title": step.title} for step in card.steps],
        }
        for card in cards
    ]
    lines = [f"n° {row['id']} · {row['practitioner']} · {row['why']}" for row in rows]
    return Answer({"alerts": rows}, "\n".join(lines) or "Aucune alerte.")


def _ack(options: argparse.Namespace) -> Answer:
    from ereput.jobs.alerts import acknowledge

    acknowledge(context_of(options), options.id, options.reason)
    return Answer({"id": options.id, "state": "acknowledged"}, f"Alerte n° {options.id} : pris en compte.")


def _snooze(options: argparse.Namespace) -> Answer:
    from ereput.jobs.alerts import snooze

    until = _day(options.until)
    snooze(context_of(options), options.id, until)
    return Answer({"id": options.id, "state": "snoozed", "until": until}, f"Rappel le {until:%d/%m/%Y}.")


def _detect(options: argparse.Namespace) -> Answer:
    import time

    from ereput.detect.table import detect_table

    started = time.perf_counter()
    alarms = detect_table(_table(options.counts, dtype={"series_id": object}), last=options.last)
    _write(alarms, Path(options.out))
    payload = {
        "series": int(alarms["series_id"].nunique()),
        "weeks": len(alarms),
        "alarms": int(alarms["alarm"].sum()),
        "seconds": round(time.perf_counter() - started, 3),
    }
    text = f"{payload['series']} séries, {payload['alarms']} alarmes, {payload['seconds']} s."
    return Answer(payload, text)


def _score(options: argparse.Namespace) -> Answer:
    import time

    import pandas as pd

    from ereput.text import recalibration, score_table, signals_many
    from ereput.text.model import ModelError, load

    texts = _column(_table(options.texts, dtype=str), options.column)
    started = time.perf_counter()
    reads = signals_many(texts)
    if options.calibration:
        try:
            reads = recalibration.apply(load(Path(options.calibration)), texts, reads)
        except (OSError, ModelError, ValueError) as error:
            raise RefusedError(f"« {options.calibration} » n’est pas un recalage.") from error
    scores = pd.DataFrame(score_table(reads))
    _write(scores, Path(options.out))
    seconds = round(time.perf_counter() - started, 3)
    return Answer({"texts": len(scores), "seconds": seconds}, f"{len(scores)} textes, {seconds} s.")


def _calibrate(options: argparse.Namespace) -> Answer:
    import pandas as pd

    from ereput.text.model import save
    from ereput.text.recalibration import ENOUGH, FEWEST_OF_A_SIDE, recalibrate

    table = _table(options.texts, dtype=str)
    texts, stars = _column(table, options.column), _column(table, options.rating)
    ratings = pd.to_numeric(pd.Series(stars), errors="coerce").fillna(3.0).tolist()  # 3 of 5 takes no side
    done = recalibrate(texts, ratings)
    if done.model is not None:
        save(done.model, Path(options.out))
    payload = {"reviews": done.n, "shipped": done.shipped, "local": done.local, "kept": done.is_kept}
    if done.shipped is None or done.local is None:
        text = (
            f"{done.n} avis tranchés : il en faut au moins {ENOUGH}, dont {FEWEST_OF_A_SIDE} de chaque côté. "
            "Rien n’est changé."
        )
    else:
        figures = (
            f"{done.n} avis ; macro-F1 du modèle livré {done.shipped:.3f}, après recalage {done.local:.3f}."
        )
        text = f"{figures} {'Recalage gardé.' if done.is_kept else 'Le modèle livré reste.'}"
    return Answer(payload, text)


def _column(table: Any, name: str) -> list[Any]:
    if name not in table:
        raise RefusedError(f"La colonne « {name} » manque. Présentes : {', '.join(table.columns)}.")
    found: list[Any] = table[name].tolist()
    return found


def _table(name: str, **options: Any) -> Any:
    """Read a CSV, gzipped or not, as written: an author "NA" is not a missing value."""
    import pandas as pd

    if not Path(name).is_file():
        raise RefusedError(f"Le fichier « {name} » est introuvable.")
    try:
        return pd.read_csv(name, keep_default_na=False, na_values=[""], **options)
    except (ValueError, OSError, pd.errors.ParserError) as error:
        raise RefusedError(f"« {name} » n’est pas un CSV lisible.") from error


def _write(table: Any, target: Path) -> None:
    if not target.parent.is_dir():
        raise RefusedError(f"Le dossier « {target.parent} » n’existe pas.")
    table.to_csv(target, index=False)


def _check_reply(options: argparse.Namespace) -> Answer:
    from ereput.text.discretion import check_reply

    text = sys.stdin.read() if options.file == "-" else _read_text(Path(options.file))
    checked = check_reply(text)
    payload = json.loads(json.dumps(asdict(checked)))
    hits = [f"  {hit.match} : {hit.why}" for hit in (*checked.blocking, *checked.warnings)]
    return Answer(payload, "\n".join([checked.verdict, *hits, *checked.advice]), int(bool(checked.blocking)))


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"« {path.name} » n’est pas un texte lisible (UTF-8).") from error


def add(command: AddCommand) -> None:
    """Add these commands to the grammar."""
    _add_guidance(command)
    reply = command("check-reply", _check_reply, "le secret et la déontologie d’une réponse publique")
    reply.add_argument("file", metavar="FICHIER", help="« - » lit l’entrée standard")
    surveying = command("survey", _survey, "recalculer situations et alertes")
    surveying.add_argument("--last", type=int, default=4, metavar="N", help="semaines jugées")
    listing = command("alerts", _alerts, "les alertes, leurs raisons et la suite")
    listing.add_argument("--practitioner", default="", metavar="PRATICIEN")
    ack = command("ack", _ack, "prendre acte d’une alerte")
    ack.add_argument("id", type=int, metavar="ALERTE")
    ack.add_argument("--reason", required=True, metavar="RAISON")
    snooze = command("snooze", _snooze, "remettre une alerte à plus tard")
    snooze.add_argument("id", type=int, metavar="ALERTE")
    snooze.add_argument("--until", required=True, metavar="DATE")
    detect = command("detect", _detect, "chercher des pics dans un tableau de semaines")
    detect.add_argument("counts", metavar="COMPTES")
    detect.add_argument("--out", required=True, metavar="ALARMES")
    detect.add_argument("--last", type=int, default=49, metavar="N")
    score = command("score", _score, "tonalité, thèmes et indices de textes")
    score.add_argument("texts", metavar="TEXTES")
    score.add_argument("--column", default="text", metavar="COLONNE")
    score.add_argument("--out", required=True, metavar="NOTES")
    score.add_argument(
        "--calibration", default="", metavar="RECALAGE", help="fichier écrit par « calibrate »"
    )
    calibrate = command("calibrate", _calibrate, "recaler la lecture sur ses propres avis notés")
    calibrate.add_argument("texts", metavar="AVIS", help="CSV de vos avis, avec leur note sur 5")
    calibrate.add_argument("--column", default="text", metavar="COLONNE")
    calibrate.add_argument("--rating", default="rating", metavar="COLONNE")
    calibrate.add_argument("--out", required=True, metavar="RECALAGE", help="écrit seulement s’il lit mieux")


def _add_guidance(command: AddCommand) -> None:
    def values(words: type[StrEnum]) -> dict[str, Any]:
        return {"choices": [word.value for word in words], "metavar": "|".join(word.value for word in words)}

    route = command("route", _route, "les étapes conseillées, datées")
    route.add_argument("--qualification", required=True, **values(Qualification))
    route.add_argument("--author", required=True, **values(Author))
    route.add_argument("--direct-reply", required=True, **values(YesNo))
    route.add_argument("--guarantee", required=True, **values(Guarantee))
    route.add_argument("--reported-without-effect", required=True, **values(YesNo))
    route.add_argument(
        "--flag", action="append", default=[], choices=[str(flag) for flag in Flag], metavar="F"
    )
    route.add_argument("--published", default="", metavar="DATE")
    route.add_argument("--profession", default="", metavar="P")
    deadline = command("deadline", _deadline, "une échéance de la base")
    deadline.add_argument("id", metavar="ÉCHÉANCE")
    deadline.add_argument("--from", required=True, dest="start", metavar="DATE")
    deadline.add_argument("--days", type=int, metavar="N", help="délai du contrat")
