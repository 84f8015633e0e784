import json

from hypothesis import given, settings
from hypothesis import strategies as st

from notices.ingest.differences import changes_between, fingerprint, pairs_of


def charge(text, translation=None):
    return {
        "text": text,
        "language": None,
        "translation": translation,
        "translator": None,
    }


def warrant(issuer, *texts):
    return {"issuer": issuer, "charges": [charge(text) for text in texts]}


def told(before, after):
    return [(c.field, c.before, c.after) for c in changes_between(before, after)]


def test_values_are_told_as_people_read_them():
    before = {"family_name": "ALPHA", "nationalities": ["RU"], "height_m": "1.70"}
    after = {"family_name": "BETA", "nationalities": ["RU", "914"], "height_m": None}

    assert told(before, after) == [
        ("family_name", "ALPHA", "BETA"),
        ("nationalities", "Russia", "Russia, International Criminal Court"),
        ("height_m", "1.70 m", None),
    ]


def test_the_order_of_a_list_and_of_warrants_is_no_change():
    before = {"languages": ["RUS", "ENG"], "warrants": [warrant("RU", "a b")]}
    after = {"languages": ["ENG", "RUS"], "warrants": [warrant("RU", "a b")]}
    many = [warrant("RU", "fraud"), warrant("RU", "theft"), warrant("AR", "fraud")]

    assert told(before, after) == []
    assert told({"warrants": many}, {"warrants": many[::-1]}) == []


def test_how_a_date_was_written_is_no_change_once_it_is_understood():
    before = {"birth_date": "1979-03-14", "birth_date_received": "1979/03/14"}
    after = {"birth_date": "1979-03-14", "birth_date_received": "1979-03-14"}
    unknown = {"birth_date": None, "birth_date_received": "spring 1979"}

    assert told(before, after) == []
    assert told(unknown, {**unknown, "birth_date_received": "1979?"}) == [
        ("birth_date_received", "spring 1979", "1979?")
    ]


def test_an_edited_charge_is_one_change_of_its_warrant_and_not_two_warrants():
    before = [warrant("RU", "Incitement to hatred in posts"), warrant("RU", "Fraud")]
    after = [warrant("RU", "Fraud"), warrant("RU", "Incitement to hatred; treason")]

    assert told({"warrants": before}, {"warrants": after}) == [
        ("charge", "Incitement to hatred in posts", "Incitement to hatred; treason")
    ]


def test_another_country_is_another_warrant():
    before = {"warrants": [warrant("RU", "Fraud on a large scale")]}
    after = {"warrants": [warrant("BY", "Fraud on a large scale")]}

    assert told(before, after) == [
        ("warrants", "Russia: Fraud on a large scale", None),
        ("warrants", None, "Belarus: Fraud on a large scale"),
    ]


def test_the_same_charge_once_without_its_country_is_the_same_warrant():
    before = {"warrants": [warrant(None, "Fraud on a large scale")]}
    after = {"warrants": [warrant("RU", "Fraud on a large scale")]}

    assert told(before, after) == [("issuer", None, "Russia")]


def test_a_translation_that_is_added_is_told():
    before = {"warrants": [{"issuer": "IQ", "charges": [charge("تهمة مختلقة")]}]}
    after = {
        "warrants": [{"issuer": "IQ", "charges": [charge("تهمة مختلقة", "made up")]}]
    }

    assert told(before, after) == [("translation", None, "made up")]


def test_a_charge_is_known_again_whatever_its_case_and_spacing():
    assert fingerprint(warrant("RU", "Fraud,\r\n  theft")) == fingerprint(
        warrant("RU", "FRAUD, theft")
    )
    assert fingerprint(warrant("RU", "Fraud")) != fingerprint(warrant("AR", "Fraud"))


warrants = st.lists(
    st.builds(
        warrant,
        st.sampled_from(["RU", "AR", None]),
        st.sampled_from(["fraud", "theft", "fraud and theft", "treason"]),
    ),
    max_size=5,
)


@settings(max_examples=200, deadline=None)
@given(warrants, warrants)
def test_each_warrant_is_paired_once_and_equals_are_never_changes(before, after):
    pairs = pairs_of(before, after)

    assert sorted(left for left, _ in pairs if left is not None) == list(
        range(len(before))
    )
    assert sorted(right for _, right in pairs if right is not None) == list(
        range(len(after))
    )
    same = json.loads(json.dumps(before))
    assert changes_between({"warrants": before}, {"warrants": same}) == []
