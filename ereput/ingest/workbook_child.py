"""Read one workbook in a process of its own, and print its rows as JSON lines.

Run by path, alone: `python -I workbook_child.py FILE MEGABYTES CELLS`. A workbook of a few kilobytes can
claim seventeen billion cells, and the library that reads it then ends its process, not its call: here, only
this one. Exit codes: 0 read, 3 too large, 4 locked by a password, 5 damaged.

Output: `["sheet", name]` opens a sheet, then one array a row without its empty end; dates are `{"d": ISO}`.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

TOO_LARGE, LOCKED, DAMAGED = 3, 4, 5


def plain(value: object) -> Any:
    """Return a cell as JSON holds it."""
    if isinstance(value, datetime | date):
        return {"d": value.isoformat()}
    if isinstance(value, timedelta | time):
        return str(value)
    return value


def limit(megabytes: int) -> None:
    """Bound the memory of this process, where the system knows how."""
    try:
        import resource
    except ImportError:  # Windows: the separate process is the only protection
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(path: str, megabytes: int, cells: int) -> int:
    """Print every sheet of a workbook; return the exit code."""
    limit(megabytes)
    write = sys.stdout.write
    seen = 0
    try:
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            write(json.dumps(["sheet", name]) + "\n")
            for row in sheet.iter_rows():
                values = [plain(value) for value in row]
                while values and values[-1] in ("", None):
                    values.pop()
                seen += len(values) + 1
                if seen > cells:
                    return TOO_LARGE
                write(json.dumps(values, ensure_ascii=True) + "\n")
    except PasswordError:
        return LOCKED
    except MemoryError:
        return TOO_LARGE
    except (CalamineError, OSError, ValueError, KeyError, IndexError):
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
