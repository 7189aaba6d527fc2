import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ereput.domain.publication import Draft
from ereput.ingest import RefusedError, read_bytes
from ereput.ingest.records import flatten

NOW = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris"))
ONE = {"author": "Lise", "rating": 5, "text": "Très bien reçue", "date": "2025-03-14"}
TWO = {"author": "Omar", "rating": 1, "text": "Mal reçu", "date": "2025-03-15"}


def drafts(document: Any) -> list[Draft]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return [item for item in read_bytes(data, "avis.json", now=NOW).items if isinstance(item, Draft)]


@pytest.mark.parametrize(
    "document",
    [
        [ONE, TWO],
        [ONE, None, 3, "x", TWO],
        {"reviews": [ONE, TWO], "topics": [{"keyword": "accueil", "mentions": 3}]},
        {
            "status": "ok",
            "result": {"place": {"name": "Cabinet", "rating": 4.1}, "reviews": {"items": [ONE, TWO]}},
        },
        {"cabinet_a": [ONE], "cabinet_b": [TWO]},
        {"www.a.exemple": [ONE], "www.b.exemple": [TWO]},
        {"r1": ONE, "r2": TWO},
        [
            {"title": "Cabinet", "totalScore": 4.2, "reviews": [ONE]},
            {"title": "Autre", "totalScore": 3, "reviews": [TWO]},
        ],
        [{"data": {"reviews": [ONE, TWO]}}],
        [[ONE], [TWO]],
        json.dumps(ONE).encode() + b"\n" + json.dumps(TWO).encode() + b"\n",
        b"\xef\xbb\xbf" + json.dumps([ONE, TWO]).encode(),
        json.dumps([ONE, TWO]).encode("utf-16"),
    ],
)
def test_reviews_are_found_wherever_they_are(document: Any) -> None:
    assert [(draft.author, draft.rating, draft.row) for draft in drafts(document)] == [
        ("Lise", 5.0, 1),
        ("Omar", 1.0, drafts(document)[1].row),
    ]
    rows = [draft.row for draft in drafts(document)]
    assert rows == sorted(set(rows))


def test_the_place_beside_the_reviews_is_theirs() -> None:
    document = {"place_info": {"title": "Cabinet Inventé", "rating": 4.6, "reviews": 891}, "reviews": [ONE]}
    (draft,) = drafts(document)
    assert (draft.place.name, draft.place.rating, draft.place.count) == ("Cabinet Inventé", 4.6, 891)


def test_the_inside_of_a_review_is_not_another_list() -> None:
    replies = [{"author": "Cabinet", "text": "Merci", "date": "2025-03-16", "rating": None}] * 5
    assert len(drafts([ONE | {"responses": replies}, TWO])) == 2


def test_linked_data_has_its_mark_inside() -> None:
    review = {
        "@type": "Review",
        "author": {"@type": "Person", "name": "Lise"},
        "datePublished": "2025-03-14",
        "reviewBody": "Bien reçue",
        "reviewRating": {"bestRating": "5", "worstRating": "1", "ratingValue": "4"},
    }
    (draft,) = drafts({"@type": "Dentist", "aggregateRating": {"ratingValue": "4.2"}, "review": [review]})
    assert (draft.author, draft.rating, draft.text) == ("Lise", 4.0, "Bien reçue")


def test_original_words_come_before_a_translation() -> None:
    (draft,) = drafts(
        [ONE | {"text": "Very good", "originalText": {"text": "Très bien", "languageCode": "fr"}}]
    )
    assert draft.text == "Très bien"


def test_nested_names_are_dotted_and_bare_labels_dropped() -> None:
    assert flatten({"a": {"b": 1, "c": {"label": "x"}}, "d": []}) == {"a.b": 1, "a.c": "x", "d": []}


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[1, 2, 3]",
        b'{"count": 814}',
        b'{"error": {"code": 403, "message": "Forbidden"}}',
        b"[" * 100_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b"[{}]",
        b'[{"title": "Cabinet", "totalScore": 4.2, "reviewsCount": 88, "phone": "04"}]',
        b'"texte"',
        b"[[]]",
    ],
)
def test_other_json_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(RefusedError) as refusal:
        drafts(data)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    "odd", ["NaN", "Infinity", "1e999", "9" * 300, '"\\ud800"', "{}", "[]", "true", '{"a": {"b": []}}']
)
@pytest.mark.parametrize("field", ["author", "rating", "text", "date", "reply", "id", "url", "title"])
def test_odd_values_never_crash(odd: str, field: str) -> None:
    record = json.dumps(ONE)[:-1] + f', "{field}": {odd}}}'
    for draft in drafts(f"[{record}, {json.dumps(TWO)}]".encode()):
        str(draft).encode()
