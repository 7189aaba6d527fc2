import logging

import pytest
from streamlit.testing.v1 import AppTest

from ereput.ui import mishap

WORDS = "Le docteur m’a fait mal"


def _failing() -> None:
    from ereput.ui import mishap

    def save(words: str) -> None:
        raise ValueError(words)

    try:
        try:
            save("Le docteur m’a fait mal")
        except ValueError as error:
            raise KeyError("Le docteur m’a fait mal") from error
    except KeyError as error:
        if not mishap.told(error):
            raise


def _refused() -> None:
    from ereput.domain.errors import RefusedError
    from ereput.ui import mishap

    assert mishap.told(RefusedError("Ce praticien n’est pas dans votre périmètre."))


def _words(screen: AppTest) -> str:
    return "\n".join(element.value for element in screen.text)


def test_an_error_is_told_in_french_with_the_reference_that_the_log_bears(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, mishap.LOG.name):
        screen = AppTest.from_function(_failing).run()
    (record,) = [record for record in caplog.records if record.name == mishap.LOG.name]
    reference = record.args[0]  # type: ignore[index]  # a tuple, as `told` logs it
    assert not screen.exception
    assert f"{reference}." in _words(screen)
    assert "interrompu" in _words(screen)
    assert "Rechargez la page" in _words(screen)


def test_the_log_says_where_and_never_what(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, mishap.LOG.name):
        AppTest.from_function(_failing).run()
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "builtins.KeyError" in said
    assert "builtins.ValueError" in said
    assert "in save" in said
    assert "raise ValueError(words)" in said
    assert f"ValueError: {WORDS}" not in said


def test_a_refusal_needs_no_reference(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, mishap.LOG.name):
        screen = AppTest.from_function(_refused).run()
    assert "Ce praticien n’est pas dans votre périmètre." in _words(screen)
    assert "Rien n’a été changé." in _words(screen)
    assert not caplog.records


def test_streamlit_s_own_line_is_dropped() -> None:
    error = ValueError(WORDS)
    failed = logging.LogRecord("x", logging.ERROR, "", 0, "Uncaught", (), (ValueError, error, None))
    assert not mishap.discreet(failed)
    assert mishap.discreet(logging.LogRecord("x", logging.INFO, "", 0, "ok", (), None))
