"""Events and records of states on their pages, as tables, and what they touch."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.audit.actions import Action
from accounts.choices import Role
from accounts.models import AuditEntry
from notices.choices import Confidentiality, ContextKind, Level, ScreeningScope
from notices.context.sheets import SheetError, take_in
from notices.models import ContextEntry, Notice, Screening, ScreeningRun
from notices.screening.ageing import touch_aged
from notices.screening.runs import work_on
from notices.screening.services import screen_notices
from tests.factories import NOON, make_notice, make_user
from tests.notices.test_context_loaded import entry, notes, of, read_whole

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
FORM = {
    "country": "RU",
    "kind": "election",
    "what": "An invented election",
    "happened_on": "2026-12-06",
    "source": "Invented Gazette, 24 Nov 2026, page 1",
    "level": "documented",
    "is_invented": "on",
}


def work_all() -> list[ScreeningRun]:
    runs = ScreeningRun.objects.order_by("pk")
    return [work_on(run_id=one.pk, clock=lambda: LATER) for one in runs if one.is_open]


def test_an_entry_is_recorded_shown_changed_and_withdrawn_with_a_reason(ana, as_user):
    client = as_user(ana)
    answer = client.post(reverse("event-add"), FORM)
    held = ContextEntry.objects.get()
    assert answer.url == reverse("event", args=[held.key])
    assert (held.entered_by, held.is_invented) == (ana, True)
    page = client.get(answer.url).content.decode()
    for words in (FORM["what"], FORM["source"], ana.name, "6 Dec 2026", "Invented"):
        assert words in page
    change = reverse("event-change", args=[held.key])
    client.post(change, FORM | {"what": "Another invented election"})
    held.refresh_from_db()
    assert held.what == "Another invented election"
    gone = reverse("event-withdraw", args=[held.key])
    client.post(gone, {"reason": "  "})
    held.refresh_from_db()
    assert held.withdrawn_at is None
    client.post(gone, {"reason": "It was put off"})
    page = client.get(reverse("event", args=[held.key])).content.decode()
    assert "It was put off" in page
    standing = client.get(reverse("events")).content.decode()
    assert "Another invented election" not in standing
    withdrawn = client.get(reverse("events"), {"state": "withdrawn"})
    assert "Another invented election" in withdrawn.content.decode()
    acts = AuditEntry.objects.values_list("action", flat=True)
    for act in ("ADDED", "CHANGED", "WITHDRAWN"):
        assert Action[f"CONTEXT_{act}"].value in acts


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("source", "", "required"),
        ("happened_on", "", "required"),
        ("happened_on", "2026", "month at least"),
        ("happened_on", "2026-13", "calendar"),
        ("until", "2026-11", "before it began"),
        ("level", "rumour", "valid choice"),
        ("country", "ZZZ", "valid choice"),
        ("what", " ", "required"),
    ],
)
def test_what_lacks_a_source_or_a_date_is_refused_by_its_field(
    ana, as_user, field, value, said
):
    answer = as_user(ana).post(reverse("event-add"), FORM | {field: value})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ContextEntry.objects.exists()


def test_the_same_is_not_recorded_twice(ana, as_user):
    client = as_user(ana)
    client.post(reverse("event-add"), FORM)
    again = client.post(reverse("event-add"), FORM)
    assert "recorded already" in again.content.decode()
    assert ContextEntry.objects.count() == 1


def test_who_reads_and_who_writes(as_user, dina, emil, fay):
    held = entry()
    page = reverse("event", args=[held.key])
    assert held.what in as_user(dina).get(page).content.decode()
    assert as_user(dina).post(reverse("event-add"), FORM).status_code == 403
    for other in (emil, fay):
        assert as_user(other).get(page).status_code == 403
        assert as_user(other).get(reverse("events")).status_code == 403
    lawyer = as_user(make_user("Carla Meyer", Role.LAWYER))
    assert lawyer.post(reverse("event-add"), FORM | {"what": "New"}).status_code == 302


def test_an_entry_names_no_finding_of_a_notice_that_its_reader_may_not_see(
    ana, olga, as_user
):
    held = entry()
    hidden = make_notice(
        family_name="ZAKRYTOV", confidentiality=Confidentiality.RESTRICTED
    )
    hidden.grants.create(user=ana)
    seen = make_notice(family_name="OTKRYTOV")
    for one in (hidden, seen):
        read_whole(one)
    screen_notices(notice_ids=None, at=NOON)
    assert of(seen, "I39") is not None
    # Of a notice from a client the day of the alert is not known.
    Screening.objects.get(notice=hidden).findings.create(
        indicator="I39", strength=1, level="documented", reason="x",
        rests_on=[["entry", held.key]],
    )  # fmt: skip
    page = reverse("event", args=[held.key])
    assert "ZAKRYTOV" in as_user(ana).get(page).content.decode()
    told = as_user(olga).get(page).content.decode()
    assert "OTKRYTOV" in told
    assert "ZAKRYTOV" not in told


def test_a_new_event_screens_what_it_touches_and_nothing_else(ana, as_user):
    near, far, other = (
        make_notice(family_name="A"),
        make_notice(family_name="B", first_seen=NOON - timedelta(days=2000)),
        make_notice(family_name="C", issuer="TR"),
    )
    for one in (near, other):
        read_whole(one)
    screen_notices(notice_ids=None, at=NOON)
    as_user(ana).post(reverse("event-add"), FORM)
    (run,) = work_all()
    assert (run.scope, run.screened, run.changed) == (ScreeningScope.TOUCHED, 1, 1)
    assert of(near, "I39").quote == FORM["what"]
    for one in (far, other):
        assert Screening.objects.filter(notice=one).count() == 1
    # Taking it back takes the finding back; the screening with it stays as it was.
    held = ContextEntry.objects.get()
    withdraw = reverse("event-withdraw", args=[held.key])
    as_user(ana).post(withdraw, {"reason": "Wrong"})
    work_all()
    assert of(near, "I39") is None
    old = Screening.objects.filter(notice=near, is_current=False)
    assert old.filter(findings__quote=FORM["what"]).exists()
    assert "no events recorded for this country and time" in notes(near)


def test_a_record_that_grows_old_is_taken_out_by_itself_once():
    notice = make_notice()
    entry(kind=ContextKind.MISUSE, happened_on="2026-01", what="It used notices")
    screen_notices(notice_ids=None, at=NOON)
    assert of(notice, "I38") is not None
    assert touch_aged(at=NOON) == 0
    later = NOON + timedelta(days=90)
    assert touch_aged(at=later) == 1
    assert touch_aged(at=later) == 0
    (run,) = ScreeningRun.objects.all()
    assert work_on(run_id=run.pk, clock=lambda: later).changed == 1
    assert of(notice, "I38") is None


def test_the_sheet_shows_context_apart_and_links_the_event(
    ana, as_user, django_assert_max_num_queries
):
    notice = make_notice()
    read_whole(notice)
    held = entry(happened_on="2026-12-01")
    screen_notices(notice_ids=None, at=timezone.now())
    client, address = (
        as_user(ana),
        reverse("notice-tab", args=[notice.key, "screening"]),
    )
    client.get(address)
    with django_assert_max_num_queries(15):
        page = client.get(address)
    told = page.content.decode()
    apart = told[told.index("Context, cannot decide") :]
    assert held.what in apart
    assert reverse("event", args=[held.key]) in apart
    assert held.what not in told[: told.index("Context, cannot decide")]


def test_the_page_of_the_state_leads_to_its_entries(dina, ana, as_user):
    address = reverse("country", args=["RU"])
    empty = as_user(dina).get(address).content.decode()
    assert "No events recorded for this country" in empty
    assert reverse("event-add") not in empty
    entry()
    entry(country_id="TR", what="Elsewhere")
    told = as_user(ana).get(address).content.decode()
    assert "An invented election" in told
    assert "Elsewhere" not in told
    assert reverse("event-add") in told


def test_a_long_list_goes_on_without_a_gap(ana, as_user):
    for number in range(60):
        entry(what=f"Event no. {number:02d}", happened_on=f"2026-{number % 6 + 1:02d}")
    client, seen, address = as_user(ana), [], reverse("events")
    for _ in range(2):
        page = client.get(address).content.decode()
        seen += re.findall(r"Event no\. \d\d", page)
        address = reverse("events") + "".join(re.findall(r"\?after=\w+", page))
    assert len(seen) == len(set(seen)) == 60


CSV = """country,kind,date,until,what,source,level,invented
RU,election,2026-12,,An invented vote,Gazette,documented,yes
XX9,election,2026-12,,Nowhere,Gazette,documented,no
RU,party,2026-12,,A party,Gazette,documented,no
RU,coup,2026,,Too vague,Gazette,documented,no
RU,coup,2026-01,,No source,,documented,no
RU,coup,2026-01,,Odd level,Gazette,sure,no
RU,misuse,2026-05,2026-06,Two dates,Gazette,documented,maybe
"""


def test_a_table_goes_in_row_by_row_with_a_reason_for_each_that_stays_out(ana, as_user):
    client = as_user(ana)
    table = SimpleUploadedFile("events.csv", CSV.encode())
    answer = client.post(reverse("events-import"), {"table": table})
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "7 rows read: 1 added, 0 known already, 6 left out" in told
    assert re.findall(r"Row (\d)</th>.*?<code>(\w+)</code>", told, re.S) == [
        ("3", "country"), ("4", "kind"), ("5", "date"), ("6", "source"),
        ("7", "level"), ("8", "invented"),
    ]  # fmt: skip
    assert "the code of no state" in told
    again = take_in(content=CSV.encode(), actor=ana, at=NOON)
    assert (again.added, again.known) == (0, 1)
    broken = SimpleUploadedFile("x.csv", b"\xff\xfe\x00")
    answer = client.post(reverse("events-import"), {"table": broken})
    assert "UTF-8" in answer.content.decode()
    with pytest.raises(SheetError, match="lacks: source"):
        take_in(content=b"country,kind,date,what,level\n", actor=ana, at=NOON)


def test_what_goes_out_as_a_table_comes_in_again(ana, as_user):
    for number, what in enumerate(("=1+1", "A “quoted”, word", "Выборы", "انتخابات")):
        entry(what=what, happened_on=f"2026-0{number + 1}", level=Level.AUTHORITY)
    answer = as_user(ana).get(reverse("events-csv"))
    content = b"".join(answer.streaming_content)
    assert b'"\'=1+1"' in content
    before = set(ContextEntry.objects.values_list("what", "happened_on", "level"))
    ContextEntry.objects.all().delete()
    taken = take_in(content=content, actor=ana, at=NOON)
    assert (taken.added, taken.problems) == (4, ())
    after = ContextEntry.objects.values_list("what", "happened_on", "level")
    assert set(after) == before


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_table_breaks_the_page(ana, content):
    head = b"country,kind,date,what,source,level\n"
    for table in (content, head + content):
        try:
            taken = take_in(content=table, actor=ana, at=NOON)
        except SheetError as problem:
            assert str(problem)
        else:
            assert taken.read == taken.added + taken.known + len(taken.problems)


def test_every_notice_stays_when_nothing_is_recorded():
    """Old screenings stay as they were: a second look at the same makes no new one."""
    make_notice()
    screen_notices(notice_ids=None, at=NOON)
    report = screen_notices(notice_ids=None, at=LATER, everything=True)
    assert (report.screened, report.changed) == (Notice.objects.count(), 0)
