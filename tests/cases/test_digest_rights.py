"""Who must not be told what: at composing, at sending and on the page afterwards."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from cases.choices import CaseLevel, NoteKind
from cases.models import CaseMember, CaseNote, Digest, DigestItem
from notices.choices import Confidentiality
from notices.models import Notice, NoticeChange, NoticeGrant
from tests.cases.digest_makers import (
    confirm_flag,
    delivery_of,
    follow_country,
    follow_person,
    send,
)
from tests.factories import NOON, make_case, make_notice, make_person, make_user
from tests.services import HOLD

SECRET = "NOROUZAZIN"


@pytest.fixture
def ana(db):
    return make_user("Ana Lindqvist", Role.ANALYST)


@pytest.fixture
def ben(db):
    return make_user("Ben Okafor", Role.REVIEWER)


@pytest.fixture
def dina(db):
    return make_user("Dina Haddad", Role.ADVOCACY)


def restricted_notice(**kw) -> Notice:
    return make_notice(
        family_name=SECRET,
        issuer="IR",
        confidentiality=Confidentiality.RESTRICTED,
        **kw,
    )


def test_an_advocacy_reader_is_not_told_of_a_flag_that_a_reviewer_is_told_of(
    ana, ben, dina, mail_sink
):
    notice = make_notice()
    NoticeChange.objects.all().delete()
    confirm_flag(notice, by=ana, signed_by=ben)
    for reader in (ben, dina):
        follow_country(reader)

    assert send() == {"due": 2, "sent": 1, "empty": 1}

    assert mail_sink.mails_to(dina.email) == []
    assert "FLAG CONFIRMED" in mail_sink.mails_to(ben.email)[0].part("plain")


@pytest.mark.parametrize("level", ["organisation", "restricted"])
def test_a_notice_that_is_not_public_is_a_count_for_those_who_see_it_and_nothing_else(
    ana, dina, mail_sink, level
):
    notice = make_notice(family_name=SECRET, issuer="IR", confidentiality=level)
    NoticeGrant.objects.create(notice=notice, user=ana)
    for reader in (ana, dina):
        follow_country(reader, "IR")
        follow_person(reader, notice.person)

    assert send() == {"due": 2, "sent": 1, "empty": 1}

    (mail,) = mail_sink.arrived
    assert mail.recipients == (ana.email,)
    said = mail.raw.decode() + mail.part("plain") + mail.part("html")
    assert SECRET not in said and "Miron" not in said and "Iran" not in said
    assert notice.key not in said and notice.person.key not in said
    assert "1. 1 change in notices that are not public.\nSign in to read: http" in said


def test_a_restricted_notice_without_a_grant_does_not_even_count(ana, mail_sink):
    restricted_notice()
    make_notice(issuer="IR", family_name="OREL")
    follow_country(ana, "IR")

    assert send() == {"due": 1, "sent": 1}

    text = mail_sink.arrived[0].part("plain")
    assert "OREL" in text
    assert "not public" not in text
    assert "1 change since" in mail_sink.arrived[0].message["Subject"]


def test_a_person_is_named_as_their_public_notice_names_them(ana, mail_sink):
    """The name that a client gave us may say more than the list does."""
    person = make_person(SECRET, "Samira")
    make_notice(person=person, family_name="NOROZ", forename="S.")
    follow_person(ana, person)

    send()

    text = mail_sink.arrived[0].part("plain")
    assert "You follow NOROZ S." in text
    assert SECRET not in text


def add_note(case, author: User, **kw) -> CaseNote:
    return CaseNote.objects.create(
        case=case,
        kind=NoteKind.NOTE,
        text=f"{SECRET} was seen in Tehran",
        author=author,
        written_at=NOON,
        **kw,
    )


def test_case_files_are_a_count_of_what_colleagues_wrote_and_a_link(
    ana, ben, mail_sink
):
    carla = make_user("Carla Ruiz", Role.LAWYER)
    notice = restricted_notice()
    case = make_case(
        lead=carla, notice=notice, members=(ana,), level=CaseLevel.RESTRICTED
    )
    NoticeChange.objects.all().delete()
    add_note(case, carla)
    add_note(case, carla, is_counsel_only=True)  # Ana may not read it
    add_note(case, ana)  # her own
    for reader in (ana, ben):
        follow_country(reader)

    assert send() == {"due": 2, "sent": 1, "empty": 1}

    (mail,) = mail_sink.arrived
    assert mail.recipients == (ana.email,)
    said = mail.raw.decode() + mail.part("plain") + mail.part("html")
    assert "1. You work on case files: 1 new entry in 1 file." in said
    for secret in (SECRET, case.code, "Iran", "Tehran", "KESTREL"):
        assert secret not in said


def test_someone_whose_access_to_a_file_has_ended_is_told_nothing_of_it(
    ana, ben, mail_sink
):
    case = make_case(lead=ben, members=(ana,), level=CaseLevel.RESTRICTED)
    NoticeChange.objects.all().delete()
    add_note(case, ben)
    follow_country(ana)
    CaseMember.objects.filter(user=ana).update(ended_at=NOON)

    assert send() == {"due": 1, "empty": 1}


def test_who_may_no_longer_follow_gets_nothing(ana, mail_sink):
    make_notice()
    follow_country(ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)

    assert send() == {}
    assert mail_sink.arrived == []


# --- Rights that change between composing and sending --------------------------------


@pytest.fixture
def send_meanwhile(real_database, mail_sink) -> Callable[[Callable[[], object]], dict]:
    """Return a function that sends, and does something while the mail server thinks.

    The digest is composed by then, its recipient named, and no body has been sent.
    """

    def run(do: Callable[[], object]) -> dict:
        counts: dict = {}

        def sending() -> None:
            try:
                counts.update(send())
            finally:
                connections.close_all()

        mail_sink.script("rcpt", HOLD)
        sender = threading.Thread(target=sending)
        sender.start()
        mail_sink.wait_held("rcpt")
        do()
        mail_sink.release()
        sender.join()
        return counts

    return run


def make_reader(role: str = Role.ANALYST) -> User:
    return make_user("Ana Lindqvist", role)


def test_a_notice_that_is_hidden_before_the_mail_goes_out_is_not_in_it(
    send_meanwhile, mail_sink
):
    reader = make_reader()
    hidden = make_notice(family_name=SECRET)
    make_notice(family_name="OREL")
    follow_country(reader)

    def hide() -> None:
        assert SECRET in Digest.objects.get().text
        Notice.objects.filter(pk=hidden.pk).update(
            confidentiality=Confidentiality.RESTRICTED, origin="client"
        )

    assert send_meanwhile(hide) == {"due": 1, "sent": 1}

    (mail,) = mail_sink.arrived
    assert "OREL" in mail.part("plain")
    assert SECRET not in mail.raw.decode() + mail.part("plain") + mail.part("html")
    assert DigestItem.objects.filter(reader=reader).count() == 1


def test_who_loses_the_role_before_the_mail_goes_out_is_not_told_of_flags(
    send_meanwhile, mail_sink
):
    reader, ben = make_reader(), make_user("Ben Okafor", Role.REVIEWER)
    notice = make_notice()
    follow_country(reader)
    confirm_flag(notice, by=reader, signed_by=ben)

    def demote() -> None:
        assert "FLAG CONFIRMED" in Digest.objects.get().text
        User.objects.filter(pk=reader.pk).update(role=Role.ADVOCACY)

    assert send_meanwhile(demote) == {"due": 1, "sent": 1}

    (mail,) = mail_sink.arrived
    assert "VALTESKU" in mail.part("plain")
    assert "FLAG" not in mail.part("plain") + mail.part("html")


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "gone"}])
def test_who_is_gone_before_the_mail_goes_out_gets_none(
    send_meanwhile, mail_sink, change
):
    reader = make_reader()
    make_notice()
    follow_country(reader)
    if "role" in change:
        change = {"role": Role.ADMINISTRATOR}  # sees no notice

    counts = send_meanwhile(lambda: User.objects.filter(pk=reader.pk).update(**change))

    assert counts == {"due": 1, "empty": 1}
    assert mail_sink.arrived == []
    assert delivery_of(reader).state == "empty"
    assert Digest.objects.get().text == ""


def test_who_stops_digests_before_the_mail_goes_out_gets_none(
    send_meanwhile, mail_sink, client
):
    reader = make_reader()
    make_notice()
    follow_country(reader)

    def stop() -> None:
        client.force_login(reader)
        client.post(reverse("digest-switch"), {"digests": "off"})

    assert send_meanwhile(stop) == {"due": 1, "empty": 1}
    assert mail_sink.arrived == []
