"""Read beforehand what the first page needs: large libraries, the guidance base, the lists of words."""

import importlib
import logging
import threading

from ereput.facts import words
from ereput.guidance import base
from ereput.guidance.qualification import load_questions

LOG = logging.getLogger(__name__)
LIBRARIES = ("pandas", "plotly.graph_objects", "plotly.io", "babel.dates", "ereput.ui.charts")


def start() -> threading.Thread:
    """Warm up in a thread that never keeps the process alive, and return it."""
    thread = threading.Thread(target=warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


def warm_up() -> None:
    """Load what pages import or read once a process; a failure is left to the page that needs it."""
    try:
        for name in LIBRARIES:
            importlib.import_module(name)
        load_questions(base.load())
        words.theme("")
        words.platform("")
        words.hint("")
    except Exception as error:  # noqa: BLE001 - the page that needs it tells its visitor
        LOG.warning("the warm-up stopped: %s", type(error).__name__)
