"""What the demonstration says: stories that hold, and French that reads like people's."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean
from typing import Any

import pytest
import yaml

from ereput.domain.practitioner import Guarantee
from ereput.domain.publication import Draft, Kind
from ereput.guidance.base import load
from ereput.ingest.platforms import platforms
from ereput.jobs import demo

SUNDAY = date(2026, 11, 29)
MONDAY = date(2026, 11, 23)
PRACTITIONERS = demo.demo_practitioners()
BY_STORY = {who.story: who for who in PRACTITIONERS}
TEXTS: dict[str, Any] = yaml.safe_load((demo.DATA / "texts.yaml").read_text(encoding="utf-8"))
# Arcep keeps these ranges for fiction.
FICTION = re.compile(r"^(?:01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d$")
TELEPHONE = re.compile(r"\b0\d(?: \d\d){4}\b")


def reviews(story: str, today: date = SUNDAY) -> list[Draft]:
    drafts = demo.demo_drafts(BY_STORY[story], today=today)
    return [draft for draft in drafts if draft.kind is Kind.REVIEW]


def mentions(story: str, today: date = SUNDAY) -> list[Draft]:
    drafts = demo.demo_drafts(BY_STORY[story], today=today)
    return [draft for draft in drafts if draft.kind is Kind.MENTION]


def day(draft: Draft) -> date:
    assert draft.published is not None
    return draft.published.day


def age(draft: Draft, today: date = SUNDAY) -> int:
    return (today - day(draft)).days


def mean_rating(drafts: list[Draft]) -> float:
    return mean(draft.rating for draft in drafts if draft.rating is not None)


def is_low(draft: Draft) -> bool:
    return (draft.rating is not None and draft.rating <= 2) or draft.scale == "ne recommande pas"


def everything() -> list[Draft]:
    return [draft for who in PRACTITIONERS for draft in demo.demo_drafts(who, today=SUNDAY)]


def bank() -> Iterator[tuple[str, str, str]]:
    for audience, by_stars in TEXTS["avis"].items():
        for stars, by_theme in by_stars.items():
            yield from ((audience, stars, text) for texts in by_theme.values() for text in texts)


def published_texts() -> list[str]:
    return [part for draft in everything() for part in (draft.title, draft.text, draft.reply) if part]


# Who they are


def test_twelve_practitioners_of_mixed_professions_towns_and_guarantees() -> None:
    assert len(PRACTITIONERS) == 12
    for values in ("slug", "name", "specialty", "city", "story", "email", "phone"):
        assert len({getattr(who, values) for who in PRACTITIONERS}) == 12, values
    assert len({who.profession for who in PRACTITIONERS}) == 6
    assert {who.guarantee for who in PRACTITIONERS} == set(Guarantee)
    assert [who.story for who in PRACTITIONERS if who.is_structure] == ["structure"]


def test_an_insured_practitioner_knows_how_long_it_has_to_declare() -> None:
    insured = [who for who in PRACTITIONERS if who.guarantee is Guarantee.YES]
    assert len(insured) == 6
    assert all(who.insurer and who.contract and who.declaration_days for who in insured)
    assert len({who.declaration_days for who in insured}) > 2


def test_nothing_leads_to_a_real_telephone_or_page() -> None:
    for who in PRACTITIONERS:
        assert FICTION.match(who.phone), who.slug
        assert who.email.endswith(".example")
        for listing in who.listings:
            assert FICTION.match(listing.phone), who.slug
            assert re.match(r"https://[\w.-]+\.example/", listing.url)
    for draft in everything():
        assert re.match(r"https://[\w.-]+\.example/", draft.url)
    numbers = [number for text in published_texts() for number in TELEPHONE.findall(text)]
    assert numbers
    assert all(FICTION.match(number) for number in numbers)


def test_listings_and_publications_name_known_platforms() -> None:
    known = platforms()
    assert {listing.platform for who in PRACTITIONERS for listing in who.listings} <= known.keys()
    assert {draft.platform for draft in everything()} <= known.keys()
    statuses = Counter(listing.status for who in PRACTITIONERS for listing in who.listings)
    assert statuses.keys() == {"revendiquee", "non_revendiquee", "a_supprimer"}


def test_listings_display_a_year_of_figures_that_hold_together() -> None:
    for who in PRACTITIONERS:
        drafts = demo.demo_drafts(who, today=SUNDAY)
        removals = demo.demo_removals(who, today=SUNDAY)
        shown = list(demo.demo_shown(who, drafts, removals, today=SUNDAY))
        assert shown
        assert all(one.rating is None or 1 <= one.rating <= 5 for one in shown)
        assert all(one.day <= SUNDAY for one in shown)
        days = [(one.listing, one.day) for one in shown]
        assert len(set(days)) == len(days)


# How the draw behaves


def test_volumes() -> None:
    drafts = everything()
    kinds = Counter(draft.kind for draft in drafts)
    assert 2300 <= kinds[Kind.REVIEW] <= 2700
    assert 55 <= kinds[Kind.MENTION] <= 65
    silent = sum(not draft.text for draft in drafts if draft.kind is Kind.REVIEW)
    assert 0.2 <= silent / kinds[Kind.REVIEW] <= 0.3


def test_the_same_day_gives_the_same_publications_in_another_process() -> None:
    code = (
        "from datetime import date; from ereput.jobs import demo; import hashlib;"
        "drafts = [demo.demo_drafts(who, today=date(2026, 11, 29)) for who in demo.demo_practitioners()];"
        "print(hashlib.sha256(repr(drafts).encode()).hexdigest())"
    )
    runs = [
        subprocess.run(  # noqa: S603  # our own interpreter on a literal
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].strip()) == 64


def test_a_later_day_of_the_week_only_adds() -> None:
    for who in PRACTITIONERS:
        early = {draft.external_id: draft for draft in demo.demo_drafts(who, today=MONDAY)}
        late = {draft.external_id: draft for draft in demo.demo_drafts(who, today=SUNDAY)}
        assert early.keys() <= late.keys()
        for key, draft in early.items():
            then = late[key]
            assert (draft.published, draft.author, draft.rating, draft.text) == (
                then.published,
                then.author,
                then.rating,
                then.text,
            )
            assert draft.reply in ("", then.reply)


def test_a_week_later_the_same_history_stands_seven_days_later() -> None:
    who = BY_STORY["mitige"]
    before = demo.demo_drafts(who, today=SUNDAY)
    after = demo.demo_drafts(who, today=SUNDAY + timedelta(weeks=1))
    assert [draft.external_id for draft in before] == [draft.external_id for draft in after]
    assert {day(b) - day(a) for a, b in zip(before, after, strict=True)} == {timedelta(weeks=1)}


def test_ids_rows_and_dates() -> None:
    ids = Counter(draft.external_id for draft in everything())
    assert max(ids.values()) == 1
    assert all(key.startswith("demo-") for key in ids)
    for who in PRACTITIONERS:
        for today in (MONDAY, SUNDAY):
            drafts = demo.demo_drafts(who, today=today)
            assert [draft.row for draft in drafts] == list(range(1, len(drafts) + 1))
            assert all(draft.id_namespace == "demo" for draft in drafts)
            assert all(day(a) <= day(b) for a, b in pairwise(drafts))
            assert max(day(draft) for draft in drafts) <= today
            assert all(age(draft, today) < 7 * 157 for draft in drafts)
            for draft in drafts:
                assert (draft.reply == "") == (draft.replied is None)
                assert draft.replied is None or day(draft) < draft.replied.day <= today


def test_the_history_is_three_years_long() -> None:
    assert all(
        max(age(draft) for draft in reviews(who.story)) > 1000
        for who in PRACTITIONERS
        if who.story != "nouveau"
    )


def test_facebook_has_no_stars_and_the_others_have() -> None:
    for draft in everything():
        if draft.kind is Kind.MENTION or draft.platform == "facebook":
            assert draft.rating is None
        else:
            assert draft.rating in {1, 2, 3, 4, 5}
            assert draft.scale == f"{draft.rating:.0f}/5"
        if draft.platform == "facebook":
            assert draft.scale in {"recommande", "ne recommande pas"}


def test_a_platform_that_takes_no_reply_shows_none() -> None:
    silent = [draft for draft in everything() if draft.platform == "doctolib"]
    assert silent
    assert not any(draft.reply for draft in silent)


def test_authors_are_display_names_seen_once_but_for_those_that_hide() -> None:
    for who in PRACTITIONERS:
        authors = Counter(draft.author for draft in reviews(who.story))
        assert {name for name, n in authors.items() if n > 1} <= {"Utilisateur Google", "Anonyme"}
    assert any(draft.author == "Utilisateur Google" for draft in everything())
    assert any(draft.edited for draft in everything())


# What happens to them


def test_calm_and_very_good_stay_so() -> None:
    for story in ("calme", "tres_bon"):
        recent = [draft for draft in reviews(story) if age(draft) < 182]
        older = [draft for draft in reviews(story) if age(draft) >= 182]
        assert abs(mean_rating(recent) - mean_rating(older)) < 0.35, story
    assert mean_rating(reviews("tres_bon")) > 4.6


def test_the_slide_slides_on_waiting() -> None:
    drafts = reviews("glissement")
    before = [draft for draft in drafts if age(draft) > 280]
    quarters = [[draft for draft in drafts if 91 * n <= age(draft) < 91 * (n + 1)] for n in (2, 1, 0)]
    means = [mean_rating(quarter) for quarter in quarters]
    assert mean_rating(before) > means[0] > means[1] > means[2]
    assert mean_rating(before) - means[2] > 1
    complaints = [draft.text for draft in drafts if age(draft) < 182 and is_low(draft) and draft.text]
    waiting = [
        text for text in complaints if re.search(r"attente|attend|retard|heure|1h|rendez|rdv|appel", text)
    ]
    assert len(complaints) >= 8
    assert len(waiting) / len(complaints) > 0.8


@pytest.mark.parametrize("weekday", range(7))
def test_the_burst_is_fresh_on_every_day_of_the_week(weekday: int) -> None:
    today = MONDAY + timedelta(days=weekday)
    drafts = [draft for draft in reviews("pic", today) if is_low(draft)]
    by_week = Counter((MONDAY - day(draft)).days // 7 if day(draft) < MONDAY else -1 for draft in drafts)
    assert by_week[0] >= 6  # the last complete week
    assert by_week[-1] >= 1  # the running one
    usual = sum(n for week, n in by_week.items() if week > 4) / 150
    assert usual < 0.25


def test_the_burst_looks_illicit_and_is_the_only_one() -> None:
    illicit = {text for kind, texts in TEXTS["illicites"].items() if kind != "ancien" for text in texts}
    assert len(illicit) == 25
    neutral = {re.sub(r"<[^>]*>", "", text) for text in illicit}
    recent = [draft for draft in reviews("pic") if age(draft) < 28 and is_low(draft) and draft.text]
    assert sum(re.sub(r"allée?\b", "allé", draft.text) in neutral for draft in recent) >= 11
    others = [draft.text for who in PRACTITIONERS if who.story != "pic" for draft in reviews(who.story)]
    assert not neutral.intersection(others)


def test_the_burst_holds_near_copies_of_one_day() -> None:
    campaign = set(TEXTS["illicites"]["campagne"])
    days = Counter(day(draft) for draft in reviews("pic") if draft.text in campaign)
    assert max(days.values()) == 3


def test_the_past_burst_was_fourteen_months_ago_and_mostly_taken_down() -> None:
    who = BY_STORY["pic_regle"]
    removed = demo.demo_removals(who, today=SUNDAY)
    drafts = {draft.external_id: draft for draft in reviews("pic_regle")}
    assert len(removed) == 8
    assert all(400 < age(drafts[key]) < 460 for key in removed)
    assert all(0 < (when - day(drafts[key])).days < 60 for key, when in removed.items())
    assert sum(is_low(draft) for draft in drafts.values() if age(draft) < 182) <= 6
    assert not any(demo.demo_removals(other, today=SUNDAY) for other in PRACTITIONERS if other is not who)


def test_the_new_practitioner_has_four_reviews_in_five_weeks() -> None:
    for today in (MONDAY, SUNDAY):
        drafts = reviews("nouveau", today)
        assert len(drafts) == 4
        assert max(age(draft, today) for draft in drafts) < 42


def test_the_silent_source_went_quiet_three_months_ago() -> None:
    google = [draft for draft in reviews("silence") if draft.platform == "google"]
    others = [draft for draft in reviews("silence") if draft.platform != "google"]
    assert 84 <= min(age(draft) for draft in google) <= 105
    assert sum(84 <= age(draft) < 84 + 182 for draft in google) >= 26
    assert min(age(draft) for draft in others) < 60


def test_the_press_speaks_while_reviews_stay_as_they_were() -> None:
    said = mentions("presse")
    assert sum(age(draft) < 56 for draft in said) == 20
    assert {draft.platform for draft in said} == {"presse", "forum", "blog"}
    assert all(draft.title and draft.text and draft.source for draft in said)
    recent = [draft for draft in reviews("presse") if age(draft) < 91]
    older = [draft for draft in reviews("presse") if age(draft) >= 91]
    assert abs(mean_rating(recent) - mean_rating(older)) < 0.6


def test_volumes_fit_the_stories() -> None:
    assert len(reviews("peu_avis")) < 30
    assert 2.8 < len(reviews("volume")) / 156 < 3.6
    ratings = Counter(draft.rating for draft in reviews("mitige"))
    assert all(ratings[stars] >= 15 for stars in (1.0, 2.0, 3.0, 4.0, 5.0))


# How it reads


def test_the_bank_is_large_and_holds_no_text_twice() -> None:
    stars = Counter(stars for _, stars, _ in bank())
    assert stars["1"] >= 60
    assert stars["2"] >= 50
    assert stars["3"] >= 50
    assert stars["4"] >= 90
    assert stars["5"] >= 170
    texts = [text for _, _, text in bank()]
    texts += [text for group in ("illicites", "reponses") for some in TEXTS[group].values() for text in some]
    texts += [mention[part] for mention in TEXTS["mentions"] for part in ("titre", "texte")]
    plain = Counter(re.sub(r"\W+", " ", text).casefold().strip() for text in texts)
    assert [text for text, n in plain.items() if n > 1] == []
    assert len(TEXTS["mentions"]) >= 40
    assert sum(len(some) for some in TEXTS["reponses"].values()) >= 60


def test_every_audience_of_the_bank_is_known() -> None:
    specialties = {who.texts for who in PRACTITIONERS}
    assert {audience for audience, _, _ in bank()} == {"tous"} | TEXTS["groupes"].keys() | specialties
    assert all(set(group) <= specialties for group in TEXTS["groupes"].values())


def test_texts_are_short_and_long() -> None:
    lengths = sorted(len(text) for _, _, text in bank())
    assert lengths[0] < 12
    assert lengths[len(lengths) // 10] < 40
    assert lengths[-1] > 200
    assert lengths[len(lengths) // 2] in range(50, 110)


def test_no_text_names_a_season_a_month_or_a_year() -> None:
    dated = re.compile(
        r"\b(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
        r"|été dernier|cet été|hiver|printemps|automne|noël|covid|20[12]\d)\b",
        re.IGNORECASE,
    )
    assert [text for _, _, text in bank() if dated.search(text)] == []


def test_no_mark_of_the_bank_is_left() -> None:
    left = [text for text in published_texts() if re.search(r"[\[\]{}<>|]| $|^ |  ", text)]
    assert left == []


def test_a_practitioner_never_gets_the_same_text_twice() -> None:
    for who in PRACTITIONERS:
        texts = Counter(draft.text for draft in reviews(who.story) if draft.text)
        assert max(texts.values()) == 1, who.slug
        titles = Counter(draft.title for draft in mentions(who.story))
        assert max(titles.values()) == 1, who.slug


def test_two_practitioners_hardly_share_a_recent_text() -> None:
    recent = Counter(
        draft.text for draft in everything() if draft.kind is Kind.REVIEW and draft.text and age(draft) < 182
    )
    assert len(recent) > 300
    assert sum(n > 1 for n in recent.values()) <= 10


def test_no_story_of_the_press_is_told_by_everyone() -> None:
    towns = re.compile(
        "|".join(re.escape(part) for who in PRACTITIONERS for part in (who.city, who.short_name))
    )
    generic = Counter(
        towns.sub("…", draft.title) for who in PRACTITIONERS for draft in mentions(who.story) if draft.title
    )
    assert max(generic.values()) <= 2


def test_agreements_follow_the_practitioner_and_the_author() -> None:
    woman, man = BY_STORY["mitige"], BY_STORY["glissement"]
    text = "[Il|Elle] est [doux|douce], je suis ravi<|e> {du_pro}. {Le_pro} !"
    assert demo._said(text, woman, by_woman=False) == (
        "Elle est douce, je suis ravi du Dr Brémoncelle. Le Dr Brémoncelle !"
    )
    assert demo._said(text, man, by_woman=True) == (
        "Il est doux, je suis ravie du Dr Morquenne. Le Dr Morquenne !"
    )
    assert demo._said("Merci {au_pro}", BY_STORY["tres_bon"], by_woman=True) == "Merci à Mme Fontavril"
    assert (
        demo._said("Merci {au_pro}", BY_STORY["structure"], by_woman=True) == "Merci au cabinet des Tanneurs"
    )


def test_a_structure_is_never_he_or_she() -> None:
    persons = re.compile(r"\b(?:il m'a|elle m'a|docteur|le Dr|Mme)\b", re.IGNORECASE)
    assert [draft.text for draft in reviews("structure") if persons.search(draft.text)] == []


def test_replies_keep_the_secret() -> None:
    rules = [re.compile(rule.pattern) for rule in load().reply_rules if rule.pattern]
    assert len(rules) > 10
    replies = {draft.reply for draft in everything() if draft.reply}
    assert len(replies) > 100
    assert [text for text in replies if any(rule.search(text) for rule in rules)] == []
