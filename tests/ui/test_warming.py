import logging

import pytest

from ereput.guidance import base
from ereput.ui import warming


def test_what_the_first_page_needs_is_read_beforehand() -> None:
    base._load.cache_clear()
    thread = warming.start()
    assert thread.daemon
    thread.join(timeout=60)
    assert base._load.cache_info().currsize == 1


def test_a_failure_is_left_to_the_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(warming, "LIBRARIES", ("no_such_library",))
    with caplog.at_level(logging.WARNING, warming.LOG.name):
        warming.warm_up()
    assert "ModuleNotFoundError" in caplog.text
