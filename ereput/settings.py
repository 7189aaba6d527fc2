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
    trusted_issuers: frozenset[str] = frozenset()  # providers of identities that only give verified e-mails
    contact: str = ""  # whom a stranger at the door is sent to
    dask: str = ""  # the scheduler of a cluster, tcp://host:port
    processes: int = 1  # that share the work on practitioners, on this machine
    smtp: str = ""  # smtps://user:password@host, smtp://… for STARTTLS
    sender: str = ""  # whom notifications come from
    apprise: tuple[str, ...] = ()  # the addresses of Apprise channels
    address: str = "http://127.0.0.1:8501"  # where readers open the dashboard

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
    """Read the variables EREPUT_HOME, EREPUT_DATABASE_URL, EREPUT_NOW and the others named below."""
    values = dict(os.environ) if environment is None else environment
    home = Path(values.get("EREPUT_HOME") or "var").absolute()
    frozen = values.get("EREPUT_NOW")
    return Settings(
        home=home,
        database_url=values.get("EREPUT_DATABASE_URL") or f"sqlite:///{home / 'ereput.db'}",
        frozen_now=parse_now(frozen) if frozen else None,
        has_demo=values.get("EREPUT_DEMO") != "0",
        private_hosts=_words(values.get("EREPUT_PRIVATE_HOSTS", "")),
        trusted_issuers=_words(values.get("EREPUT_TRUSTED_ISSUERS", "")),
        contact=values.get("EREPUT_CONTACT", "").strip(),
        dask=values.get("EREPUT_DASK", "").strip(),
        processes=_count(values.get("EREPUT_PROCESSES", "")),
        smtp=values.get("EREPUT_SMTP", "").strip(),
        sender=values.get("EREPUT_SENDER", "").strip(),
        apprise=tuple(values.get("EREPUT_APPRISE", "").split()),
        address=values.get("EREPUT_URL", "").strip().rstrip("/") or "http://127.0.0.1:8501",
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.replace(",", " ").split())


def _count(text: str) -> int:
    if not text.strip():
        return 1
    if not text.strip().isdigit() or not int(text):
        raise RefusedError(f"EREPUT_PROCESSES est un nombre de processus, pas « {text} ».")
    return int(text)
