"""What a file may safely hold: texts that no page turns around and no spreadsheet runs."""

import re

# What neither XML nor a page can hold, and the marks that turn the direction of a text around.
_NOT_PRINTED = re.compile(
    "[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""A cell that begins so, blanks apart, is run as a formula by spreadsheets (OWASP, "CSV injection")."""
LONGEST = 32_767
"""Characters that a workbook's cell holds; XlsxWriter leaves a longer text out altogether."""
_CUT = " […] texte complet dans l’export .csv ou .json"


def printable(text: str) -> str:
    """Return a text without what no page can hold, nor what turns it around."""
    return _NOT_PRINTED.sub("", text)


def cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    shown = printable(text)
    is_formula = shown[:1] in {"\t", "\n"} or shown.lstrip().startswith(_FORMULA_STARTS)
    return "'" + shown if is_formula else shown


def workbook_cell(text: str) -> str:
    """Return a text that a workbook's cell can hold, cut where it must be and saying so."""
    shown = cell(text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - len(_CUT)] + _CUT
