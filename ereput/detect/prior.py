"""What a portfolio teaches about a practitioner of whom nothing is known yet."""

import hashlib
import struct
from dataclasses import dataclass

FORMAT = 2
"""Raise it whenever the model, or the meaning of a state's row, changes: states are then replayed."""

DISPERSIONS = (1.02, 1.25, 1.6, 2.2, 3.2, 5.0)
"""Grid of the variance-to-mean ratio of the negatives of a quiet week."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The starting point of every series of a portfolio; a state belongs to one prior.

    Attributes:
        log_level: mean, over practitioners, of the log of the weekly expectation.
        level_sd: its standard deviation.
        dispersion: weights of `DISPERSIONS`.
        coupling: share in [0, 1] of the swings of a week's negatives that the other publications
            of that week have too; 0 ignores the other publications.
        others_dispersion: variance-to-mean ratio of the other publications, that swing apart.
    """

    log_level: float = -0.7
    level_sd: float = 1.75
    dispersion: tuple[float, ...] = (0.30, 0.20, 0.20, 0.15, 0.10, 0.05)
    coupling: float = 0.0
    others_dispersion: float = 1.0

    def __post_init__(self) -> None:
        """Refuse values that no portfolio can have."""
        if len(self.dispersion) != len(DISPERSIONS) or min(self.dispersion) <= 0:
            raise ValueError("one positive weight for each dispersion")
        if not (0 <= self.coupling <= 1 and self.level_sd > 0 and self.others_dispersion >= 1):
            raise ValueError("a prior outside its range")

    @property
    def version(self) -> str:
        """A short name of these values and of the model's format."""
        values = (self.log_level, self.level_sd, *self.dispersion, self.coupling, self.others_dispersion)
        packed = struct.pack(f"<{len(values)}d", *values)
        return f"{FORMAT}-{hashlib.sha256(packed).hexdigest()[:12]}"


DEFAULT_PRIOR = Prior()
