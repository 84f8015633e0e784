"""What is known under a closed file goes into no screening that others read.

Carla (lawyer) leads the file, Ben is named on it; Olga (analyst) is outside it.
"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.choices import CaseLevel
from cases.files.barring import bar
from cases.files.levels import answer_lowering, ask_to_lower, raise_level
from cases.files.members import add_member
from cases.files.services import open_case
from cases.models import CaseFile
from notices.choices import FactKind, Verdict
from notices.models import Finding
from notices.screening.facts import record_fact
from notices.screening.judgements import Key, judge
from notices.screening.protected import PROTECTED_REASON
from notices.screening.services import screen_notices
from tests.factories import NOON, make_case, make_country, make_flagged, make_notice

pytestmark = pytest.mark.django_db
CLOSED = [CaseLevel.RESTRICTED, CaseLevel.WALLED]


@pytest.fixture
def notice(db):
    made = make_notice()
    screen_notices(notice_ids=[made.pk], at=NOON)
    return made


def asylum(notice, actor, word="canary"):
    return record_fact(
        person=notice.person,
        actor=actor,
        at=NOON,
        kind=FactKind.PROTECTION,
        value="refugee",
        level="documented",
        source="client",
        detail=word,
        against=make_country("RU"),
        country=make_country("AT"),
    )


def sheet(client, notice):
    """What the sheet, its neighbours and the interface say, without one-time marks
    and without the clock at the foot of each page.
    """
    told = ""
    for name, args in (
        ("notice-tab", [notice.key, "screening"]),
        ("notice-tab", [notice.key, "history"]),
        ("notice", [notice.key]),
        ("person", [notice.person.key]),
        ("decision", [notice.key]),
        ("api-notice", [notice.key]),
    ):
        told += client.get(reverse(name, args=args)).text
    told = re.sub(r'\d\d:\d\d UTC</aside><div class="toasts"', "", told)
    return re.sub(r'(nonce|csrf\w*|value|content)="[^"]{20,}"|"[\w-]{64}"', "", told)


def rests_on_it(notice):
    return Finding.objects.filter(
        screening__notice=notice, screening__is_current=True, field="fact: protection"
    ).exists()


@pytest.mark.parametrize("level", CLOSED)
@pytest.mark.parametrize("barred", [True, False])
def test_whoever_is_outside_sees_no_difference_when_one_is_recorded(
    notice, carla, olga, as_user, level, barred
):
    wall = make_case(lead=carla, notice=notice, level=level)
    if barred:
        bar(case=wall, user=olga, actor=carla, reason="conflict", at=NOON)
    client = as_user(olga)
    before = sheet(client, notice)
    asylum(notice, carla)
    after = sheet(client, notice)
    assert PROTECTED_REASON not in after
    assert after == before
    page = reverse("person", args=[notice.person.key])
    assert "canary" in as_user(carla).get(page).text


def test_what_an_outsider_recorded_and_said_keeps_its_words(
    notice, carla, olga, as_user
):
    asylum(notice, olga, "canary-own")
    rests = Finding.objects.get(
        screening__is_current=True, quote="canary-own", field="fact: protection"
    )
    key = Key(rests.indicator, rests.field, rests.quote)
    later = NOON + timedelta(hours=1)
    judge(notice=notice, actor=olga, at=later, verdict=Verdict.AGREE, key=key)
    make_case(lead=carla, notice=notice, level=CaseLevel.WALLED)
    client = as_user(olga)
    before = sheet(client, notice)
    assert "canary-own" in before
    asylum(notice, carla)
    assert sheet(client, notice) == before


def test_raising_the_level_takes_it_out_and_lowering_puts_it_back(
    notice, carla, ben, olga, as_user
):
    case = make_case(lead=carla, members=(ben,), notice=notice)
    asylum(notice, carla)
    assert rests_on_it(notice)
    raise_level(case=case, actor=carla, level=CaseLevel.RESTRICTED, reason="danger")
    assert not rests_on_it(notice)
    assert PROTECTED_REASON not in sheet(as_user(olga), notice)
    asked = ask_to_lower(
        case=case, actor=carla, level=CaseLevel.ORGANISATION, reason="over", at=NOON
    )
    answer_lowering(lowering=asked, actor=ben, confirms=True, at=NOON)
    assert rests_on_it(notice)


def test_what_was_said_of_it_goes_with_it(notice, carla, ben, olga, as_user):
    case = make_case(lead=carla, members=(ben,), notice=notice)
    asylum(notice, carla)
    rests = Finding.objects.filter(
        screening__is_current=True, field="fact: protection"
    )[0]
    judge(
        notice=notice,
        actor=carla,
        at=NOON + timedelta(hours=1),
        verdict=Verdict.DISAGREE,
        key=Key(rests.indicator, rests.field, rests.quote),
        reason="canary-reason",
    )
    raise_level(case=case, actor=carla, level=CaseLevel.RESTRICTED, reason="danger")
    assert "canary" not in sheet(as_user(olga), notice)


@pytest.mark.parametrize("way", ["named", "opened"])
def test_naming_who_recorded_it_or_opening_a_file_takes_it_out(
    notice, carla, ana, ben, way
):
    # Recorded before there was a file.
    later = timezone.now()
    if way == "named":
        asylum(notice, ana)
        assert rests_on_it(notice)
        case = make_case(lead=carla, notice=notice, level=CaseLevel.RESTRICTED)
        assert rests_on_it(notice)
        add_member(case=case, user=ana, actor=carla, reason="knows", at=later)
    else:
        asylum(notice, carla)
        assert rests_on_it(notice)
        review = make_flagged(notice, by=ana, signed_by=ben)
        open_case(review=review, actor=carla, at=later, level=CaseLevel.RESTRICTED)
    assert CaseFile.objects.get().level == CaseLevel.RESTRICTED
    assert not rests_on_it(notice)
