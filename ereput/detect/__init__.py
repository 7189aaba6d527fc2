"""Detection: pure functions on counts and ratings, no clock, no store.

Stable signatures:

* `spikes.estimate_prior(counts) -> Prior`, `Prior.version`
* `spikes.State.start(n, prior)`, `.pack(i) -> bytes`, `State.unpack(blobs, prior)`, `.copy()`
* `spikes.step(state, counts, *, covered=None) -> Weeks(score, odds, expected, upper, tail)`
* `spikes.run(counts, prior, *, last=None) -> (State, Weeks)`
* `calibrate.threshold_for(false_alarms_per_year)`, `ALERT_A_YEAR`, `WATCH_A_YEAR`
* `table.detect_table(frame, *, last=49, prior=None) -> frame`

Counts are negatives a week (publications dated to the week only); NaN is an unknown week.
"""
