"""From a spike score to a rate of false alarms, and back."""

import math

ALERT_A_YEAR = 0.5
"""False alarms a year of one practitioner at the alert level: one in two years."""
WATCH_A_YEAR = 1.3
"""And at the watch level."""
_WEEKS_A_YEAR = 365.2425 / 7
_TABLE = ((-1.6, 0.025), (-0.92, 0.01), (0.6, 0.001))


def threshold_for(false_alarms_per_year: float) -> float:
    """Return the score that a quiet practitioner reaches this often a year."""
    rate = false_alarms_per_year / _WEEKS_A_YEAR
    (s1, r1), (s2, r2) = (_TABLE[0], _TABLE[1]) if rate > _TABLE[1][1] else (_TABLE[1], _TABLE[2])
    share = (math.log(rate) - math.log(r1)) / (math.log(r2) - math.log(r1))
    return s1 + share * (s2 - s1)
