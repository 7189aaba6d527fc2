import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ereput.ingest.encodings import decode, is_binary

TEXT = "Date;Auteur;Avis\r\n14/03/2025;Zoé;L’hôpital « modèle » déçoit… à 20 €, ça, non\r\n"


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_western_encodings(codec: str) -> None:
    assert decode(TEXT.encode(codec)) == TEXT


@pytest.mark.parametrize(("codec", "end"), [("mac_roman", "\r"), ("mac_roman", "\n"), ("cp850", "\r\n")])
def test_older_encodings(codec: str, end: str) -> None:
    text = f"Réponse;Très bon accueil, à bientôt, ça va{end}"
    assert decode(text.encode(codec)) == text


def test_cp1252_is_not_taken_for_a_central_european_encoding() -> None:
    assert decode("ß; É; œuvre; 20 €; Œdème".encode("cp1252")) == "ß; É; œuvre; 20 €; Œdème"


def test_a_few_foreign_bytes_do_not_spoil_utf8() -> None:
    mixed = "déjà reçu, très à l’écoute ".encode() + "été".encode("cp1252")
    assert decode(mixed) == "déjà reçu, très à l’écoute été"


def test_accents_after_the_first_megabyte_are_seen() -> None:
    assert decode(b"a" * 1_500_000 + "é".encode("cp1252")).endswith("é")


def test_binary_is_told_from_text() -> None:
    assert is_binary(bytes(range(256)) * 20)
    assert not is_binary(TEXT.encode("utf-16-le"))
    assert not is_binary(TEXT.encode() + b"\x00")
    assert not is_binary(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"))
    assert not is_binary(b"")


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded(data: bytes) -> None:
    assert isinstance(decode(data), str)
