import pytest

from ereput.domain.errors import RefusedError
from ereput.domain.practitioner import Viewer
from ereput.facts import scope
from ereput.facts.scope import EVERYBODY, Scope
from ereput.jobs import practitioners
from ereput.jobs.context import Context


def test_a_scope_names_whom_it_speaks_of(everybody: Scope, anne: Scope) -> None:
    assert everybody.name == EVERYBODY
    assert len(everybody.ids) == 2
    assert anne.name == "Dr Anne Alba"
    assert len(anne.ids) == 1
    assert not anne.has_demo


def test_a_slug_out_of_view_is_everybody(everybody: Scope) -> None:
    assert everybody.on("personne").chosen is None


def test_a_practitioner_sees_only_their_own(context: Context, bruno_only: Viewer, anne: Scope) -> None:
    own = scope.read(context.store, bruno_only)
    assert [member.slug for member in own.members] == ["bruno"]
    assert own.on("anne").chosen == own.members[0]
    with pytest.raises(RefusedError):
        own.member(next(iter(anne.ids)))


def test_namesakes_are_told_apart(context: Context) -> None:
    practitioners.add(context, name="Bruno Bex", slug="bruno-2", city="Niort")
    practitioners.add(context, name="Bruno Bex", slug="bruno-3", city="Niort")
    labels = scope.read(context.store, context.viewer).labels
    assert labels["bruno"] == "Bruno Bex (bruno)"
    assert labels["bruno-2"] == "Bruno Bex (Niort) (bruno-2)"
    assert len(set(labels.values())) == len(labels)
