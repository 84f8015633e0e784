"""A file behind a wall is absent for Olga: with it and without it all is the same.

Carla leads the wall and Kim keeps it. Olga is an analyst who is not named.
"""

import re

import pytest
from django.urls import reverse

from accounts.choices import Role
from cases.choices import CaseLevel, CaseState, FollowKind
from cases.files.listing import PAGE
from cases.models import CaseAlert, CaseFile, CaseNote, Follow
from notices.choices import Confidentiality, NameSource, RunState
from notices.models import FeedRun, Notice, Person, PersonName
from tests.factories import (
    NOON,
    make_case,
    make_feed,
    make_flagged,
    make_notice,
    make_user,
)

pytestmark = pytest.mark.django_db
CANARIES = ("QUIETBIRD", "canarysummary", "canarynote")


@pytest.fixture
def kim(db):
    return make_user("Kim Okoye", Role.LAWYER)


@pytest.fixture
def flagged(ana, ben):
    """A public notice that everybody sees, flagged."""
    notice = make_notice(family_name="PUBLICOVA")
    make_flagged(notice, by=ana, signed_by=ben)
    return notice


def wall_on(notice, carla, kim, code="QUIETBIRD-5"):
    case = make_case(
        lead=carla,
        members=(kim,),
        notice=notice,
        code=code,
        level=CaseLevel.WALLED,
        summary="canarysummary",
    )
    CaseNote.objects.create(
        case=case, kind="note", text="canarynote", author=carla, written_at=NOON
    )
    return case


def stable(text):
    """A page without what differs from one request to the next anyway."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    text = re.sub(r"<time.*?</time>", "", text)
    return re.sub(r"[A-Z]+-\d+", "CODE", text)


def walk(client, notice):
    """Everything that Olga can look at around the person, as she sees it."""
    pages = [
        reverse("today"),
        reverse("notice", args=[notice.key]),
        reverse("person", args=[notice.person.key]),
        reverse("case-new", args=[notice.key]),
        *(
            reverse("notice-tab", args=[notice.key, tab])
            for tab in ("screening", "versions", "history", "received")
        ),
        reverse("case-list"),
        reverse("case-list") + "?q=PUBLICOVA",
        reverse("case-list") + "?q=QUIET",
        reverse("search") + "?q=PUBLICOVA",
        reverse("search") + "?q=QUIETBIRD",
        reverse("people") + "?name=PUBLICOVA",
        reverse("notice-list"),
        reverse("inbox"),
        reverse("inbox-counts"),
        reverse("countries"),
        reverse("follows"),
        reverse("audit-log"),
        reverse("api-person", args=[notice.person.key]),
        reverse("api-notice", args=[notice.key]),
    ]
    found = {}
    for page in pages:
        answer = client.get(page)
        found[page] = (answer.status_code, stable(answer.text))
    return found


def test_around_a_person_nothing_differs_and_no_word_leaks(
    as_user, olga, carla, kim, flagged
):
    client = as_user(olga)
    before = walk(client, flagged)
    wall_on(flagged, carla, kim)
    after = walk(client, flagged)
    assert after == before
    for page, (_, text) in after.items():
        for word in CANARIES[1:]:
            assert word not in text, page
    own = as_user(carla).get(reverse("person", args=[flagged.person.key])).text
    assert "QUIETBIRD-5" in own


def test_an_outsider_opens_a_file_as_if_there_were_none_and_the_keeper_is_told(
    as_user, olga, carla, kim, ana, flagged
):
    hidden = wall_on(flagged, carla, kim)
    client = as_user(olga)
    address = reverse("case-new", args=[flagged.key])
    data = {"level": "organisation", "summary": "Mine"}
    opened = client.post(address, data, follow=True)
    mine = CaseFile.objects.exclude(pk=hidden.pk).get()
    assert mine.opened_by == olga
    for word in CANARIES:
        assert word not in opened.text
    told = CaseAlert.objects.get()
    assert (told.user, told.kind, told.case) == (kim, "other_file", hidden)
    today = as_user(kim).get(reverse("today")).text
    assert "A colleague opened another file on the same person" in today
    assert "Olga Brandt" in today
    for other in (olga, ana, carla):
        assert "opened another file" not in as_user(other).get(reverse("today")).text
    assert "other_file" not in client.get(reverse("audit-log")).text


def test_a_restricted_file_without_a_keeper_has_its_lead_told(
    as_user, olga, carla, flagged
):
    make_case(lead=carla, notice=flagged, level=CaseLevel.RESTRICTED)
    as_user(olga).post(
        reverse("case-new", args=[flagged.key]), {"level": "restricted", "summary": ""}
    )
    assert CaseAlert.objects.get().user == carla


def test_nobody_is_told_of_a_file_that_the_opener_sees(as_user, olga, carla, flagged):
    make_case(lead=carla, notice=flagged, state=CaseState.CLOSED, closed_at=NOON)
    as_user(olga).post(
        reverse("case-new", args=[flagged.key]),
        {"level": "organisation", "summary": ""},
    )
    assert CaseFile.objects.count() == 2
    assert not CaseAlert.objects.exists()


def test_a_person_known_only_through_a_wall_is_nobody_to_others(
    as_user, olga, carla, kim
):
    notice = make_notice(
        family_name="CANARYOVA", confidentiality=Confidentiality.RESTRICTED
    )
    for user in (carla, kim):
        notice.grants.create(user=user)
    PersonName.objects.create(
        person=notice.person,
        family_name="Канарьова",
        script="Cyrl",
        source=NameSource.PERSON,
    )
    wall_on(notice, carla, kim)
    assert not Notice.objects.visible_to(olga).exists()
    assert not Person.objects.visible_to(olga).exists()
    client = as_user(olga)
    for address in (
        reverse("notice", args=[notice.key]),
        reverse("person", args=[notice.person.key]),
        reverse("case-new", args=[notice.key]),
        reverse("person-fact-add", args=[notice.person.key]),
        reverse("follow-add") + f"?person={notice.person.key}",
    ):
        assert client.get(address).status_code in {302, 404}, address
    for query in ("CANARYOVA", "Канарьова", "QUIETBIRD-5"):
        for name in ("search", "people", "case-list", "notice-list"):
            field = "name" if name in ("people", "notice-list") else "q"
            text = client.get(reverse(name), {field: query}).text
            assert notice.key not in text
            assert notice.person.key not in text
    seen = as_user(kim).get(reverse("search"), {"q": "CANARYOVA"}).text
    assert notice.person.key in seen


def test_no_number_in_an_address_tells_how_many_files_there_are(
    as_user, olga, carla, kim, flagged
):
    for number in range(PAGE + 1):
        make_case(lead=carla, code=f"HERON-{number + 2}", opened_at=NOON)
    client = as_user(olga)
    older = re.search(r'before=([^"&]*)', client.get(reverse("case-list")).text)
    assert older
    assert "HERON" in older[1]
    rest = client.get(reverse("case-list") + "?before=" + older[1])
    assert rest.status_code == 200
    assert len(re.findall(r"HERON-\d+", rest.text)) >= 1
    for wrong in ("2026-11-24", "x HERON-3", "2026-11-24T12:00:00 HERON-3", "+"):
        assert client.get(reverse("case-list"), {"before": wrong}).status_code == 200


def test_a_form_offers_no_state_that_asks_in_a_hidden_notice(
    as_user, olga, carla, flagged
):
    hidden = make_notice(
        person=flagged.person,
        issuer="IR",
        confidentiality=Confidentiality.RESTRICTED,
    )
    hidden.grants.create(user=carla)
    address = reverse("person-fact-add", args=[flagged.person.key])
    offered = {
        user: re.findall(
            r'value="(RU|IR)"',
            as_user(user).get(address).text.partition('name="against"')[2],
        )
        for user in (olga, carla)
    }
    assert offered == {olga: ["RU"], carla: ["IR", "RU"]}


def test_an_undo_is_refused_for_a_wall_in_the_words_of_any_other_reason(
    as_user, olga, ana, carla, kim
):
    said = []
    for build in (
        lambda notice: wall_on(notice, carla, kim),
        lambda notice: Follow.objects.create(
            reader=ana,
            kind=FollowKind.PERSON,
            person=notice.person,
            created_at=NOON,
        ),
    ):
        run = FeedRun.objects.create(
            feed=make_feed(),
            state=RunState.COMPLETE,
            started_by=olga,
            created_at=NOON,
            started_at=NOON,
            ended_at=NOON,
        )
        notice = make_notice(review=False)
        notice.changes.update(run=run)
        build(notice)
        answer = as_user(olga).post(reverse("run-undo", args=[run.pk]), follow=True)
        assert Notice.objects.filter(pk=notice.pk).exists()
        said.append(re.findall(r"Colleagues decided on some[^<]*", answer.text))
    assert said[0]
    assert said[0] == said[1]
