"""Whether the trained models that come with the program are whole: a ZIP member knows its own checksum."""

import zipfile
import zlib
from pathlib import Path

from ereput.text.discretion import MODEL


def altered() -> list[str]:
    """Return the names of the model files that are missing or changed."""
    found = {MODEL, *MODEL.parent.glob("*.npz")}
    return sorted(path.name for path in found if not _is_whole(path))


def _is_whole(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile, zlib.error):
        return False
