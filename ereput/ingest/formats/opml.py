"""OPML: the subscriptions of a feed reader."""

from typing import Final

from ereput.domain.errors import RefusedError
from ereput.ingest.encodings import decode
from ereput.ingest.formats.base import Request
from ereput.ingest.opml import opml_feeds
from ereput.ingest.reading import Reading
from ereput.ingest.sample import Sample, Shape

KEY: Final = "opml"


def recognises(sample: Sample) -> bool:
    """Whether the file is an OPML, well-formed or not."""
    return sample.shape is Shape.OPML


def read(sample: Sample, request: Request) -> Reading:  # noqa: ARG001 # the contract of readers
    """Read the subscriptions; private and local addresses are left out and counted.

    Raises:
        RefusedError: no subscription has an address.
    """
    feeds, refused = opml_feeds(decode(sample.content))
    if not feeds:
        raise RefusedError("Ce fichier OPML ne contient aucune adresse de flux utilisable.")
    message = f"Adresses refusées, car locales ou d’un autre type que le web : {refused}." if refused else ""
    return Reading("opml", KEY, message, feeds=feeds)
