"""Any table of reviews, in any of the usual languages: what no named format claims."""

from typing import Final

from ereput.domain.errors import RefusedError
from ereput.ingest.formats.base import NOT_REVIEWS, Layout, Request, read_layout
from ereput.ingest.reading import Reading
from ereput.ingest.rows import Conventions
from ereput.ingest.sample import Sample, Shape

KEY: Final = "tableur"


def recognises(sample: Sample) -> bool:
    """Whether the file is a table, delimited or of a workbook."""
    return sample.shape is Shape.TABLE


def read(sample: Sample, request: Request) -> Reading:
    """Read the table by the titles and contents of its columns."""
    if not sample.tables:
        raise RefusedError(NOT_REVIEWS)
    return read_layout(Layout((), Conventions()), KEY, sample, request)
