from collections.abc import Callable
from datetime import date

import pytest

from ereput.domain.practitioner import Viewer
from ereput.facts import reviews
from ereput.facts.reviews import Filters
from ereput.facts.scope import Scope
from ereput.jobs.context import Context

Write = Callable[..., None]


@pytest.fixture
def written(write: Write) -> None:
    write("anne", "1/5", "Attente de deux heures, accueil glacial.", author="Élise P.", date="20/11/2026")
    write("anne", "2/5", "Trop cher.", author="Marc", date="10/11/2026", reply="Bonjour, merci.")
    write("anne", "5/5", "Très à l’écoute.", author="Zoé", date="02/10/2026", platform="doctolib")
    write("anne", "4/5", "Bien.", author="Léa", date="")
    write("bruno", "1/5", "Jamais à l’heure.", author="Noé", date="21/11/2026")


def _page(context: Context, anne: Scope, filters: Filters, number: int = 1, size: int = 10) -> reviews.Page:
    who = anne.who or 0
    return reviews.read_page(context.store, context.viewer, who, filters, number, size=size)


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("filters", "authors"),
    [
        (Filters(), ["Élise P.", "Marc", "Zoé", "Léa"]),
        (Filters(words="élise"), ["Élise P."]),
        (Filters(words="ÉCOUTE"), ["Zoé"]),
        (Filters(words="attente glacial"), ["Élise P."]),
        (Filters(words="100%_"), []),
        (Filters(is_negative=True), ["Élise P.", "Marc"]),
        (Filters(is_negative=True, is_unanswered=True), ["Élise P."]),
        (Filters(platform="doctolib"), ["Zoé"]),
        (Filters(first=date(2026, 11, 1), last=date(2026, 11, 15)), ["Marc"]),
        (Filters(weeks=(date(2026, 11, 16), date(2026, 11, 16))), ["Élise P."]),
        (Filters(is_removed=True), []),
    ],
)
def test_filters_keep_what_they_ask_for(
    context: Context, anne: Scope, filters: Filters, authors: list[str]
) -> None:
    found = _page(context, anne, filters)
    assert [review.author for review in found.reviews] == authors
    assert found.total == len(authors)


@pytest.mark.usefixtures("written")
def test_pages_follow_each_other(context: Context, anne: Scope) -> None:
    first, last = _page(context, anne, Filters(), 1, size=3), _page(context, anne, Filters(), 9, size=3)
    assert (first.pages, len(first.reviews), len(last.reviews)) == (2, 3, 1)


@pytest.mark.usefixtures("written")
def test_a_review_is_worded_and_its_text_untouched(context: Context, anne: Scope) -> None:
    found = _page(context, anne, Filters()).reviews
    elise, marc, _, lea = found
    assert (elise.source, elise.published, elise.stars) == ("Google", "20 nov. 2026", "1 sur 5")
    assert elise.is_negative
    assert marc.reply == "Bonjour, merci."
    assert lea.published == "date inconnue"


@pytest.mark.usefixtures("written")
def test_who_may_not_see_sees_nothing(context: Context, anne: Scope, bruno_only: Viewer) -> None:
    who = anne.who or 0
    assert reviews.read_page(context.store, bruno_only, who, Filters()).total == 0
