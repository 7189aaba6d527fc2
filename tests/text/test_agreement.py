from dataclasses import replace

from ereput.domain.presence import Agreement, Detail, Listing, ListingStatus, Office
from ereput.text.agreement import Reference, compare, consensus

TOURS = Office("17 place des Exemples, 37000 Tours", "02 61 91 14 08", "lun-ven 9h-18h")
LOCHES = Office("3 rue Haute, 37600 Loches", "02 61 91 14 20", "")
REFERENCE = Reference("Dr Claire Estrebois", ("Chirurgienne-dentiste", "dentiste"), (TOURS, LOCHES))
LISTING = Listing(
    1, 1, "google", ListingStatus.CLAIMED,
    name="Cabinet Estrebois", profession="Dentiste", address="17 pl. des Exemples 37000 TOURS",
    phone="+33261911408", hours="lundi au vendredi : 9h-18h",
)  # fmt: skip


def agreements(listing: Listing, reference: Reference = REFERENCE) -> dict[Detail, Agreement]:
    return {one.detail: one.agreement for one in compare(listing, reference)}


def test_every_detail_is_compared_in_the_order_of_a_form() -> None:
    assert agreements(LISTING) == dict.fromkeys(Detail, Agreement.TOLERATED)
    assert [one.detail for one in compare(LISTING, REFERENCE)] == list(Detail)


def test_a_listing_is_compared_with_the_office_that_fits_best() -> None:
    at_loches = replace(LISTING, address="3 r. Haute, 37600 Loches", phone="02 61 91 14 20", hours="")
    found = compare(at_loches, REFERENCE)
    assert {one.expected for one in found} >= {LOCHES.address, LOCHES.phone}
    assert Agreement.DIFFERENT not in {one.agreement for one in found}


def test_what_is_not_shown_or_not_known_is_neither_right_nor_wrong() -> None:
    bare = replace(LISTING, phone="")
    assert agreements(bare)[Detail.PHONE] is Agreement.ABSENT
    unknown = replace(REFERENCE, offices=())
    assert agreements(LISTING, unknown)[Detail.PHONE] is Agreement.NOTHING


def test_most_listings_stand_for_an_office_that_was_not_described() -> None:
    others = [
        replace(LISTING, id=2, phone="02.61.91.14.08", address="17, place des Exemples 37000 Tours"),
        replace(LISTING, id=3, phone="02 61 91 14 80", address="5 rue Basse, 37000 Tours"),
    ]
    found = consensus([LISTING, *others])
    assert found.phone in {LISTING.phone, others[0].phone}
    assert found.address in {LISTING.address, others[0].address}
    assert consensus([LISTING, others[1]]).phone == ""
    gone = [replace(one, status=ListingStatus.GONE) for one in (LISTING, others[0])]
    assert consensus(gone) == Office()
