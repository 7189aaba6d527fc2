"""The environment, read once into one frozen object; only ui, cli and jobs look at it."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ereput.domain.errors import RefusedError

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are; `frozen_now` stops the clock everywhere (tests, rehearsals)."""

    home: Path
    database_url: str
    frozen_now: datetime | None = None
    has_demo: bool = True  # whether a first start loads the demonstration
    private_hosts: frozenset[str] = frozenset()  # machines of the local network that feeds may be read from

    def now(self) -> datetime:
        """Return the present, in Paris."""
        return self.frozen_now or datetime.now(PARIS)


def parse_now(text: str) -> datetime:
    """Return an ISO date or time as an aware one; without a zone it is Paris time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RefusedError(f"« {text} » n’est pas une date ISO (2026-11-23 ou 2026-11-23T09:00).") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


def load(environment: dict[str, str] | None = None) -> Settings:
    """Read EREPUT_HOME, EREPUT_DATABASE_URL, EREPUT_NOW, EREPUT_DEMO and EREPUT_PRIVATE_HOSTS."""
    values = dict(os.environ) if environment is None else environment
    home = Path(values.get("EREPUT_HOME") or "var").absolute()
    frozen = values.get("EREPUT_NOW")
    return Settings(
        home=home,
        database_url=values.get("EREPUT_DATABASE_URL") or f"sqlite:///{home / 'ereput.db'}",
        frozen_now=parse_now(frozen) if frozen else None,
        has_demo=values.get("EREPUT_DEMO") != "0",
        private_hosts=frozenset(
            filter(None, values.get("EREPUT_PRIVATE_HOSTS", "").replace(",", " ").split())
        ),
    )
