"""Texts as the author wrote them: no control characters, no mark-up, no machine translation, no mojibake."""

import html
import re
from html.parser import HTMLParser
from typing import Final

# Control characters, and the marks that turn the direction of a text around: "gpj.exe" shown as "exe.jpg".
_INVISIBLE: Final = "\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_SUSPECT: Final = re.compile(f"[\x00-\x08\x0b-\x1f{_INVISIBLE}<&ÃÂâ]")
_CONTROL: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{_INVISIBLE}]")
_ENTITY: Final = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8}\d?);")
_TAG: Final = re.compile(
    r"</?(?:br|p|b|i|u|a|em|strong|div|span|font|img|ul|ol|li|h\d|blockquote)\b[^<>]*>", re.IGNORECASE
)
_BREAK: Final = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_MOJIBAKE: Final = re.compile("[ÃÂ][\x80-\xbf\u0152-\u2122]|â[\x80\u20ac][\x80-\xbf\u0152-\u2122]|Ã\xa0|Ã ")
_VERB: Final = "(?:[Tt]ransl|[Tt]radu|[Tt]radot|[Üü]berset|[Vv]ertaa)"
_TRANSLATED: Final = re.compile(
    rf"\([^()\n]{{0,12}}{_VERB}[^()\n]{{0,16}}\bGoogle\b[^()\n]{{0,12}}\)"
    rf"|\([^()\n]{{0,12}}\bGoogle\b[^()\n]{{0,12}}{_VERB}[^()\n]{{0,12}}\)"
)
_ORIGINAL: Final = re.compile(r"\([^()\n]{0,30}[Oo]rigin[^()\n]{0,15}\)|\(Oorspronkelijk[^()\n]{0,15}\)")
_GLUED: Final = re.compile(
    r"(?:Date of experience|Date de l['’]expérience)\s?:\s*[^\n]{3,40}$"
    r"|\b(?:Read more|Lire la suite|Voir plus)\s*$|… ?Plus\s*$"
)
_TAIL: Final = 80
_EXACT: Final = 1e15
_SPACES: Final = re.compile(r"[ \t\xa0\u202f]+")
_LINES: Final = re.compile(r"\s*\n\s*\n\s*")


def cell(value: object) -> str:
    """Return a cell as text: trimmed, numbers without a useless ".0", lists and objects left out."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)  # exact
    return "" if isinstance(value, list | dict) else str(value)


def tidy(text: str) -> str:
    """Return a plain text without control characters, entities, stray tags or mojibake."""
    if _SUSPECT.search(text) is None:
        return text.strip()
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = repair(text)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return text.strip()


def one_line(text: str) -> str:
    """Return a name as a page shows it: on one line, without control characters."""
    return " ".join(_CONTROL.sub("", text.replace("\r", " ")).split())


def repair(text: str) -> str:
    """Undo one reading of UTF-8 as cp1252 ("CinÃ©ma"), when the whole text allows it."""
    if _MOJIBAKE.search(text) is None:
        return text
    for codec in ("cp1252", "latin-1"):
        try:
            return text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return _MIXED.sub(_mend, text)


_MIXED: Final = re.compile("(?:[\xc2-\xf4][\x80-\xbf\u0152-\u2122]{1,3})")


def _mend(match: re.Match[str]) -> str:
    """Mend one broken sequence of a text that also holds sound characters."""
    try:
        return match[0].encode("cp1252").decode("utf-8")
    except UnicodeError:
        return match[0]


def original(text: str) -> str:
    """Return what the author wrote, without Google's translation, whichever comes first."""
    if "(" not in text:
        return text
    translated = _TRANSLATED.search(text)
    if translated is None:
        return text
    source = _ORIGINAL.search(text, translated.end())
    if source:
        return text[source.end() :].strip()
    before = text[: translated.start()].strip()
    return _ORIGINAL.sub("", before).strip() or text[translated.end() :].strip()


def body(text: str) -> str:
    """Return the words of a review, without what a page glued after them."""
    if not text:
        return ""
    text = original(text)
    glued = _GLUED.search(text, max(0, len(text) - _TAIL))
    return text[: glued.start()].rstrip() if glued else text


class _Plain(HTMLParser):
    """Collect the visible text of a fragment."""

    _HIDDEN: Final = frozenset(("script", "style", "title", "noscript", "svg", "math", "template", "iframe"))
    _BLOCKS: Final = frozenset(
        (
            "p",
            "div",
            "br",
            "li",
            "ul",
            "ol",
            "tr",
            "table",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "pre",
            "section",
            "hr",
        )
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._depth = 0

    def handle_starttag(
        self,
        tag: str,
        attrs: list[tuple[str, str | None]],  # noqa: ARG002 # inherited
    ) -> None:
        self._depth += tag in self._HIDDEN
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._depth = max(0, self._depth - (tag in self._HIDDEN))
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._depth:
            self.parts.append(data)


def plain(markup: str) -> str:
    """Return the visible text of an HTML fragment; never fails."""
    if "<" not in markup and "&" not in markup:
        return _compact(repair(_CONTROL.sub("", markup)))
    parser = _Plain()
    try:
        parser.feed(markup)
        parser.close()
    except (AssertionError, ValueError):  # html.parser's way to give up on a broken declaration
        return _compact(html.unescape(re.sub(r"<[^<>]*>", " ", markup)))
    return _compact(repair(_CONTROL.sub("", "".join(parser.parts))))


def _compact(text: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in text.replace("\r", "\n").split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()
