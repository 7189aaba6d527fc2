"""Feeds that the library trips over: refused in French, never a crash."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ereput.domain.errors import RefusedError
from ereput.ingest import read_file


def test_a_feed_that_the_library_trips_over_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "flux.xml"
    path.write_text(
        '<rss version="2.0"><channel><image><title>I</title><url>http://a.example/u</url>'
        "<link>http://a.example/l</link><widtx>80</width><height>15</height>"
        "<description>D</description></image></channel></rss>",
        "utf-8",
    )
    with pytest.raises(RefusedError, match="mal formé"):
        list(read_file(path, now=datetime(2026, 11, 23, tzinfo=UTC)).items)
