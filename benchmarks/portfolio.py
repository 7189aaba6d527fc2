"""Time every page over a large portfolio: `make bench NAME=portfolio` (ARGS="--reviews 1000000").

Builds a store of made-up practitioners, reviews, counts, standings and alerts by direct SQL, then runs
each page's script, as the server does at each click, with viewers, filters, orders and practitioners that
were not asked for before: nothing can come from a cache. Prints, for each page, the median and the 95th
percentile of a run, the slowest, the CPU behind it and the part of it that goes into reading whom the
viewer may see, the first run of a fresh process, and the process's peak memory.

`--growth` does it for 10,000, 100,000 and 1,000,000 reviews (`--five-million` too), and draws how the cost
grows in docs/scale.svg. `--keep FOLDER` keeps the stores between two runs. Wall time means little on a
machine that does something else: the CPU column is what to compare then.
"""

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from dev import ROOT
from ereput.domain.practitioner import Guarantee, Profession, Role
from ereput.jobs import viewers
from ereput.jobs.context import ADMINISTRATOR, Context
from ereput.jobs.survey import survey
from ereput.store import open_store, practitioners, rollups, schema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MAIN = ROOT / "ereput" / "ui" / "main.py"
PAGES = (
    "accueil",
    "praticien",
    "presence",
    "alertes",
    "dossiers",
    "reunion",
    "portefeuille",
    "sources",
    "guide",
    "reglages",
)
FEW = 60  # runs of each page at the sizes that only show the growth
PLATFORMS = ("google", "pagesjaunes", "facebook")
THEMES = ("attente", "accueil", "soin", "honoraires", "ecoute", "telephone")
TEXTS = {
    1: "Deux heures d’attente pour cinq minutes, accueil froid, je ne reviendrai pas.",
    2: "Soin correct mais secrétariat injoignable et honoraires peu clairs.",
    3: "Correct, sans plus.",
    4: "Bon contact, explications claires, un peu d’attente.",
    5: "Très à l’écoute, je recommande vivement ce cabinet à toute la famille.",
}
PORTFOLIOS = 5
YEARS = 5
BLOCK = 1_000
TARGET_MS, COLD_MS, MEMORY_MB = 300, 1_500, 500
SIZES = ((200, 10_000), (2_000, 100_000), (20_000, 1_000_000))
LARGEST = (100_000, 5_000_000)
PICTURE = ROOT / "docs" / "scale.svg"


# -- the store


def build(file: Path, people: int, reviews: int) -> None:
    """Fill a new store with that many practitioners and reviews."""
    with closing(open_store(f"sqlite:///{file}")) as store:
        store.migrate()
        context = Context(store, ADMINISTRATOR, NOW)
        random_ = np.random.default_rng(20261123)
        sizes = shares(random_, people, reviews)
        with store.writing() as connection:
            homes = [
                practitioners.ensure_portfolio(connection, f"Portefeuille {n + 1}") for n in range(PORTFOLIOS)
            ]
            batch = connection.execute(
                sa.insert(schema.import_batch)
                .values(
                    origin="file",
                    name="banc.csv",
                    is_complete=False,
                    viewer="banc",
                    imported_at=NOW,
                    read=reviews,
                )
                .returning(schema.import_batch.c.id)
            ).scalar_one()
        for start in range(0, people, BLOCK):
            with store.writing() as connection:
                ids = range(start + 1, min(start + BLOCK, people) + 1)
                fill(connection, random_, ids, sizes, homes=homes, batch=batch)
        # The detector's memory is the survey's own; the levels shown are drawn, so that there are enough.
        started = time.perf_counter()
        survey(context)
        print(f"survey of {people} from scratch: {time.perf_counter() - started:.1f} s", flush=True)
        with store.writing() as connection:
            for table in (schema.standing, schema.alert):
                connection.execute(sa.delete(table))
        for start in range(0, people, BLOCK):
            with store.writing() as connection:
                rows = standings(connection, random_, range(start + 1, min(start + BLOCK, people) + 1))
                connection.execute(sa.insert(schema.standing), rows)
                drawn = [found for row in rows for found in alerts(random_, row)]
                connection.execute(sa.insert(schema.alert), drawn)
        for n in range(PORTFOLIOS):
            viewers.add(
                context, name=f"Courtier {n + 1}", role=Role.BROKER, portfolios=[f"Portefeuille {n + 1}"]
            )
        for n in range(1, min(people, 200) + 1):
            viewers.add(context, name=f"Praticien {n}", role=Role.PRACTITIONER, people=[f"praticien-{n}"])
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def shares(random_: np.random.Generator, people: int, reviews: int) -> np.ndarray:
    """Return how many reviews each practitioner has: many have few, few have many."""
    weights = random_.lognormal(0.0, 1.1, people)
    sizes = np.maximum(np.floor(weights / weights.sum() * reviews), 1).astype(int)
    sizes[int(sizes.argmax())] += reviews - int(sizes.sum())
    return sizes


def fill(
    connection: sa.Connection,
    random_: np.random.Generator,
    ids: range,
    sizes: np.ndarray,
    *,
    homes: list[int],
    batch: int,
) -> None:
    """Insert a block of practitioners with all that hangs on them."""
    professions, guarantees = list(Profession), list(Guarantee)
    connection.execute(
        sa.insert(schema.practitioner),
        [
            {
                "id": who,
                "slug": f"praticien-{who}",
                "name": f"Dr Prénom{who % 997} Nom{who}",
                "portfolio_id": homes[who % PORTFOLIOS],
                "profession": professions[who % len(professions)].value,
                "city": f"Ville {who % 500}",
                "department": f"{1 + who % 95:02}",
                "guarantee": guarantees[who % 3].value,
                "declaration_days": 5 + who % 10 if who % 2 else None,
                "data_version": 1,
                "created_at": NOW,
            }
            for who in ids
        ],
    )
    for who in ids:
        insert_reviews(connection, random_, who, int(sizes[who - 1]), batch)
    rollups.rebuild(connection, list(ids))
    connection.execute(sa.insert(schema.coverage), list(spans(connection, ids)))


def insert_reviews(
    connection: sa.Connection, random_: np.random.Generator, who: int, size: int, batch: int
) -> None:
    """Insert the reviews of one practitioner, through the driver: a million rows in a minute."""
    today = NOW.date()
    quality = random_.dirichlet(np.array([0.10, 0.04, 0.06, 0.15, 0.65]) * 12)
    stars = random_.choice(5, size, p=quality) + 1
    back = random_.integers(0, 365 * YEARS, size)
    platforms = random_.choice(3, size, p=[0.7, 0.2, 0.1])
    keys = random_.integers(1, 2**62, size)
    replied, themed = random_.random(size) < 0.3, random_.integers(0, len(THEMES), size)
    rows = []
    for at in range(size):
        day = today - timedelta(days=int(back[at]))
        star = int(stars[at])
        label = "neg" if star <= 2 else "pos" if star >= 4 else "neu"
        rows.append(
            (
                who, int(keys[at]), PLATFORMS[platforms[at]], "review", f"Auteur {int(keys[at]) % 10_000}",
                int(keys[at]) % 10_000, day.isoformat(), day.isoformat(), day.isoformat(), "day",
                (day - timedelta(days=day.weekday())).isoformat(), day.replace(day=1).isoformat(),
                float(star), TEXTS[star], "Merci de votre retour." if replied[at] else "", at, 1,
                "2026-11-20 09:00:00.000000", batch, label, 0.0, star <= 2, False,
                f"{THEMES[themed[at]]}:{label}", 1,
            )
        )  # fmt: skip
    columns = (
        "practitioner_id, id, platform, kind, author, author_key, published_on, earliest, latest, "
        "precision, week, month, rating, body, reply, content, version, first_seen, batch_id, label, score, "
        "is_negative, is_contradictory, themes, signals_version"
    )
    marks = ", ".join("?" * 25)
    connection.connection.cursor().executemany(f"INSERT INTO publication ({columns}) VALUES ({marks})", rows)  # noqa: S608 (our own names)


def spans(connection: sa.Connection, ids: range) -> Iterator[dict[str, Any]]:
    """Yield the days that each platform could be seen, with its share of the reviews."""
    query = sa.select(schema.total).where(schema.total.c.practitioner_id.between(ids[0], ids[-1]))
    rows = connection.execute(query).all()
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.practitioner_id] = counts.get(row.practitioner_id, 0) + stars_of(row)
    for row in rows:
        yield {
            "practitioner_id": row.practitioner_id,
            "platform": row.platform,
            "start": row.first_day,
            "end": NOW.date(),
            "weight": stars_of(row) / counts[row.practitioner_id],
        }


def stars_of(row: Any) -> int:
    """Return the ratings that a row of counts holds."""
    return sum(getattr(row, f"stars_{n}") for n in range(1, 6))


def standings(connection: sa.Connection, random_: np.random.Generator, ids: range) -> list[dict[str, Any]]:
    """Return standings that agree with the counts; odds are drawn."""
    recent, before = (NOW.date() - timedelta(weeks=13 * n) for n in (1, 2))
    sums: dict[int, list[float]] = {who: [0.0] * 6 for who in ids}
    weekly = schema.weekly
    query = sa.select(weekly).where(
        weekly.c.practitioner_id.between(ids[0], ids[-1]), weekly.c.week >= before
    )
    for row in connection.execute(query):
        at = 0 if row.week >= recent else 3
        for offset, value in enumerate((stars_of(row), row.negatives, row.rating_sum)):
            sums[row.practitioner_id][at + offset] += value
    totals: dict[int, list[float]] = {who: [0, 0.0, 0] for who in ids}
    for row in connection.execute(
        sa.select(schema.total).where(schema.total.c.practitioner_id.between(ids[0], ids[-1]))
    ):
        mine = totals[row.practitioner_id]
        mine[0] += stars_of(row)
        mine[1] += row.rating_sum
        mine[2] += row.unanswered
    found = []
    for who in ids:
        rated, rating_sum, unanswered = totals[who]
        one = sums[who]
        draw = float(random_.normal(-5, 2.5))
        level = "alert" if draw > 2 else "watch" if draw > 0 else ""
        found.append(
            {
                "practitioner_id": who, "computed_at": NOW, "data_version": 1,
                "reviews": rated, "rated": rated, "low": 3.0, "high": 4.9,
                "rating": rating_sum / rated, "raw_rating": rating_sum / rated,
                "reviews_90": one[0], "negatives_90": one[1],
                "rating_90": one[2] / one[0] if one[0] else None,
                "reviews_previous": one[3], "negatives_previous": one[4],
                "rating_previous": one[5] / one[3] if one[3] else None, "unanswered": unanswered,
                "level": level, "log_odds": draw, "observed": 4.0 if level else 0.0, "expected": 0.6,
                "open_alerts": int(bool(level)), "last_published": NOW.date(),
            }
        )  # fmt: skip
    return found


def alerts(random_: np.random.Generator, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the open alert of a standing, and for some an old one that is over."""
    days = []
    if row["level"]:
        days.append((date(2026, 11, 16), row["level"], "open"))
    if random_.random() < 0.2:
        days.append((date(2025, 3, 3) + timedelta(weeks=int(random_.integers(0, 60))), "watch", "over"))
    for week, level, state in days:
        yield {
            "practitioner_id": row["practitioner_id"], "kind": "spike", "week": week, "last_week": week,
            "peak_week": week, "level": level, "observed": 4.0, "expected": 0.6, "upper": 3.0, "odds": 2.0,
            "why": json.dumps({"tail": 0.0005}), "is_provisional": False, "state": state,
            "raised_at": NOW, "changed_at": NOW,
        }  # fmt: skip


# -- what is asked


def viewers_of(people: int) -> list[str]:
    """Return who looks in turn: the administrator and the brokers most of the time."""
    brokers = [f"Courtier {n + 1}" for n in range(PORTFOLIOS)]
    return ["", *brokers, *(f"Praticien {n}" for n in range(1, min(people, 200) + 1, 40))]


def combinations(page: str, people: int, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (viewer, what the selectors say), no two alike as far as a page has that many."""
    from ereput.facts import portfolio as facts
    from ereput.facts.guide import PROFESSIONS
    from ereput.facts.period import Stretch

    rng = random.Random(f"{page} {people}")  # noqa: S311 (made-up clicks)
    names = viewers_of(people)
    parts = ("Liste", "Entonnoir", "Garanties", "Évolutions", "Échéances")
    for at in range(count):
        who = rng.choice(names)
        some = f"praticien-{rng.randint(1, people)}"
        portfolio = {
            "portefeuille_partie": parts[at % len(parts)],
            "portefeuille_profession": rng.choice(["Tous", *PROFESSIONS.values()]),
            "portefeuille_departement": rng.choice(["Tous", "Tous", "Tous", f"{rng.randint(1, 95):02}"]),
            "portefeuille_garantie": rng.choice(["Tous", "Tous", *facts.GUARANTEES.values()]),
            "portefeuille_etat": rng.choice(["Tous", "Tous", "Tous", *facts.LEVELS.values()]),
            "portefeuille_tri": rng.choice(list(facts.SORTS.values())),
            "portefeuille_mots": rng.choice(
                ["", "", f"nom{rng.randint(1, 99)}", f"ville {rng.randint(1, 99)}"]
            ),
            "portefeuille_page": rng.randint(1, 30),
        }
        asked: dict[str, dict[str, Any]] = {
            "accueil": {"praticien": rng.choice([some, "tous"])},
            "praticien": {
                "praticien": some,
                "periode": rng.choice(list(Stretch)),
                "praticien_partie": rng.choice(["Pics", "Volume", "Thèmes", "Sources", "Avis"]),
                "praticien_mots": rng.choice(["", "attente", f"cabinet {at}"]),
            },
            "alertes": {
                "praticien": "tous",
                "alertes_etat": rng.choice(["Ouvertes", "Toutes"]),
                "alertes_page": rng.randint(1, 3),
            },
            "presence": {"praticien": some},
            "reunion": {"praticien": rng.choice([some, "tous"])},
            "dossiers": {"praticien": rng.choice([some, "tous"])},
            "portefeuille": {"praticien": "tous"} | portfolio,
            "sources": {
                "praticien": rng.choice([some, "tous"]),
                "sources_partie": rng.choice(["Plateformes", "Flux", "Journal des imports", "Praticiens"]),
            },
            "reglages": {
                "praticien": rng.choice([some, "tous"]),
                "reglages_partie": rng.choice(["Sensibilité", "Praticiens", "Accès", "À propos"]),
            },
            "guide": {
                "praticien": "tous",
                "guide_recherche": f"{rng.choice(['secret', 'délai', 'assureur', ''])}",
            },
        }
        yield who, asked[page]


# -- the runs


def runs(file: Path, page: str, people: int, count: int) -> dict[str, Any]:
    """Run a page in this process, and return what it cost, in milliseconds and megabytes."""
    from streamlit.testing.v1 import AppTest

    from ereput.ui import viewing

    looking = [""]
    viewing.enter = lambda store, now: viewers.enter(store, looking[0], now)
    os.environ |= {
        "EREPUT_DATABASE_URL": f"sqlite:///{file}",
        "EREPUT_NOW": NOW.isoformat(),
        "EREPUT_DEMO": "0",
    }
    spent = stopwatch()
    for at, (who, choices) in enumerate(combinations(page, people, count + 1)):
        looking[0] = who
        screen = AppTest.from_file(MAIN, default_timeout=120)
        for key, value in choices.items():
            screen.session_state[key] = value
        if page != "accueil":
            screen.switch_page(ROOT / "pages" / f"{page}.py")
        del spent[at:]
        screen.run()
        if screen.exception:
            raise SystemExit(f"{page} as {who or 'administrator'} {choices}: {screen.exception[0].value}")
    wall, cpu = (sorted(one[which] for one in spent[1:]) for which in (0, 1))
    return {
        "page": page,
        "cold": spent[0][0],
        "median": statistics.median(wall),
        "p95": wall[int(0.95 * (len(wall) - 1))],
        "max": wall[-1],
        "cpu": cpu[int(0.95 * (len(cpu) - 1))],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def stopwatch() -> list[tuple[float, float]]:
    """Time each run of a script where the server does it; return the list that fills, (wall, CPU) in ms.

    What the test harness does around it, parsing what a browser would be sent, is left out.
    """
    from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

    spent: list[tuple[float, float]] = []
    original = ScriptRunner._run_script  # noqa: SLF001 (the one place where a page's script runs)

    def timed(self: Any, request: Any) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        original(self, request)
        spent.append((1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - cpu)))

    ScriptRunner._run_script = timed  # type: ignore[method-assign]  # noqa: SLF001
    return spent


def measured(file: Path, people: int, count: int, pages: Sequence[str]) -> list[dict[str, Any]]:
    """Run each page in a process of its own."""
    found = []
    for page in pages:
        command = [sys.executable, __file__, "--runs", page, "--file", str(file)]
        command += ["--practitioners", str(people), "--count", str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
        if done.returncode:
            raise SystemExit(done.stderr)
        found.append(json.loads(done.stdout.splitlines()[-1]))
        shown(found[-1])
    return found


def environment() -> dict[str, str]:
    """Return what a process of its own needs to import the project."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def shown(row: dict[str, Any]) -> None:
    """Print one line of the table."""
    verdict = (
        "ok" if row["p95"] <= TARGET_MS and row["cold"] <= COLD_MS and row["memory"] <= MEMORY_MB else "NO"
    )
    print(
        f"{row['page']:<14}{row['median']:>9.0f}{row['p95']:>9.0f}{row['max']:>9.0f}{row['cpu']:>9.0f}"
        f"{row['cold']:>9.0f}{row['memory']:>9.0f}   {verdict}",
        flush=True,
    )


def bench(
    folder: Path, people: int, reviews: int, *, count: int, pages: Sequence[str]
) -> list[dict[str, Any]]:
    """Build a store of that size, unless it was kept, and time each page on it."""
    file = folder / f"{reviews}.db"
    started = time.perf_counter()
    command = [sys.executable, __file__, "--build", "--file", str(file)]
    command += ["--practitioners", str(people), "--reviews", str(reviews)]
    if not file.exists():
        subprocess.run(command, check=True, env=environment())
    size = file.stat().st_size / 1e6
    spent = time.perf_counter() - started
    print(f"\n{people} practitioners, {reviews} reviews: {size:.0f} MB, built in {spent:.0f} s")
    print(f"{'page (ms)':<14}{'median':>9}{'p95':>9}{'max':>9}{'p95 CPU':>9}{'cold':>9}{'MB':>9}")
    return measured(file, people, count, pages)


# -- the picture

WIDE, HIGH, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 70, 40, 130, 60
COLOURS = (
    "#0072B2",
    "#C04F00",
    "#00795A",
    "#A8518A",
    "#8A6100",
    "#3C6E8F",
    "#54666c",
    "#b3261e",
    "#1f3a3c",
    "#6caaa7",
)


def drawn(grown: dict[int, list[dict[str, Any]]]) -> str:
    """Return an SVG of what each page costs by the number of reviews, on a logarithmic axis.

    CPU time: a machine that does something else at the same time draws the same picture.
    """
    sizes = sorted(grown)
    most = max(TARGET_MS, *(row["cpu"] for rows in grown.values() for row in rows)) * 1.05

    def at(size: int, cost: float) -> tuple[float, float]:
        span = np.log10(sizes[-1] / sizes[0]) or 1
        x = LEFT + (WIDE - LEFT - RIGHT) * np.log10(size / sizes[0]) / span
        return round(float(x), 1), round(TOP + (HIGH - TOP - BOTTOM) * (1 - cost / most), 1)

    text = '<text x="{}" y="{}" font-size="13" fill="{}" text-anchor="{}">{}</text>'
    line = '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="#d7e0e1" stroke-dasharray="{}"/>'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif">',
        "<title>CPU time behind each page at the 95th percentile, by number of reviews</title>",
        f'<rect width="{WIDE}" height="{HIGH}" fill="#ffffff"/>',
        text.format(LEFT, 22, "#1c2b30", "start", "CPU time behind a page, 95th percentile (ms)"),
    ]
    for cost in range(0, int(most) + 1, 100):
        x, y = at(sizes[0], cost)
        parts += [line.format(x, y, WIDE - RIGHT, y, "4 4" if cost == TARGET_MS else "0")]
        parts += [text.format(x - 8, y + 4, "#54666c", "end", cost)]
    for size in sizes:
        x, y = at(size, 0)
        parts += [text.format(x, y + 22, "#54666c", "middle", f"{size:,}".replace(",", " "))]
    parts += [
        text.format((LEFT + WIDE - RIGHT) / 2, HIGH - 12, "#54666c", "middle", "reviews (50 a practitioner)")
    ]
    ends = sorted(((row["cpu"], rank) for rank, row in enumerate(grown[sizes[-1]])), reverse=True)
    heights: dict[int, float] = {}
    for cost, rank in ends:
        lowest = max(heights.values(), default=-99.0)
        heights[rank] = max(at(sizes[-1], cost)[1] + 4, lowest + 15)
    for rank, row in enumerate(grown[sizes[-1]]):
        points = [at(size, grown[size][rank]["cpu"]) for size in sizes]
        path = " ".join(f"{x},{y}" for x, y in points)
        parts += [f'<polyline points="{path}" fill="none" stroke="{COLOURS[rank]}" stroke-width="2"/>']
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{COLOURS[rank]}"/>' for x, y in points]
        parts += [text.format(WIDE - RIGHT + 10, heights[rank], COLOURS[rank], "start", row["page"])]
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--practitioners", type=int, default=20_000)
    parser.add_argument("--reviews", type=int, default=1_000_000)
    parser.add_argument("--count", type=int, default=200, help="runs of each page")
    parser.add_argument("--pages", nargs="+", default=PAGES, choices=PAGES, help="only these")
    parser.add_argument(
        "--growth", action="store_true", help="three sizes, 50 practitioners a thousand reviews"
    )
    parser.add_argument("--five-million", action="store_true", help="with --growth: 5,000,000 reviews too")
    parser.add_argument("--keep", type=Path, help="a folder to keep the stores in")
    parser.add_argument("--build", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--runs", default="", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build(options.file, options.practitioners, options.reviews)
        return
    if options.runs:
        print(json.dumps(runs(options.file, options.runs, options.practitioners, options.count)))
        return
    folder = options.keep or Path(tempfile.mkdtemp(prefix="ereput-bench-"))
    try:
        sizes = SIZES if options.growth else ((options.practitioners, options.reviews),)
        sizes += (LARGEST,) if options.five_million else ()
        grown = {
            reviews: bench(folder, people, reviews, count=count, pages=options.pages)
            for people, reviews in sizes
            for count in [options.count if reviews >= SIZES[-1][1] else min(options.count, FEW)]
        }
        if options.growth:
            PICTURE.write_text(drawn(grown), "utf-8")
    finally:
        if not options.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
