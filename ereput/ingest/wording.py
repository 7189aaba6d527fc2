"""Small changes of writing that every reader needs."""

import re
import unicodedata
from typing import Final

_SPACES: Final = re.compile(r"\s+")


def squeeze(text: str) -> str:
    """Return the text on one line, without doubled spaces."""
    return _SPACES.sub(" ", text).strip()


def fold(text: str) -> str:
    """Return the text in lower case, without accents, with plain apostrophes and spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    flat = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return " ".join("".join(char for char in flat if not unicodedata.combining(char)).split())


def phrases(text: str) -> frozenset[str]:
    """Return the phrases of a text, parted by "|" or by lines."""
    return frozenset(
        phrase.strip() for line in text.splitlines() for phrase in line.split("|") if phrase.strip()
    )
