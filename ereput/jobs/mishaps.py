"""What the machine refuses, told in French with the way out: full disk, locked database.

Nothing is half written when it happens: every write is one transaction, every file is renamed once whole.
"""

import errno

import sqlalchemy as sa

_KEPT = "Rien n’a été enregistré à moitié."
_FULL = f"Le disque est plein. {_KEPT} Libérez de la place, puis recommencez."
_READ_ONLY = (
    f"Le dossier ou le disque est en lecture seule. {_KEPT} "
    "Rétablissez le droit d’y écrire, puis recommencez."
)
_LOCKED = f"Un autre enregistrement est en cours et tarde à finir. {_KEPT} Recommencez dans un instant."
_GONE = f"La base de données ne répond pas. {_KEPT} Vérifiez qu’elle tourne, puis recommencez."
_DAMAGED = (
    "La base de données est abîmée. N’y écrivez plus : lancez « doctor », puis restaurez la dernière "
    "sauvegarde dans un dossier neuf."
)
# The words of SQLite, in the order in which they are looked for.
_SQLITE = (
    ("disk is full", _FULL),
    ("readonly", _READ_ONLY),
    ("read-only", _READ_ONLY),
    ("locked", _LOCKED),
    ("busy", _LOCKED),
    ("malformed", _DAMAGED),
    ("not a database", _DAMAGED),
    ("unable to open", _READ_ONLY),
    ("disk i/o error", _FULL),
)
_ERRNO = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
}
# Classes of SQLSTATE (PostgreSQL, appendix A).
_STATES = {"53100": _FULL, "25006": _READ_ONLY, "40": _LOCKED, "55P03": _LOCKED}


def told(error: BaseException) -> str:
    """Return what an error of the machine means and what to do, "" for any other error."""
    if isinstance(error, OSError) and error.errno in _ERRNO:
        return _ERRNO[error.errno]
    if not isinstance(error, sa.exc.DBAPIError):
        return ""
    state = str(getattr(error.orig, "sqlstate", "") or "")
    for start, meaning in _STATES.items():
        if state.startswith(start):
            return meaning
    words = str(error.orig).lower()
    if error.connection_invalidated or "connection" in words or state.startswith(("08", "57P")):
        return _GONE
    return next((meaning for word, meaning in _SQLITE if word in words), "")
