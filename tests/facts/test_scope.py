import pytest

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.facts import scope
from ereput.facts.scope import EVERYBODY, Scope
from ereput.jobs import practitioners
from ereput.jobs.context import Context


def test_a_scope_names_whom_it_speaks_of(everybody: Scope, anne: Scope) -> None:
    assert everybody.name == EVERYBODY
    assert (everybody.count, everybody.people) == (2, 2)
    assert anne.name == "Dr Anne Alba"
    assert anne.people == 1
    assert not anne.has_demo


def test_a_slug_out_of_view_is_everybody(everybody: Scope) -> None:
    assert everybody.on("personne").chosen is None


def test_a_practitioner_sees_only_their_own(context: Context, bruno_only: Viewer, anne: Scope) -> None:
    own = scope.read(context.store, bruno_only)
    assert [member.slug for member in own.first()] == ["bruno"]
    assert own.on("anne").chosen == own.find("bruno")
    assert own.find("anne") is None
    assert list(own.offer("alba", besides=["anne", "Dr Anne Alba"]).labels) == []
    assert anne.chosen is not None
    with pytest.raises(RefusedError):
        own.member(anne.chosen.id)


def test_namesakes_are_told_apart(context: Context) -> None:
    practitioners.add(context, name="Bruno Bex", slug="bruno-2", city="Niort")
    practitioners.add(context, name="Bruno Bex", slug="bruno-3", city="Niort")
    labels = scope.read(context.store, context.viewer).offer().labels
    assert labels["bruno"] == "Bruno Bex (bruno)"
    assert labels["bruno-2"] == "Bruno Bex (Niort) (bruno-2)"
    assert len(set(labels.values())) == len(labels)


def test_a_long_list_is_cut_and_searched(context: Context) -> None:
    for rank in range(scope.MOST_OFFERED + 3):
        practitioners.add(context, name=f"Dr Zoé Zola {rank:02}", city="Tours" if rank else "Évreux")
    view = scope.read(context.store, context.viewer)
    first = view.offer()
    assert first.is_cut
    assert len(first.labels) == scope.MOST_OFFERED
    assert list(view.offer("évreux zola").labels.values()) == ["Dr Zoé Zola 00"]
    late = f"Dr Zoé Zola {scope.MOST_OFFERED + 2:02}"
    slug = practitioners.slug_of(late)
    assert slug not in first.labels
    assert view.offer(besides=[late]).labels[slug] == late
    assert next(iter(view.on(slug).offer().labels)) == slug
    assert view.offer("100%_").labels == {}


def test_a_label_finds_its_namesake_again(context: Context) -> None:
    practitioners.add(context, name="Bruno Bex", slug="bruno-2", city="Niort")
    view = scope.read(context.store, context.viewer)
    for slug, label in view.offer("bruno").labels.items():
        assert view.offer("personne", besides=[label]).labels[slug] == label
