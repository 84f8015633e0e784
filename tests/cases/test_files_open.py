"""Opening a case file: from a confirmed flag, once a person, under a dealt name."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import CaseLevel, MemberRole, ReviewState
from cases.files.codes import WORDS, deal_code
from cases.files.services import AlreadyOpen, CaseRefused, open_case
from cases.models import CaseFile, CaseMember
from notices.choices import Confidentiality
from notices.models import NoticeGrant
from tests.factories import (
    NOON,
    make_case,
    make_flagged,
    make_notice,
    make_person,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return make_user("Ana Lindqvist")


@pytest.fixture
def ben():
    return make_user("Ben Okafor", Role.REVIEWER)


@pytest.fixture
def flagged(ana, ben):
    return make_flagged(make_notice(), by=ana, signed_by=ben)


def test_a_confirmed_flag_opens_a_file_with_its_opener_as_lead(ana, flagged):
    case = open_case(review=flagged, actor=ana, at=NOON, summary="Three posts")
    assert re.fullmatch(r"[A-Z]+-\d{1,3}", case.code)
    assert case.person == flagged.notice.person
    member = CaseMember.objects.get(case=case)
    assert (member.user, member.role) == (ana, MemberRole.LEAD)
    assert [link.notice for link in case.links.all()] == [flagged.notice]
    entry = AuditEntry.objects.get(action="case.opened")
    assert entry.object_id == str(case.pk)
    assert entry.actor_id_text == str(ana.pk)


@pytest.mark.parametrize(
    "state", [ReviewState.WAITING, ReviewState.TAKEN, ReviewState.SNOOZED]
)
def test_a_notice_without_a_confirmed_flag_opens_none(ana, ben, state):
    review = make_flagged(make_notice(), by=ana, signed_by=ben)
    review.state, review.snoozed_until = state, NOON.date()
    review.save()
    with pytest.raises(CaseRefused, match="second person confirmed"):
        open_case(review=review, actor=ana, at=NOON)
    assert not CaseFile.objects.exists()


def test_a_second_file_for_the_person_is_refused_with_the_first_ones_name(ana, flagged):
    first = open_case(review=flagged, actor=ana, at=NOON)
    with pytest.raises(AlreadyOpen, match=first.code):
        open_case(review=flagged, actor=ana, at=NOON)


def test_the_database_itself_refuses_two_open_files_of_the_organisation(ana):
    person = make_person()
    make_case(lead=ana, notice=make_notice(person=person))
    notice = make_notice(person=person)
    refused = pytest.raises(IntegrityError, match="case_one_open_per_person")
    with refused, transaction.atomic():
        make_case(lead=ana, notice=notice)


def test_a_file_one_may_not_see_stops_nothing_and_tells_nothing(ana, ben, flagged):
    carla = make_user("Carla Meyer", Role.LAWYER)
    hidden = make_case(lead=carla, notice=flagged.notice, level=CaseLevel.RESTRICTED)
    case = open_case(review=flagged, actor=ana, at=NOON)
    assert case != hidden


def test_a_restricted_notice_makes_a_restricted_file(ana, ben):
    notice = make_notice(confidentiality=Confidentiality.RESTRICTED)
    NoticeGrant.objects.create(notice=notice, user=ana)
    review = make_flagged(notice, by=ana, signed_by=ben)
    case = open_case(review=review, actor=ana, at=NOON)
    assert case.level == CaseLevel.RESTRICTED


def test_code_names_are_many_and_plain():
    assert len(set(WORDS)) == len(WORDS) > 100
    assert all(word.isascii() and word.isupper() for word in WORDS)
    assert len({deal_code() for _ in range(200)}) > 150


def test_the_page_opens_a_file_and_goes_there(client, ana, flagged):
    client.force_login(ana)
    address = reverse("case-new", args=[flagged.notice.key])
    assert "You become its lead" in client.get(address).text
    response = client.post(address, {"level": "restricted", "summary": "Posts"})
    case = CaseFile.objects.get()
    assert response["Location"] == reverse("case", args=[case.code])
    assert case.level == CaseLevel.RESTRICTED


def test_the_page_of_a_notice_without_a_flag_says_why_not(client, ana):
    client.force_login(ana)
    notice = make_notice()
    address = reverse("case-new", args=[notice.key])
    assert "This notice has none" in client.get(address).text
    assert client.post(address, {"level": "organisation"}).status_code == 422
    assert not CaseFile.objects.exists()


def test_advocacy_and_administrators_open_none(client, flagged):
    for role in (Role.ADVOCACY, Role.ADMINISTRATOR):
        client.force_login(make_user(f"{role} person", role))
        address = reverse("case-new", args=[flagged.notice.key])
        assert client.post(address, {"level": "organisation"}).status_code == 403
    assert not CaseFile.objects.exists()


def test_an_invisible_notice_and_an_unknown_one_are_the_same_page(client, ana, ben):
    notice = make_notice(confidentiality=Confidentiality.RESTRICTED)
    make_flagged(notice, by=ben, signed_by=make_user("Other", Role.REVIEWER))
    client.force_login(ana)
    hidden = client.get(reverse("case-new", args=[notice.key]))
    unknown = client.get(reverse("case-new", args=["2026-999999"]))
    assert hidden.status_code == unknown.status_code == 404


def test_the_list_offers_flags_that_have_no_file(client, ana, flagged):
    client.force_login(ana)
    text = client.get(reverse("case-list")).text
    assert reverse("case-new", args=[flagged.notice.key]) in text
    open_case(review=flagged, actor=ana, at=NOON)
    text = client.get(reverse("case-list")).text
    assert reverse("case-new", args=[flagged.notice.key]) not in text
