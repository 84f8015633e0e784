"""Makers for the tests of follows and digests. Everybody here is invented."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from cases.choices import Outcome, ReviewAction, ReviewState, Rhythm
from cases.digests.follows import Target, add_follow
from cases.digests.services import send_due
from cases.models import DigestDelivery, DigestSetting, Follow, ReviewTransition
from notices.choices import ChangeKind
from notices.models import Country, Notice, NoticeChange, Person
from tests.factories import NOON, make_flagged

# Everyone followed before NOON, when the first changes happen (a Tuesday, week 48).
BEFORE = NOON - timedelta(days=8)
# The next Monday at 07:00, when the weekly digest is due.
MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


def follow_country(reader: User, code: str = "RU", **kw: Any) -> Follow:
    return _follow(reader, Target(country=Country.objects.get(code=code)), **kw)


def follow_person(reader: User, person: Person, **kw: Any) -> Follow:
    return _follow(reader, Target(person=person), **kw)


def follow_filter(reader: User, query: str, **kw: Any) -> Follow:
    return _follow(reader, Target(query=query), **kw)


def _follow(reader: User, target: Target, **kw: Any) -> Follow:
    return add_follow(reader=reader, target=target, **{"at": BEFORE, **kw})


def make_change(notice: Notice, **kw: Any) -> NoticeChange:
    """A changed charge, seen at noon on a Tuesday."""
    return NoticeChange.objects.create(
        notice=notice,
        **{
            "kind": ChangeKind.CHANGED,
            "at": NOON,
            "field": "charge",
            "before": "incitement",
            "after": "incitement; fraud",
            **kw,
        },
    )


def confirm_flag(notice: Notice, *, by: User, signed_by: User) -> ReviewTransition:
    review = make_flagged(notice, by=by, signed_by=signed_by)
    return ReviewTransition.objects.create(
        review=review,
        action=ReviewAction.CONFIRM,
        from_state=ReviewState.PROPOSED,
        to_state=ReviewState.FLAGGED,
        version=2,
        actor=signed_by,
        at=NOON,
        outcome=Outcome.FLAGGED,
        reason="Two read it",
    )


def choose(reader: User, rhythm: str = Rhythm.WEEKLY, hour: int = 7) -> DigestSetting:
    DigestSetting.objects.filter(reader=reader).update(rhythm=rhythm, hour=hour)
    return DigestSetting.objects.get(reader=reader)


def send(at: datetime = MONDAY) -> dict[str, int]:
    """Send what is due; return the counts that are not zero."""
    return {name: count for name, count in send_due(at=at).as_json().items() if count}


def delivery_of(reader: User) -> DigestDelivery:
    """Return the latest delivery of `reader`."""
    found = DigestDelivery.objects.filter(digest__reader=reader)
    return found.select_related("digest").latest("pk")
