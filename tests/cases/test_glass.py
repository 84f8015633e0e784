"""Breaking the glass. Emil asks, Emma consents; Carla leads and Kim keeps the wall."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import CaseLevel, GlassState
from cases.glass.tasks import mail_keeper
from cases.models import CaseAlert, CaseBar, CaseNote, Glass
from tests.factories import NOON, make_case, make_notice, make_user

pytestmark = pytest.mark.django_db
TABS = ["case", "case-chronology", "case-notices", "case-people", "case-exports"]


@pytest.fixture
def emma(db):
    return make_user("Emma Novak", Role.ADMINISTRATOR)


@pytest.fixture
def kim(db):
    return make_user("Kim Okoye", Role.LAWYER)


@pytest.fixture
def wall(carla, kim):
    case = make_case(
        lead=carla,
        members=(kim,),
        level=CaseLevel.WALLED,
        notice=make_notice(family_name="UNMISTAKABLE"),
        summary="A summary behind glass",
    )
    for text, counsel in (("Plain words", False), ("Privileged words", True)):
        CaseNote.objects.create(
            case=case,
            kind="event",
            text=text,
            author=carla,
            written_at=NOON,
            is_counsel_only=counsel,
        )
    return case


def ask(client, code, hours=4):
    data = {"code": code, "reason": "The lead cannot be reached", "hours": hours}
    return client.post(reverse("glass"), data)


def answer(client, glass, word="consent"):
    address = reverse("glass-answer", args=[glass.key])
    return client.post(address, {"answer": word}, follow=True)


def broken(as_user, wall, emil, emma, hours=4):
    ask(as_user(emil), wall.code, hours)
    glass = Glass.objects.get()
    answer(as_user(emma), glass)
    glass.refresh_from_db()
    assert glass.state == GlassState.OPEN
    return glass


def test_being_administrator_opens_no_file_until_a_second_one_consents(
    as_user, wall, emil, emma
):
    client = as_user(emil)
    address = reverse("case", args=[wall.code])
    assert client.get(address).status_code == 404
    assert ask(client, wall.code.lower()).status_code == 302
    assert client.get(address).status_code == 404
    own = answer(client, Glass.objects.get())
    assert "a second administrator must consent" in own.text
    assert client.get(address).status_code == 404
    answer(as_user(emma), Glass.objects.get())
    assert "A summary behind glass" in client.get(address).text
    assert as_user(emma).get(address).status_code == 404


def test_reading_ends_by_its_time_and_by_anyones_hand(as_user, wall, emil, emma, carla):
    glass = broken(as_user, wall, emil, emma, hours=2)
    address = reverse("case", args=[wall.code])
    with time_machine.travel(timezone.now() + timedelta(hours=2, minutes=1)):
        assert as_user(emil).get(address).status_code == 404
    assert as_user(emil).get(address).status_code == 200
    page = as_user(carla).get(address).text
    assert "The glass is broken: Emil Novak may read this file until" in page
    end = reverse("case-glass-end", args=[wall.code, glass.key])
    assert as_user(carla).post(end).status_code == 302
    assert as_user(emil).get(address).status_code == 404
    glass.refresh_from_db()
    assert glass.ended_by == carla


def test_through_the_glass_one_reads_and_nothing_more(as_user, wall, emil, emma):
    broken(as_user, wall, emil, emma)
    client = as_user(emil)
    for name in TABS:
        assert client.get(reverse(name, args=[wall.code])).status_code == 200
    chronology = client.get(reverse("case-chronology", args=[wall.code])).text
    assert "Plain words" in chronology
    assert "Privileged words" not in chronology
    export = {
        "profile": "internal",
        "export_format": "pdf",
        "purpose": "x",
        "recipient": "x",
    }
    for name, data in (
        ("case-chronology", {"kind": "note", "text": "x"}),
        ("case-text", {"summary": "x", "public_consent": "", "seen_version": 0}),
        ("case-people", {"user": emma.pk, "role": "member", "reason": "x"}),
        ("case-level", {"level": "walled", "reason": "x"}),
        ("case-state", {"reason": "x"}),
        ("case-bar", {"barred": emma.pk, "why": "x"}),
        ("case-exports", export),
    ):
        status = client.post(reverse(name, args=[wall.code]), data).status_code
        assert status in {403, 422}, name
    wall.refresh_from_db()
    assert wall.summary == "A summary behind glass"
    assert wall.notes.count() == 2
    assert not wall.exports.exists()


def test_each_page_read_through_the_glass_stands_before_the_lead(
    as_user, wall, emil, emma, carla
):
    glass = broken(as_user, wall, emil, emma)
    client = as_user(emil)
    for name in TABS:
        client.get(reverse(name, args=[wall.code]))
    reads = AuditEntry.objects.filter(action="case.read")
    assert reads.filter(actor_id_text=str(emil.pk)).count() == len(TABS)
    assert glass.key in reads.first().words
    page = as_user(carla).get(reverse("case", args=[wall.code])).text
    assert "Emil Novak</bdi>, 5 pages" in page


def test_reading_a_file_of_the_organisation_through_the_glass_is_recorded_too(
    as_user, emil, emma, carla
):
    shared = make_case(lead=carla)
    broken(as_user, shared, emil, emma)
    as_user(emil).get(reverse("case", args=[shared.code]))
    assert AuditEntry.objects.filter(action="case.read").count() == 1


def test_lead_and_keeper_are_told_at_once_and_mailed_nothing_that_names(
    as_user, wall, emil, emma, carla, kim, olga, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as rung:
        glass = broken(as_user, wall, emil, emma)
    assert len(rung) == 2
    for user in (carla, kim):
        today = as_user(user).get(reverse("today")).text
        assert "The glass was broken: <bdi>Emil Novak</bdi>, until" in today
        assert wall.code in today
    assert wall.code not in as_user(olga).get(reverse("today")).text
    for alert in CaseAlert.objects.filter(kind="glass_broken"):
        mail_keeper(alert.pk)
    assert {one.to[0] for one in mail.outbox} == {carla.email, kim.email}
    for one in mail.outbox:
        sent = one.message().as_string()
        for word in (wall.code, "UNMISTAKABLE", "Emil", "Emma", glass.reason):
            assert word not in sent
    mine = CaseAlert.objects.get(user=carla, kind="glass_broken")
    as_user(olga).post(reverse("alert-seen", args=[mine.key]))
    assert "The glass was broken" in as_user(carla).get(reverse("today")).text
    as_user(carla).post(reverse("alert-seen", args=[mine.key]))
    assert "The glass was broken" not in as_user(carla).get(reverse("today")).text


def plain(response, code):
    """A page without what is of this request alone."""
    lines = response.text.replace(code, "CODE").splitlines()
    secret = ("csrfmiddlewaretoken", "/answer/", "/end/", "<time")
    return [line for line in lines if not any(word in line for word in secret)]


def test_an_unknown_code_is_answered_as_a_known_one(as_user, wall, emil, emma):
    pages = []
    for code in (wall.code, "NOBIRD-1"):
        Glass.objects.all().delete()
        asked = ask(as_user(emil), code)
        pages.append(
            [
                asked.status_code,
                plain(as_user(emil).get(reverse("glass")), code),
                plain(as_user(emma).get(reverse("today")), code),
                plain(answer(as_user(emma), Glass.objects.get()), code),
                plain(as_user(emil).get(reverse("glass")), code),
            ]
        )
    assert pages[0] == pages[1]
    assert as_user(emil).get(reverse("case", args=["NOBIRD-1"])).status_code == 404


def test_who_is_barred_breaks_no_glass_and_learns_nothing(
    as_user, wall, emil, emma, carla
):
    CaseBar.objects.create(
        case=wall, user=emil, reason="x", barred_by=carla, barred_at=NOON
    )
    ask(as_user(emil), wall.code)
    said = answer(as_user(emma), Glass.objects.get())
    assert "You consented" in said.text
    assert as_user(emil).get(reverse("case", args=[wall.code])).status_code == 404
    today = as_user(carla).get(reverse("today")).text
    assert "A barred administrator tried to break the glass" in today


def test_who_is_barred_cannot_consent_either(as_user, wall, emil, emma, carla):
    CaseBar.objects.create(
        case=wall, user=emma, reason="x", barred_by=carla, barred_at=NOON
    )
    ask(as_user(emil), wall.code)
    assert "You consented" in answer(as_user(emma), Glass.objects.get()).text
    assert as_user(emil).get(reverse("case", args=[wall.code])).status_code == 404


def test_a_bar_mends_the_glass(as_user, wall, emil, emma, carla):
    broken(as_user, wall, emil, emma)
    bar = {"barred": emil.pk, "why": "Knows the other side"}
    as_user(carla).post(reverse("case-bar", args=[wall.code]), bar)
    assert as_user(emil).get(reverse("case", args=[wall.code])).status_code == 404


def test_the_database_refuses_one_person_a_long_time_and_barred_people(
    as_user, wall, emil, emma, carla
):
    glass = broken(as_user, wall, emil, emma)
    rows = Glass.objects.filter(pk=glass.pk)
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        rows.update(consented_by=emil)
    with pytest.raises(IntegrityError, match="a_day_at_most"), transaction.atomic():
        rows.update(ends_at=glass.consented_at + timedelta(hours=25))
    with pytest.raises(IntegrityError, match="with_consent"), transaction.atomic():
        rows.update(consented_by=None)
    with pytest.raises(IntegrityError, match="broke its glass"), transaction.atomic():
        CaseBar.objects.create(
            case=wall, user=emil, reason="x", barred_by=carla, barred_at=NOON
        )
        connection.check_constraints()


@pytest.mark.parametrize("hours", [0, 25])
def test_a_day_is_the_most_one_can_ask_for(as_user, wall, emil, hours):
    assert ask(as_user(emil), wall.code, hours).status_code == 422
    assert not Glass.objects.exists()


def test_a_request_lapses_and_can_be_refused(as_user, wall, emil, emma):
    ask(as_user(emil), wall.code)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert "lapsed" in answer(as_user(emma), Glass.objects.get()).text
    answer(as_user(emma), Glass.objects.get(), "refuse")
    assert Glass.objects.get().state == GlassState.REFUSED
    assert "answered already" in answer(as_user(emma), Glass.objects.get()).text


def test_asking_and_consenting_need_a_fresh_proof(as_user, wall, emil, emma):
    assert ask(as_user(emil, stale=True), wall.code).status_code == 302
    assert not Glass.objects.exists()
    ask(as_user(emil), wall.code)
    glass = Glass.objects.get()
    address = reverse("glass-answer", args=[glass.key])
    as_user(emma, stale=True).post(address, {"answer": "consent"})
    glass.refresh_from_db()
    assert glass.state == GlassState.ASKED


@pytest.mark.parametrize("who", ["ana", "ben", "carla", "dina"])
def test_others_have_no_such_page(who, request, as_user, wall):
    client = as_user(request.getfixturevalue(who))
    assert client.get(reverse("glass")).status_code == 403
    assert ask(client, wall.code).status_code == 403
    assert client.get(reverse("who-sees")).status_code == 403
    assert not Glass.objects.exists()


def test_who_is_no_longer_administrator_reads_nothing(as_user, wall, emil, emma):
    broken(as_user, wall, emil, emma)
    emil.role = Role.ANALYST
    emil.save(update_fields=["role"])
    assert as_user(emil).get(reverse("case", args=[wall.code])).status_code == 404
