"""When a screen fails: a French message with a reference, and a line in the server's log with the same.

The log names the error and where it arose. It holds no message and no value: these may quote a review.
"""

import logging
import secrets
import traceback

from ereput.domain.errors import RefusedError
from ereput.jobs import mishaps
from ereput.ui import parts

LOG = logging.getLogger(__name__)
STREAMLIT_LOG = "streamlit.error_util"
_KEPT = (
    "Rien n’est à moitié enregistré : un import, une saisie ou une décision l’est en entier ou pas du tout."
)


def told(error: Exception) -> bool:
    """Say in the page what an uncaught error means; return True, so that Streamlit adds nothing in English.

    Streamlit calls it for a page, a fragment or a button's callback; its own interruptions never come here.
    """
    if isinstance(error, RefusedError):
        parts.error(str(error), "Rien n’a été changé.", "Changez votre choix et recommencez.")
        return True
    meaning = mishaps.told(error)
    if meaning:
        LOG.error("the machine refused: %s", type(error).__name__)
        parts.error(meaning, _KEPT, "Puis rechargez la page.", badge="Panne")
        return True
    reference = secrets.token_hex(3).upper()
    LOG.error("a screen failed, reference %s\n%s", reference, trace(error))
    parts.error(
        "L’affichage s’est interrompu ici, par une erreur de l’outil.",
        _KEPT,
        "Rechargez la page. Si cela se reproduit, donnez cette référence à la personne qui tient votre "
        f"installation, elle la retrouvera dans le journal du serveur : {reference}.",
        badge="Erreur",
    )
    return True


def trace(error: BaseException) -> str:
    """Return the kind of an error and of those behind it, with the lines of code, without any value."""
    found: list[str] = []
    link: BaseException | None = error
    while link is not None and len(found) < 5:  # noqa: PLR2004 - a longer chain tells nothing more
        frames = "".join(traceback.format_tb(link.__traceback__))
        found.append(f"{type(link).__module__}.{type(link).__qualname__}\n{frames}")
        link = link.__cause__ or link.__context__
    return "behind it: ".join(found)


def discreet(record: logging.LogRecord) -> bool:
    """Drop what Streamlit logs of an uncaught error: its message may quote a review, and `told` logs it."""
    return not record.exc_info


def install() -> None:
    """Keep Streamlit's log of errors discreet; once a process."""
    logging.getLogger(STREAMLIT_LOG).addFilter(discreet)
