"""RSS, Atom and RDF: press, alerts, forums, networks, application stores, podcasts."""

from typing import Final

from ereput.domain.errors import RefusedError
from ereput.ingest.feeds import feed_entries
from ereput.ingest.formats.base import Request
from ereput.ingest.reading import Reading
from ereput.ingest.sample import Sample, Shape

KEY: Final = "flux"


def recognises(sample: Sample) -> bool:
    """Whether the file is an XML feed, sound or damaged."""
    return sample.shape is Shape.FEED


def read(sample: Sample, request: Request) -> Reading:
    """Read every entry of the feed.

    Raises:
        RefusedError: the XML is no feed.
    """
    found = feed_entries(sample.content, now=request.now)
    if found is None:
        raise RefusedError(
            "Ce fichier XML n’est pas un flux RSS ou Atom : aucune publication n’y a été reconnue."
        )
    entries, message = found
    return Reading("feed", KEY, message, entries=entries)
