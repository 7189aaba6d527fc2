"""Detection: pure functions on counts and ratings, no clock, no store.

Spikes (counts are negatives a week, dated to the week; NaN is an unknown week, never zero):

* `spikes.estimate_prior(counts, others=None) -> Prior`, `Prior.version`
* `spikes.State.start(n, prior)`, `.pack(i) -> bytes`, `State.unpack(blobs, prior)`, `.copy()`
* `spikes.step(state, counts, others=None, *, covered=None) -> Weeks`
* `spikes.run(counts, prior, others=None, *, last=None) -> (State, Weeks)`
* `Weeks(score, odds, expected, upper, tail, usual, dispersion)`; `others` are the publications of
  the week that are not negative: they say how busy it was, and buy five points of detection
* `calibrate.threshold_for(false_alarms_per_year)`, `false_alarms_per_year(threshold)`,
  `level(score)`, `ALERT_A_YEAR`, `WATCH_A_YEAR`
* `table.detect_table(frame, *, last=49, prior=None) -> frame`

Ratings: `rating.shrunk_mean(counts, prior)`, `estimate_rating_prior(counts, towards)`,
`rolling(months, prior, *, window=6)`, `slide(months) -> Slide | None`; `funnel`.
Signals: `signals.silence(days, today)`, `coordinated(days, authors, clusters)`,
`surge(mentions, *, last=1)`, `contradictions(ratings, labels)`.
Words: `words.by_chance(rate)`, « par hasard, environ une fois tous les 9 ans ».
"""
