"""A probability a week, in the words of a reader who waits for it."""

WEEKS_A_YEAR = 365.2425 / 7
_MONTHS_A_YEAR = 12


def by_chance(rate: float) -> str:
    """Say how often a week of this probability comes by chance.

    « par hasard, environ une fois tous les 9 ans ».

    Args:
        rate: probability a week, in [0, 1].

    Raises:
        ValueError: no probability.
    """
    if not 0 <= rate <= 1:
        raise ValueError("a probability is within [0, 1]")
    years = 1 / (rate * WEEKS_A_YEAR) if rate > 0 else float("inf")
    if years >= 100:  # noqa: PLR2004 - a century
        return "par hasard, moins d’une fois par siècle"
    if years >= 1.5:  # noqa: PLR2004 - rounds to two
        return f"par hasard, environ une fois tous les {_rounded(years)} ans"
    months = years * _MONTHS_A_YEAR
    if months >= 10.5:  # noqa: PLR2004 - rounds to eleven, which nobody counts in
        return "par hasard, environ une fois par an"
    if months >= 1.5:  # noqa: PLR2004 - rounds to two
        return f"par hasard, environ une fois tous les {round(months)} mois"
    weeks = round(1 / rate)
    if weeks >= 4:  # noqa: PLR2004 - a month
        return "par hasard, environ une fois par mois"
    return (
        f"par hasard, environ une semaine sur {weeks}" if weeks > 1 else "par hasard, presque chaque semaine"
    )


def _rounded(years: float) -> int:
    """Keep one figure above twenty: nobody knows a chance of one in 43 years."""
    return round(years) if years < 20 else int(round(years, -1))  # noqa: PLR2004
