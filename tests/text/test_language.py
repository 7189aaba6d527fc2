import pytest

from ereput.text.language import is_french
from ereput.text.normalise import tokens


@pytest.mark.parametrize(
    "text", ["Très bien", "Nul", "Le médecin est en retard.", "jai attendu 2h", "Doctolib ok"]
)
def test_french(text: str) -> None:
    assert is_french(tokens(text), text)


@pytest.mark.parametrize(
    "text",
    [
        "The doctor is very good and the staff was nice.",
        "El médico es muy amable con los niños.",
        "Der Arzt ist sehr nett und das Team auch.",
        "Врач хороший",
        "医生很好",
        "123 !!!",
        "",
    ],
)
def test_not_french(text: str) -> None:
    assert not is_french(tokens(text), text)
