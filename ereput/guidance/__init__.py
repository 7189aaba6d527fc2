"""The leaflet turned into next steps: pure, data-driven from `data/guidance/`.

Entry points that other rooms build on:

- `base.load(root: Path | None = None) -> Base`: the whole base, validated, loaded once;
  `Base.notice(now) -> str`: the notice that whatever advises must carry.
- `route.route(base, situation: Situation, *, today: date) -> tuple[RouteStep, ...]`: the ordered steps.
- `deadlines.deadline(base, id, start: date, *, days: int | None = None) -> DeadlineResult`: one deadline;
  `deadlines.chained` counts from the first event of a chain.
- `qualification.load_questions(base)`, `situation(questionnaire, answers) -> Situation`,
  `reminders(questionnaire, answers)`: the questions and what each answer means.
- `letters.fill(base, template, variant, values) -> Letter`; `letters.known_values(…)` fills what is known.
- `group.group_route(base, AlertKind, *, direct_reply, guarantee, today, …) -> GroupRoute`: for an alert.
- `workflow.Case(situation, opened)`, `apply(base, case, event) -> Case`, `replay`; `events` and their
  `encode` and `decode` for a journal; `board.board` and `board.due_items(base, case, today)` to show it.
- `model`: the enumerations (Qualification, Author, YesNo, Flag…) and the values that the base is made of.

Wrong data raises `strict.GuidanceError`; a wrong request raises `domain.errors.RefusedError`, in French.
"""
