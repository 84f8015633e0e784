"""Many notices at once: shown first, done by the single services, undone whole."""

from datetime import date, timedelta
from html import unescape
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone

from cases.bulk import choosing
from cases.bulk import services as bulk_services
from cases.bulk.choosing import BulkRefused, Filled, choose, fill, foreseen
from cases.bulk.services import (
    AT_ONCE,
    begin,
    begin_undo,
    counts,
    waiting,
    work,
)
from cases.choices import BulkKind, BulkState, Outcome
from cases.models import (
    Bulk,
    BulkItem,
    DeskAlert,
    Review,
    ReviewTransition,
    Tagging,
    TranslationWish,
)
from tests.cases.review_makers import FLAG, LATER, decided, step
from tests.factories import NOON, make_notice

pytestmark = pytest.mark.django_db
FILLED = {
    BulkKind.TAG: {"tag": "Winter list"},
    BulkKind.SNOOZE: {"until": LATER, "note": "The court sits then."},
    BulkKind.DISMISS: {"reason_code": "ordinary_crime", "note": "Theft, all of them."},
    BulkKind.TRANSLATE: {"note": "From Turkish, please."},
}


def clock():
    return NOON


@pytest.fixture
def notices():
    return [make_notice() for _ in range(4)]


def prepared(actor, notices, kind, **filled) -> Bulk:
    bulk = choose(
        actor=actor, kind=kind, keys=[one.key for one in notices], query=None, at=NOON
    )
    given = Filled(**(filled or FILLED[kind]))
    return fill(bulk=bulk, actor=actor, filled=given, at=NOON)


def done(actor, notices, kind, **filled) -> Bulk:
    bulk = prepared(actor, notices, kind, **filled)
    begin(bulk=bulk, actor=actor, at=NOON)
    found = work(bulk_id=bulk.pk, clock=clock)
    assert found is not None
    return found


def reviews_as_they_are(notices) -> list[dict]:
    rows = Review.objects.filter(notice__in=notices).order_by("pk")
    return [
        {k: v for k, v in model_to_dict(row).items() if k != "version"} for row in rows
    ]


@pytest.mark.parametrize("kind", [*FILLED, BulkKind.ASSIGN])
def test_what_is_done_is_undone_exactly(notices, ana, olga, kind):
    before = reviews_as_they_are(notices)
    filled = {"assignee": olga} if kind == BulkKind.ASSIGN else FILLED[kind]
    bulk = done(ana, notices, kind, **filled)
    assert (bulk.state, counts(bulk)) == (BulkState.DONE, {"done": 4})
    marks = Tagging.objects.count() + TranslationWish.objects.count()
    assert marks == (4 if kind in (BulkKind.TAG, BulkKind.TRANSLATE) else 0)
    assert (reviews_as_they_are(notices) != before) == (not marks)
    begin_undo(bulk=bulk, actor=ana, at=NOON + timedelta(minutes=10))
    undone = work(bulk_id=bulk.pk, clock=clock)
    assert (undone.state, counts(undone)) == (BulkState.UNDONE, {"undone": 4})
    assert reviews_as_they_are(notices) == before
    assert not Tagging.objects.exists()
    assert not TranslationWish.objects.exists()
    assert not DeskAlert.objects.exists()


def test_the_preview_says_by_outcome_what_will_happen_and_why_not(
    notices, ana, ben, olga
):
    decided(Review.objects.get(notice=notices[0]), by=ana, signed_by=ben)
    step(Review.objects.get(notice=notices[1]), olga, "propose", FLAG)
    bulk = prepared(ana, notices, BulkKind.SNOOZE)
    step(Review.objects.get(notice=notices[2]), olga, "take")
    groups = {why: len(items) for why, items in foreseen(bulk, at=NOON)}
    assert groups == {
        "": 1,
        "“Snooze” is not possible while the notice is “Flagged”.": 1,
        "“Snooze” is not possible while the notice is “Second reading”.": 1,
        "It changed since you chose it.": 1,
    }
    begin(bulk=bulk, actor=ana, at=NOON)
    work(bulk_id=bulk.pk, clock=clock)
    assert counts(bulk) == {"done": 1, "skipped": 3}
    whys = set(bulk.items.exclude(why="").values_list("why", flat=True))
    assert "Olga Brandt changed it meanwhile: take." in whys
    assert Review.objects.get(notice=notices[2]).assignee == olga


def test_undo_leaves_what_others_touched_since_and_says_so(notices, ana, olga):
    bulk = done(ana, notices, BulkKind.SNOOZE)
    step(Review.objects.get(notice=notices[0]), olga, "wake")
    begin_undo(bulk=bulk, actor=ana, at=NOON)
    work(bulk_id=bulk.pk, clock=clock)
    assert counts(bulk) == {"undone": 3, "kept": 1}
    assert bulk.items.get(state="kept").why == (
        "Olga Brandt changed it meanwhile: due again."
    )
    assert Review.objects.get(notice=notices[0]).state == "waiting"


def test_it_cannot_be_undone_later_or_by_others(notices, ana, olga):
    bulk = done(ana, notices, BulkKind.TAG)
    with pytest.raises(BulkRefused, match="ten minutes"):
        begin_undo(bulk=bulk, actor=ana, at=NOON + timedelta(minutes=10, seconds=1))
    with pytest.raises(Bulk.DoesNotExist):
        begin_undo(bulk=bulk, actor=olga, at=NOON)


def test_a_flag_is_never_made_in_bulk(notices, ana, as_user):
    """Not by the kinds, not by the form, and not by the database."""
    assert "flag" not in "".join(BulkKind.values)
    bulk = choose(
        actor=ana, kind=BulkKind.DISMISS, keys=[notices[0].key], query=None, at=NOON
    )
    for code in ("political_charge", "protected_person", "flagged", "x"):
        values = {"reason_code": code, "note": "Because.", "outcome": "flagged"}
        answer = as_user(ana).post(reverse("bulk", args=[bulk.key]), values)
        assert answer.status_code == 400
        assert "Because." in answer.content.decode()
    with (
        pytest.raises(IntegrityError, match="bulk_never_flags"),
        transaction.atomic(),
    ):
        Bulk.objects.filter(pk=bulk.pk).update(outcome=Outcome.FLAGGED)
    whole = done(ana, notices, BulkKind.DISMISS)
    assert set(Review.objects.values_list("outcome", flat=True)) == {"not_flagged"}
    proposals = ReviewTransition.objects.filter(is_bulk=True)
    assert proposals.count() == 4
    for change in ({"outcome": "flagged"}, {"action": "confirm"}):
        with (
            pytest.raises(IntegrityError, match="transition_never_flags_in_bulk"),
            transaction.atomic(),
        ):
            proposals.update(**change)
    assert whole.outcome == Outcome.NOT_FLAGGED


def test_what_one_may_not_see_is_neither_chosen_nor_told_of(notices, ana, olga):
    hidden = make_notice(confidentiality="restricted", family_name="ZAKRYTOV")
    hidden.grants.create(user=ana)
    bulk = choose(
        actor=olga,
        kind=BulkKind.TAG,
        keys=[hidden.key, notices[0].key, "nothing"],
        query=None,
        at=NOON,
    )
    assert [one.review.notice for one in bulk.items.all()] == [notices[0]]
    with pytest.raises(BulkRefused, match="None of these"):
        choose(actor=olga, kind=BulkKind.TAG, keys=[hidden.key], query=None, at=NOON)
    # Nor is somebody given what they may not see.
    whole = prepared(ana, [hidden, notices[1]], BulkKind.ASSIGN, assignee=olga)
    groups = {why: len(items) for why, items in foreseen(whole, at=NOON)}
    assert groups == {"": 1, "Olga Brandt cannot work on this notice.": 1}


def test_what_one_no_longer_sees_is_left_out_of_preview_and_undo(notices, ana, as_user):
    hidden = make_notice(confidentiality="restricted", family_name="ZAKRYTOV")
    grant = hidden.grants.create(user=ana)
    bulk = prepared(ana, [hidden, notices[0]], BulkKind.SNOOZE)
    marked = done(ana, [hidden, notices[1]], BulkKind.TAG)
    grant.delete()
    assert [len(items) for _, items in foreseen(bulk, at=NOON)] == [1]
    page = as_user(ana).get(reverse("bulk", args=[bulk.key])).content.decode()
    assert "Do it: 1 notice" in page
    assert "ZAKRYTOV" not in page
    begin_undo(bulk=marked, actor=ana, at=NOON)
    work(bulk_id=marked.pk, clock=clock)
    assert counts(marked) == {"undone": 1, "kept": 1}
    page = as_user(ana).get(reverse("bulk", args=[marked.key])).content.decode()
    assert "ZAKRYTOV" not in page


def test_all_that_match_a_filter_are_taken_up_to_the_most(ana, monkeypatch):
    for _ in range(4):
        make_notice(issuer="TR")
    make_notice(issuer="RU")
    query = "country=TR&state=waiting"
    bulk = choose(actor=ana, kind=BulkKind.TAG, query=query, at=NOON)
    assert bulk.items.count() == 4
    order = [one.review.pk for one in bulk.items.order_by("pk")]
    assert all(one > other for one, other in pairwise(order))
    monkeypatch.setattr(choosing, "MOST", 3)
    cut = choose(actor=ana, kind=BulkKind.TAG, query=query, at=NOON)
    assert [one.review_id for one in cut.items.order_by("pk")] == order[:3]
    with pytest.raises(BulkRefused):
        choose(actor=ana, kind=BulkKind.TAG, query="country=nowhere", at=NOON)


def test_a_worker_that_stopped_half_way_loses_and_doubles_nothing(notices, ana):
    bulk = prepared(ana, notices, BulkKind.SNOOZE)
    begin(bulk=bulk, actor=ana, at=NOON)
    Bulk.objects.filter(pk=bulk.pk).update(
        state="running", attempt=1, lease_until=NOON + timedelta(minutes=1)
    )
    first = bulk.items.first()
    bulk_services._one(first.pk, "waiting", NOON)
    assert work(bulk_id=bulk.pk, clock=clock) is None
    assert waiting(at=NOON) == []
    later = NOON + timedelta(minutes=3)
    assert waiting(at=later) == [bulk.pk]
    work(bulk_id=bulk.pk, clock=lambda: later)
    assert counts(bulk) == {"done": 4}
    assert ReviewTransition.objects.filter(action="snooze").count() == 4


def test_who_has_left_goes_on_with_nothing_and_old_choices_go(notices, ana):
    bulk = prepared(ana, notices, BulkKind.SNOOZE)
    old = choose(actor=ana, kind=BulkKind.TAG, keys=[notices[0].key], at=NOON)
    begin(bulk=bulk, actor=ana, at=NOON)
    ana.is_active = False
    ana.save()
    assert waiting(at=NOON + timedelta(days=2)) == [bulk.pk]
    assert not Bulk.objects.filter(pk=old.pk).exists()
    work(bulk_id=bulk.pk, clock=clock)
    assert counts(bulk) == {"skipped": 4}


def test_the_whole_way_by_plain_forms(notices, ana, as_user):
    client = as_user(ana)
    picked = {"kind": "snooze", "pick": [one.key for one in notices]}
    answer = client.post(reverse("bulk-new"), picked)
    address = answer["Location"]
    page = client.get(address).content.decode()
    assert "What will happen" not in page
    past = client.post(address, {"until": "2020-01-01", "note": "Kept words"})
    assert past.status_code == 400
    assert "Choose a day after today" in past.content.decode()
    assert "Kept words" in past.content.decode()
    until = timezone.localdate() + timedelta(days=9)
    client.post(
        address, {"until": until.isoformat(), "note": "\u202eTurned \U0001f600"}
    )
    page = unescape(client.get(address).content.decode())
    assert f"will rest until {until:%-d %b %Y}" in page
    assert "Do it: 4 notices" in page
    for _ in range(2):  # a double click
        client.post(f"{address}start/")
    page = client.get(address).content.decode()
    assert "Done: 4 notices." in page
    assert ReviewTransition.objects.filter(is_bulk=True).count() == 4
    client.post(f"{address}undo/")
    assert "Undone: 4 notices are as they were." in client.get(address).content.decode()


def test_forms_that_were_made_up_are_told_so(notices, ana, as_user, dina, olga):
    client = as_user(ana)
    assert client.post(reverse("bulk-new"), {"kind": "flag"}).status_code == 302
    assert client.post(reverse("bulk-new"), {"kind": "tag"}).status_code == 302
    assert not Bulk.objects.exists()
    assert as_user(dina).post(reverse("bulk-new"), {}).status_code == 403
    # Five thousand rows in one form, most of them nobody's.
    keys = [notices[0].key, *(f"2026-{n}" for n in range(900_000, 904_999))]
    answer = client.post(reverse("bulk-new"), {"kind": "tag", "pick": keys})
    bulk = Bulk.objects.get()
    assert (answer.status_code, bulk.items.count()) == (302, 1)
    address = reverse("bulk", args=[bulk.key])
    assert as_user(olga).get(address).status_code == 404
    for tag in ("", "x" * 41, "a\u202eb", "x" * 100_000):
        answer = client.post(address, {"tag": tag})
        assert answer.status_code == 400, tag[:50]
        assert "There is a problem" in answer.content.decode()
    client.post(f"{address}start/")
    bulk.refresh_from_db()
    assert bulk.state == BulkState.PREVIEW


def test_more_than_some_hundred_are_left_to_the_worker(ana, as_user, own_broker):
    notice = make_notice()
    bulk = prepared(ana, [notice], BulkKind.SNOOZE, until=date(2099, 1, 1))
    extra = [make_notice() for _ in range(AT_ONCE)]
    BulkItem.objects.bulk_create(
        BulkItem(bulk=bulk, review=one.review, seen_version=0) for one in extra
    )
    client = as_user(ana)
    address = reverse("bulk", args=[bulk.key])
    client.post(f"{address}start/")
    page = client.get(address).content.decode()
    assert "Waiting" in page
    assert f"/{AT_ONCE + 1}" in page or f"of {AT_ONCE + 1}" in page
    work(bulk_id=bulk.pk, clock=timezone.now)
    assert f"Done: {AT_ONCE + 1} notices." in client.get(address).content.decode()
