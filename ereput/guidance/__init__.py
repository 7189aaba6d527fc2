"""The leaflet turned into next steps: pure, data-driven from `data/guidance/`.

Entry points that other rooms build on:

- `base.load(root: Path | None = None) -> Base`: the whole base, validated, loaded once;
  `Base.notice(now) -> str`: the notice that whatever advises must carry.
- `route.route(base, situation: Situation, *, today: date) -> tuple[RouteStep, ...]`: the ordered steps.
- `deadlines.deadline(base, id, start: date, *, days: int | None = None) -> DeadlineResult`: one deadline;
  `deadlines.chained` counts from the first event of a chain.
- `model`: the enumerations (Qualification, Author, YesNo, Flag…) and the values that the base is made of.

Wrong data raises `strict.GuidanceError`; a wrong request raises `domain.errors.RefusedError`, in French.
"""
