"""Any JSON that holds a list of reviews: what no named format claims."""

from typing import Final

from ereput.domain.errors import RefusedError
from ereput.ingest.formats.base import Layout, Request, read_layout
from ereput.ingest.reading import Reading
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample, Shape

KEY: Final = "json"


def recognises(sample: Sample) -> bool:
    """Whether the file is JSON."""
    return sample.shape is Shape.JSON


def read(sample: Sample, request: Request) -> Reading:
    """Read the lists of the document whose records look like reviews."""
    if not sample.tables:
        raise RefusedError("Ce fichier JSON ne contient aucune liste d’avis reconnue.")
    return read_layout(Layout((), Conventions()), KEY, sample, request)
