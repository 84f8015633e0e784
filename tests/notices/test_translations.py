"""Translations by hand: kept with their makers, beside an original nobody can edit."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from notices.choices import Confidentiality
from notices.models import Charge, Notice, Translation
from notices.translating import charge_key
from tests.factories import NOON, make_notice

pytestmark = pytest.mark.django_db
RUSSIAN = "Мошенничество в особо крупном размере"
FILLED = {
    "language": "ru",
    "into": "en",
    "text": "Fraud on an especially large scale",
    "translator": "Nadja Ortiz",
}


@pytest.fixture
def notice():
    return make_notice(charge=RUSSIAN)


def address(notice, text=RUSSIAN):
    return f"/notices/{notice.key}/charges/{charge_key(text)}/translate/"


def warrants(client, notice):
    return client.get(f"/notices/{notice.key}/warrants/").content.decode()


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_analysts_and_reviewers_add_one_with_the_translators_name(
    who, request, notice, as_user
):
    client = as_user(request.getfixturevalue(who))
    assert address(notice) in warrants(client, notice)
    form = client.get(address(notice)).content.decode()
    assert RUSSIAN in form
    assert "Original, Russian" in form
    assert 'value="ru" selected' in form
    assert client.post(address(notice), FILLED).status_code == 302
    page = warrants(client, notice)
    assert FILLED["text"] in page
    assert "Nadja Ortiz" in page
    assert 'lang="ru"' in page
    assert Charge.objects.get(warrant__notice=notice).text == RUSSIAN
    entry = AuditEntry.objects.get(action="translation.added")
    assert FILLED["text"] not in f"{entry.facts}{entry.words}"


def test_a_later_one_stands_first_and_the_earlier_stay(notice, ana, ben, as_user):
    as_user(ana).post(address(notice), FILLED)
    Charge.objects.filter(warrant__notice=notice).update(
        translation="Swindle, very big", translator="Published with the notice"
    )
    better = FILLED | {"text": "Fraud, particularly large", "translator": "Ben"}
    as_user(ben).post(address(notice), better)
    page = warrants(as_user(ana), notice)
    order = [
        page.index(words)
        for words in (better["text"], FILLED["text"], "Swindle, very big")
    ]
    assert order == sorted(order)
    assert "Other translations (2)" in page
    # Sent twice, kept once.
    as_user(ben).post(address(notice), better)
    assert Translation.objects.count() == 2


def test_it_outlives_the_version_it_was_made_of(notice, ana, as_user):
    client = as_user(ana)
    client.post(address(notice), FILLED)
    Charge.objects.filter(warrant__notice=notice).update(text="Кража")
    assert FILLED["text"] not in warrants(client, notice)
    assert client.get(address(notice)).status_code == 200
    assert (
        FILLED["text"] in client.get(f"/notices/{notice.key}/history/").content.decode()
    )
    assert client.get(address(notice, "Grand theft")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": "  "}, "This field is required"),
        ({"text": "x" * 20_001}, "at most 20000"),
        ({"translator": ""}, "This field is required"),
        ({"into": "ru"}, "Select a valid choice"),
        ({"language": "en"}, "another language than the original"),
        ({"language": "<b>"}, "Select a valid choice"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field_and_the_text_is_kept(
    wrong, words, notice, ana, as_user
):
    sent = FILLED | {"text": "kept \u202eword 🕊"} | wrong
    answer = as_user(ana).post(address(notice), sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert "text" in wrong or "kept \u202eword 🕊" in page
    assert not Translation.objects.exists()


def test_who_may_not_add_one(notice, carla, dina, emil, as_user):
    for user in (carla, dina, emil):
        assert as_user(user).post(address(notice), FILLED).status_code == 403
    assert address(notice) not in warrants(as_user(carla), notice)
    assert not Translation.objects.exists()


def test_olga_finds_nothing_at_a_notice_she_does_not_see(notice, ana, olga, as_user):
    Notice.objects.filter(pk=notice.pk).update(
        confidentiality=Confidentiality.RESTRICTED, origin="client"
    )
    notice.grants.create(user=ana)
    assert as_user(ana).post(address(notice), FILLED).status_code == 302
    for ask in (as_user(olga).get, as_user(olga).post):
        assert ask(address(notice), FILLED).status_code == 404
    assert not Translation.objects.visible_to(olga).exists()
    assert Translation.objects.visible_to(ana).count() == 1


def test_the_database_keeps_none_without_its_maker(notice, ana):
    values = FILLED | {"notice": notice, "original": RUSSIAN, "added_by": ana}
    for wrong in ({"translator": ""}, {"text": ""}, {"into": "ru"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Translation.objects.create(**(values | wrong), added_at=NOON)
