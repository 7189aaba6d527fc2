"""What is sent, whatever the channel: counts and links, nothing of a review nor of a person."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A text ready to leave; `key` names it once and for all, made of letters, digits, dots and dashes.

    `kind` is digest, urgent or test.
    """

    key: str
    kind: str
    title: str
    body: str
    at: datetime


class SendError(Exception):
    """A message did not leave; the French words may be shown and kept."""
