"""How long things are kept: rules, warnings, answers; nothing just vanishes."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st
from time_machine import travel

from accounts.audit.actions import Action
from accounts.audit.check import check_log
from accounts.audit.record import record
from accounts.choices import Role
from accounts.models import AuditEntry, User
from cases.choices import (
    CaseLevel,
    CaseState,
    ExpiryState,
    RetentionKind,
)
from cases.intake.store import path_of, store
from cases.keeping.holds import place_hold
from cases.keeping.rules import add_months, set_rule
from cases.keeping.sweep import sweep
from cases.models import CaseFile, Digest, Expiry, LegalHold, RetentionRule, Tombstone
from notices.choices import RunState
from notices.models import FeedRun, NoticeVersion, RawRecord
from tests.factories import NOON, make_case, make_feed, make_notice, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEN_YEARS = datetime(2036, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def closed(carla, ana) -> CaseFile:
    """A walled-off file that was closed ten years ago."""
    return make_case(
        lead=carla,
        members=(ana,),
        code="HERON-1",
        level=CaseLevel.RESTRICTED,
        state=CaseState.CLOSED,
        closed_at=NOON,
    )


@pytest.fixture
def greta(db) -> User:
    return make_user("Greta Sommer", Role.ADMINISTRATOR)


def run_days(start: datetime, days: int) -> None:
    """Let the days pass on which something can happen, and the last one."""
    for day in sorted({0, 16, 23, 29, 30, days}):
        if day <= days:
            sweep(at=start + day * DAY)


def seen(client) -> None:
    client.post("/cases/HERON-1/keeping/seen/")


def test_an_administrator_sets_a_rule_with_a_reason_and_a_fresh_proof(emil, as_user):
    address = "/administration/keeping/rules/digest/"
    form = {"months": "6", "reason": "Law on data protection"}
    as_user(emil, stale=True).post(address, form)
    assert not RetentionRule.objects.exists()
    client = as_user(emil)
    assert client.post(address, {"months": "6", "reason": ""}).status_code == 422
    assert client.post(address, {"months": "0", "reason": "x"}).status_code == 422
    page = client.post(address, form, follow=True).content.decode()
    assert "Texts of digests: 6 months" in page
    assert "Law on data protection" in page
    entry = AuditEntry.objects.get(action=Action.RETENTION_SET.value)
    assert '"after":{"months":6}' in entry.words
    assert '"before":{"months":12}' in entry.words
    client.post(address, {"months": "", "reason": "Asked by the board"})
    assert RetentionRule.objects.get().months is None


def test_no_rule_makes_the_log_forget_its_words_within_two_years(emil, as_user):
    client = as_user(emil)
    address = "/administration/keeping/rules/audit_words/"
    refused = client.post(address, {"months": "23", "reason": "Tidy up"})
    assert refused.status_code == 422
    assert "kept for 24 months at least" in refused.text
    assert not RetentionRule.objects.exists()
    assert client.post(address, {"months": "24", "reason": "Law"}).status_code == 302


def test_one_administrator_alone_wipes_no_words(carla, emil, greta, as_user):
    case = make_case(lead=carla)
    record(action=Action.CASE_CHANGED, actor=carla, target=case, reason="canary")
    set_rule(kind=RetentionKind.AUDIT_WORDS, months=24, actor=emil, reason="x", at=NOON)
    start = NOON + 3650 * DAY
    run_days(start, 29)
    address = "/administration/keeping/rules/audit_words/seen/"
    told = as_user(emil).post(address, follow=True).text
    assert "Another administrator has to say" in told
    sweep(at=start + 30 * DAY)
    assert AuditEntry.objects.filter(words__contains="canary").exists()
    as_user(greta).post(address)
    sweep(at=start + 31 * DAY)
    assert not AuditEntry.objects.filter(words__contains="canary").exists()


@pytest.mark.parametrize("who", ["ana", "ben", "carla", "dina"])
def test_nobody_else_sees_or_sets_rules(who, request, as_user):
    client = as_user(request.getfixturevalue(who))
    assert client.get("/administration/keeping/").status_code == 403
    answer = client.post("/administration/keeping/rules/digest/", {"reason": "x"})
    assert answer.status_code == 403


def test_the_lead_is_warned_four_times_and_answers_each(
    closed, carla, ana, emil, olga, as_user
):
    lead = as_user(carla)
    first = TEN_YEARS - 30 * DAY
    sweep(at=first - DAY)
    assert not Expiry.objects.exists()
    for step, day in ((30, 0), (14, 16), (7, 23), (1, 29)):
        mail.outbox.clear()
        sweep(at=first + day * DAY)
        sweep(at=first + day * DAY)
        (letter,) = mail.outbox
        assert letter.to == [carla.email]
        assert "HERON" not in letter.subject + letter.body
        assert "VALTESKU" not in letter.subject + letter.body
        assert "HERON-1" in lead.get("/").content.decode().split("Will expire")[1]
        for other in (ana, emil, olga):
            assert "Will expire" not in as_user(other).get("/").content.decode()
        seen(lead)
        assert "Will expire" not in lead.get("/").content.decode()
        warning = Expiry.objects.get().warnings.get(days=step)
        assert warning.acknowledged_by == carla
    assert CaseFile.objects.filter(pk=closed.pk).exists()
    sweep(at=TEN_YEARS)
    assert not CaseFile.objects.filter(pk=closed.pk).exists()
    stone = Tombstone.objects.get()
    assert (stone.code, stone.rule) == ("HERON-1", "Closed case files: 120 months")
    assert stone.asked_by == carla
    assert check_log().verdict.ok


def test_what_nobody_answered_waits_and_says_so(closed, carla, ana, emil, as_user):
    run_days(TEN_YEARS - 30 * DAY, 60)
    assert CaseFile.objects.filter(pk=closed.pk).exists()
    with travel(TEN_YEARS + 30 * DAY):
        page = as_user(emil).get("/administration/keeping/").content.decode()
    assert "waits: a warning was not acknowledged" in page
    assert "A case file that you may not open" in page
    assert "HERON" not in page
    answer = as_user(ana).post("/cases/HERON-1/keeping/seen/")
    assert answer.status_code == 403  # a member, not the lead
    seen(as_user(carla))
    sweep(at=TEN_YEARS + 40 * DAY)
    assert not CaseFile.objects.exists()


def test_a_hold_wins(closed, carla, emil, as_user):
    run_days(TEN_YEARS - 30 * DAY, 29)
    seen(as_user(carla))
    place_hold(case=closed, actor=carla, reason="Proceedings", at=TEN_YEARS)
    run_days(TEN_YEARS, 3)
    assert CaseFile.objects.filter(pk=closed.pk).exists()
    with travel(TEN_YEARS + 3 * DAY):
        page = as_user(emil).get("/administration/keeping/").content.decode()
    assert "waits: a legal hold stands" in page
    LegalHold.objects.update(
        lifted_by=emil, lifted_at=TEN_YEARS, lifted_because="Decided"
    )
    sweep(at=TEN_YEARS + 4 * DAY)
    assert not CaseFile.objects.exists()


def test_a_shorter_rule_still_gives_thirty_days_and_a_longer_one_calls_off(
    closed, carla, emil
):
    now = NOON + 400 * DAY
    rule = {"kind": RetentionKind.CASE_FILE, "actor": emil, "reason": "New law"}
    set_rule(months=1, at=now, **rule)
    sweep(at=now)
    assert Expiry.objects.get().due_on == (now + 30 * DAY).date()
    set_rule(months=None, at=now, **rule)
    sweep(at=now + 30 * DAY)
    assert Expiry.objects.get().state == ExpiryState.CALLED_OFF
    assert CaseFile.objects.filter(pk=closed.pk).exists()


def test_a_file_that_is_opened_again_does_not_expire(closed, carla, as_user):
    run_days(TEN_YEARS - 30 * DAY, 29)
    seen(as_user(carla))
    closed.state, closed.closed_at = CaseState.OPEN, None
    closed.save()
    sweep(at=TEN_YEARS)
    assert CaseFile.objects.filter(pk=closed.pk).exists()
    assert Expiry.objects.get().state == ExpiryState.CALLED_OFF


def _run_with_record(notice, name):
    received = store(name, BytesIO(name.encode()))
    run = FeedRun.objects.create(
        feed=make_feed(),
        state=RunState.COMPLETE,
        created_at=NOON,
        ended_at=NOON,
        files=[
            {
                "name": received.name,
                "path": received.path,
                "sha256": received.sha256,
                "size": received.size,
            }
        ],
    )
    raw = RawRecord.objects.create(
        feed=run.feed,
        run=run,
        notice=notice,
        received_at=NOON,
        source=name,
        text="raw",
        sha256="0" * 64,
    )
    NoticeVersion.objects.filter(notice=notice).update(record=raw)
    return run


def test_kinds_expire_after_administrators_saw_it_and_never_what_is_held(
    carla, emil, greta, as_user, dina
):
    free, held_notice = make_notice(), make_notice()
    held = make_case(lead=carla, notice=held_notice, code="HERON-1")
    place_hold(case=held, actor=carla, reason="Proceedings", at=NOON)
    run, held_run = _run_with_record(free, "a"), _run_with_record(held_notice, "b")
    record(action=Action.CASE_CHANGED, actor=carla, target=held, reason="kept word")
    digest = Digest.objects.create(
        reader=dina, period="1", created_at=NOON, composed_at=NOON, text="old text"
    )
    gone = make_user(
        "Gina Gone", Role.ANALYST, is_active=False, date_joined=NOON - 900 * DAY
    )
    for kind in RetentionKind:
        if kind != RetentionKind.CASE_FILE:
            months = 24 if kind == RetentionKind.AUDIT_WORDS else 1
            set_rule(kind=kind, months=months, actor=emil, reason="Short", at=NOON)
    start = NOON + 3650 * DAY
    run_days(start, 29)
    page = as_user(emil).get("/administration/keeping/").content.decode()
    assert page.count("4 warnings not yet acknowledged") == 5
    assert (
        as_user(carla).post("/administration/keeping/rules/digest/seen/").status_code
        == 403
    )
    assert page.count("another administrator acknowledges") == 5
    assert "I have seen this" not in page
    for client in (as_user(emil), as_user(greta, stale=True)):
        for kind in RetentionKind:
            client.post(f"/administration/keeping/rules/{kind.value}/seen/")
    sweep(at=start + 30 * DAY)
    assert not Expiry.objects.filter(state=ExpiryState.DONE).exists()
    client = as_user(greta)
    assert client.get("/administration/keeping/").text.count("I have seen this") == 5
    for kind in RetentionKind:
        client.post(f"/administration/keeping/rules/{kind.value}/seen/")
    sweep(at=start + 30 * DAY)

    assert list(RawRecord.objects.values_list("run_id", flat=True)) == [held_run.pk]
    run.refresh_from_db()
    held_run.refresh_from_db()
    assert run.files[0]["path"] == ""
    assert run.files[0]["sha256"]
    assert path_of(held_run.files[0]).exists()
    assert len(list(path_of(held_run.files[0]).parent.iterdir())) == 1
    digest.refresh_from_db()
    assert digest.text == ""
    gone.refresh_from_db()
    assert "Gina" not in gone.name + gone.email
    assert User.objects.get(pk=dina.pk).name == dina.name
    assert AuditEntry.objects.filter(words__contains="kept word").count() == 1
    assert not AuditEntry.objects.filter(words__contains="Short").exists()
    assert check_log().verdict.ok
    done = AuditEntry.objects.filter(action=Action.EXPIRED.value)
    assert done.count() == 5


@given(
    st.dates(date(1990, 1, 1), date(2900, 1, 1)),
    st.integers(-1200, 1200),
)
def test_months_are_added_as_people_count(day, months):
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    assert later.day == day.day or (later + DAY).day == 1
