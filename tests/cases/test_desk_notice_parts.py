"""Versions, records, relatives and the history of a notice."""

import hashlib
import re
from datetime import timedelta

import pytest

from cases.models import Review, ReviewTransition
from notices.choices import Confidentiality, Level
from notices.models import (
    Notice,
    NoticeVersion,
    PersonFact,
    RawRecord,
    Translation,
)
from tests.factories import NOON, make_feed, make_notice

pytestmark = pytest.mark.django_db


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def changed():
    """A notice of three versions whose charge changed by a few words."""
    notice = make_notice(charge="Fraud of 3,000 roubles")
    for number, charge in ((2, "Fraud of 4,000 roubles in Perm"), (3, "Theft")):
        NoticeVersion.objects.create(
            notice=notice,
            number=number,
            seen_at=NOON + timedelta(days=number),
            values={
                "family_name": "VALTESKU",
                "forename": "Miron",
                "sex": "M",
                "hair_colours": ["BRO"],
                "warrants": [{"issuer": "RU", "charges": [{"text": charge}]}],
            },
        )
    return notice


def test_the_words_that_changed_are_marked(changed, ana, as_user):
    page = read(as_user(ana), f"/notices/{changed.key}/versions/?from=1&to=2")
    assert "<del>3</del>" in page
    assert "<ins>4</ins>" in page
    assert "<ins> in Perm</ins>" in page
    assert "brown" in page
    assert "BRO" not in page
    # What both state alike is shown when asked for.
    assert "VALTESKU</span></dd>" not in page
    whole = read(
        as_user(ana), f"/notices/{changed.key}/versions/?from=1&to=2&fields=all"
    )
    assert "The same in both" in whole
    assert "<del>3</del>" in whole
    assert "VALTESKU</span></dd>" in whole


def test_keys_lead_from_change_to_change(changed, ana, as_user):
    page = read(as_user(ana), f"/notices/{changed.key}/versions/")
    assert "From version 2 to version 3" in page
    assert re.search(r'href="[^"]*from=1&amp;to=2"[^>]*data-key="\["', page)
    assert 'data-key="]"' not in page
    page = read(as_user(ana), f"/notices/{changed.key}/versions/?from=1&to=2")
    assert re.search(r'href="[^"]*from=2&amp;to=3"[^>]*data-key="\]"', page)


@pytest.mark.parametrize("query", ["from=9&to=8", "from=x", "to=-1", "from=1&to=1"])
def test_versions_that_are_not_there_are_no_error(query, changed, ana, as_user):
    read(as_user(ana), f"/notices/{changed.key}/versions/?{query}")


def test_the_download_has_the_hash_that_the_page_shows(changed, ana, dina, as_user):
    text = '{"name": "VALTESKU", "charge": "Мошенничество"}'
    feed = make_feed()
    record = RawRecord.objects.create(
        feed=feed,
        run=feed.runs.create(created_at=NOON),
        notice=changed,
        received_at=NOON,
        source="list-1.json",
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    page = read(as_user(ana), f"/notices/{changed.key}/received/")
    assert record.sha256 in page
    href = re.search(r'href="(/notices/[^"]+/received/[^"/]+/)"', page)[1]
    answer = as_user(ana).get(href)
    assert hashlib.sha256(answer.content).hexdigest() == record.sha256
    assert "attachment" in answer["Content-Disposition"]
    assert "VALTESKU" not in answer["Content-Disposition"]
    assert as_user(dina).get(href).status_code == 403
    other = make_notice()
    wrong = href.replace(changed.key, other.key)
    assert as_user(ana).get(wrong).status_code == 404


def test_what_stands_beside_a_notice(ana, olga, as_user):
    gone = make_notice(charge="Membership of a banned group")
    Notice.objects.filter(pk=gone.pk).update(
        listing="no_longer_listed", absent_since=NOON + timedelta(days=1)
    )
    again = make_notice(
        person=gone.person, charge="Other", first_seen=NOON + timedelta(days=9)
    )
    abroad = make_notice(person=gone.person, charge="Third", issuer="TR")
    twin = make_notice(family_name="TWIN", charge="Membership of a banned group")
    hidden = make_notice(
        family_name="HIDDENTWIN", charge="Membership of a banned group"
    )
    Notice.objects.filter(pk=hidden.pk).update(
        confidentiality=Confidentiality.RESTRICTED, origin="client"
    )
    hidden.grants.create(user=ana)
    page = read(as_user(olga), f"/notices/{gone.key}/").split("Beside it")[1]
    anew, rest = page.split("The same person</h3>")
    assert again.reference in anew
    assert abroad.reference in rest
    assert twin.key in rest
    assert "HIDDENTWIN" not in page
    assert hidden.key not in page
    assert "HIDDENTWIN" in read(as_user(ana), f"/notices/{gone.key}/")
    lonely = make_notice(family_name="LONELY", charge="Nothing like it")
    assert "Beside it" not in read(as_user(olga), f"/notices/{lonely.key}/")


def test_the_history_names_every_hand_in_order(changed, ana, ben, dina, as_user):
    review = Review.objects.get(notice=changed)
    ReviewTransition.objects.create(
        review=review,
        action="take",
        from_state="waiting",
        to_state="taken",
        version=2,
        actor=ben,
        at=NOON + timedelta(hours=1),
    )
    Translation.objects.create(
        notice=changed,
        original="Fraud",
        language="ru",
        into="en",
        text="Swindle",
        translator="Nadja Ortiz",
        added_by=ana,
        added_at=NOON + timedelta(hours=2),
    )
    for kind, hour in (("profession", 3), ("protection", 4)):
        PersonFact.objects.create(
            person=changed.person,
            kind=kind,
            value="journalist" if kind == "profession" else "granted",
            level=Level.DOCUMENTED,
            source=f"paper on {kind}",
            recorded_by=ana,
            recorded_at=NOON + timedelta(hours=hour),
        )
    page = read(as_user(ana), f"/notices/{changed.key}/history/")
    found = [
        page.index(words)
        for words in ("Fact recorded: ", "Translation by Nadja Ortiz", "Take", "New")
    ]
    assert found == sorted(found)
    # Reading a protected fact is recorded, so a history does not show it by the way.
    assert "paper on protection" not in page
    assert as_user(dina).get(f"/notices/{changed.key}/history/").status_code == 404
