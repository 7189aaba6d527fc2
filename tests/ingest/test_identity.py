"""Identity: nothing real is lost, nothing is counted twice."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ereput.domain.publication import Draft, Kind, Known, PartialDate, Precision
from ereput.ingest import identity
from ereput.ingest.identity import Fate, Keys

MARCH = PartialDate.exact(date(2026, 3, 2))
REVIEW = Draft(1, "google", author="Camille R.", published=MARCH, rating=2.0, text="Trop d'attente ce matin")


def known(draft: Draft, *, identifier: int = 7, namespace: str = "") -> Known:
    when = draft.published
    return Known(
        id=identifier,
        author_key=identity.author_key(draft.author),
        id_namespace=namespace,
        earliest=when.earliest if when else None,
        latest=when.latest if when else None,
        content=identity.content_key(draft),
        is_removed=False,
        rating=draft.rating,
        title=draft.title,
        text=draft.text,
        reply=draft.reply,
    )


def judge(draft: Draft, *stored: Known, single: bool = True, alone: bool = True) -> identity.Verdict:
    return identity.judge(draft, stored, one_review_per_author=single, alone_in_file=alone)


def test_identical_rows_of_one_file_have_keys_of_their_own() -> None:
    keys = Keys()
    empty = Draft(1, "google", author="Utilisateur Google", published=MARCH, rating=5.0)
    first, second = keys.of(empty), keys.of(replace(empty, row=2))
    assert first != second
    assert Keys().of(empty) == first


def test_an_external_id_comes_first_and_the_fingerprint_stays() -> None:
    with_id = replace(REVIEW, external_id="abc", id_namespace="google")
    assert len(Keys().of(with_id)) == 2
    assert Keys().of(with_id)[1] == Keys().of(REVIEW)[0]
    other_namespace = replace(with_id, id_namespace="outscraper")
    assert Keys().of(with_id)[0] != Keys().of(other_namespace)[0]


def test_a_relative_date_does_not_move_the_fingerprint() -> None:
    def seen(day: int) -> Draft:
        when = PartialDate(date(2026, 3, day), date(2026, 3, day - 6), date(2026, 3, day), Precision.WEEK)
        return replace(REVIEW, published=when)

    assert Keys().of(seen(9)) == Keys().of(seen(16))


def test_accents_spaces_and_apostrophes_do_not_make_another_review() -> None:
    spelt = replace(REVIEW, text="  Trop  d’attente CE matin ")
    assert Keys().of(spelt) == Keys().of(REVIEW)


def test_another_tools_export_of_the_same_review_is_recognised() -> None:
    cut = replace(REVIEW, text="L'accueil est charmant mais l'attente est vraiment trop longue et…")
    whole = replace(
        REVIEW, text="L'accueil est charmant mais l'attente est vraiment trop longue et le parking plein"
    )
    assert judge(cut, known(whole)).fate is Fate.UNCHANGED
    assert judge(whole, known(cut)).fate in (Fate.UNCHANGED, Fate.EDITED)


def test_an_edit_keeps_the_publication() -> None:
    verdict = judge(replace(REVIEW, rating=5.0, text="Finalement on m'a rappelé, merci"), known(REVIEW))
    assert (verdict.fate, verdict.publication) == (Fate.EDITED, 7)


@pytest.mark.parametrize(
    ("draft", "single", "alone"),
    [
        (replace(REVIEW, text="Autre chose"), False, True),  # the platform lets one author post twice
        (replace(REVIEW, text="Autre chose"), True, False),  # two namesakes in the file
        (replace(REVIEW, author="Utilisateur Google", text="Autre chose"), True, True),
        (replace(REVIEW, text="Autre chose", published=PartialDate.exact(date(2025, 1, 1))), True, True),
    ],
)
def test_what_cannot_be_an_edit_is_new(draft: Draft, *, single: bool, alone: bool) -> None:
    assert (
        judge(draft, known(replace(REVIEW, author=draft.author)), single=single, alone=alone).fate is Fate.NEW
    )


def test_two_ids_of_one_issuer_are_two_reviews() -> None:
    stored = known(REVIEW, namespace="google")
    assert judge(replace(REVIEW, external_id="other", id_namespace="google"), stored).fate is Fate.NEW


def test_empty_reviews_of_nobody_in_particular_are_doubtful() -> None:
    nobody = replace(REVIEW, author="Utilisateur Google", text="")
    verdict = judge(nobody, known(nobody))
    assert verdict.fate is Fate.DOUBTFUL
    assert verdict.reason


def test_an_export_without_replies_erases_none() -> None:
    stored = known(replace(REVIEW, reply="Merci de votre message."))
    assert identity.same_content(stored, REVIEW)
    assert not identity.same_content(known(REVIEW), replace(REVIEW, reply="Merci de votre message."))


def test_one_story_has_one_key_in_two_newspapers() -> None:
    story = Draft(
        1,
        "presse",
        Kind.MENTION,
        url="https://a.example/1",
        title="Un cabinet ferme ses portes à Niort - Le Fil",
    )
    same = replace(
        story, url="https://b.example/2", title="Un cabinet ferme ses portes à Niort | La Dépêche du Marais"
    )
    assert set(Keys().of(story)) & set(Keys().of(same))


def test_the_same_headline_a_year_later_is_another_story() -> None:
    story = Draft(1, "presse", Kind.MENTION, title="Journée portes ouvertes au cabinet", published=MARCH)
    later = replace(story, published=PartialDate.exact(date(2027, 3, 2)))
    assert identity.fits_story(known(story), story)
    assert not identity.fits_story(known(story), later)


texts = st.text(max_size=60)
drafts = st.builds(
    Draft,
    row=st.integers(1, 9),
    platform=st.sampled_from(["google", "doctolib"]),
    author=texts,
    external_id=st.sampled_from(["", "a", "b"]),
    id_namespace=st.just("n"),
    published=st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1)).map(PartialDate.exact),
    rating=st.none() | st.floats(0, 5),
    text=texts,
    title=texts,
)


@settings(max_examples=60)
@given(st.lists(drafts, max_size=12))
def test_keys_are_stable_and_63_bits(rows: list[Draft]) -> None:
    def keys() -> list[tuple[int, ...]]:
        maker = Keys()
        return [maker.of(row) for row in rows]

    assert keys() == keys()
    assert all(0 <= key < 2**63 for row in keys() for key in row)
    fingerprints = [row[-1] for row in keys()]
    assert len(set(fingerprints)) == len(fingerprints)


@settings(max_examples=60)
@given(drafts)
def test_a_review_is_itself(draft: Draft) -> None:
    assert identity.same_content(known(draft), draft)
    assert judge(draft, known(draft)).fate in (Fate.UNCHANGED, Fate.DOUBTFUL)


def test_moments_do_not_matter_but_days_do() -> None:
    precise = PartialDate(
        MARCH.day, MARCH.day, MARCH.day, Precision.INSTANT, datetime(2026, 3, 2, 9, tzinfo=UTC)
    )
    assert Keys().of(replace(REVIEW, published=precise)) == Keys().of(REVIEW)
