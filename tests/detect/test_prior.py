"""A prior names itself by its values, and refuses what no portfolio can have."""

from dataclasses import asdict, replace

import pytest

from ereput.detect.prior import DEFAULT_PRIOR, DISPERSIONS, FORMAT, Prior


def test_equal_priors_share_a_version_and_any_change_makes_another() -> None:
    changes: list[dict[str, object]] = [
        {"log_level": 0.1},
        {"level_sd": 1.0},
        {"dispersion": tuple(1 / len(DISPERSIONS) for _ in DISPERSIONS)},
        {"coupling": 0.3},
        {"others_dispersion": 2.0},
    ]
    versions = {replace(DEFAULT_PRIOR, **change).version for change in changes}  # type: ignore[arg-type]
    assert len(versions) == len(changes)
    assert DEFAULT_PRIOR.version not in versions
    assert Prior(**asdict(DEFAULT_PRIOR)).version == DEFAULT_PRIOR.version
    assert DEFAULT_PRIOR.version.startswith(f"{FORMAT}-")


def test_the_default_is_a_distribution() -> None:
    assert sum(DEFAULT_PRIOR.dispersion) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"coupling": 1.1},
        {"coupling": -0.1},
        {"level_sd": 0.0},
        {"others_dispersion": 0.5},
        {"dispersion": (0.5, 0.5)},
        {"dispersion": (0.0, 0.2, 0.2, 0.2, 0.2, 0.2)},
    ],
)
def test_impossible_values_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"prior|dispersion"):
        Prior(**wrong)  # type: ignore[arg-type]
