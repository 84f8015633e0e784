"""What a reader follows, and when the digest comes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.http import QueryDict

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import FollowKind, Rhythm
from cases.digests.gather import matches, sources
from cases.digests.leaving import end_left_behind
from cases.models import DigestSetting, Follow
from cases.review import filters
from notices.models import Country, Person

MOST_FOLLOWS = 200
LOOK_BACK = timedelta(days=28)
LONGEST_QUERY = 600
# Where one is in a list, not what the list is of.
_PLACE_IN_LIST = {"after", "before", "view"}


class CannotFollow(Exception):
    """This cannot be followed; the text tells the reader why."""


@dataclass(frozen=True, slots=True)
class Target:
    """What to follow: exactly one of a country, a person and a filter's query."""

    country: Country | None = None
    person: Person | None = None
    query: str | None = None

    @property
    def kind(self) -> FollowKind:
        if self.country is not None:
            return FollowKind.COUNTRY
        return FollowKind.PERSON if self.person is not None else FollowKind.FILTER

    def follow(self, reader: User, *, at: datetime) -> Follow:
        """Return the follow of this by `reader`, unsaved."""
        return Follow(
            reader=reader,
            kind=self.kind,
            country=self.country,
            person=self.person,
            query=canonical(self.query or ""),
            created_at=at,
        )


def canonical(query: str) -> str:
    """Return a filter's query string in one spelling: sorted, without empty values or
    the place in the list.

    Raises `CannotFollow` for one that is too long to keep.
    """
    pairs = parse_qsl(query.lstrip("?"), max_num_fields=100)
    kept = [(name, value) for name, value in pairs if name not in _PLACE_IN_LIST]
    text = filters.canonical(urlencode(kept))
    if len(text) > LONGEST_QUERY:
        raise CannotFollow("This filter has too many parts to be followed.")
    return text


def check(target: Target, reader: User) -> None:
    """Raise `CannotFollow` or `MissingCapability` if `reader` may not follow it.

    A country is open to all. The caller has looked up the person among those that the
    reader may see.
    """
    require(reader, Capability.FOLLOW)
    if target.query is None:
        return
    asked = filters.ReviewFilter(QueryDict(canonical(target.query)), user=reader)
    if asked.unknown_names():
        unknown = ", ".join(asked.unknown_names())
        raise CannotFollow(
            f"You cannot follow a filter by {unknown}. Filters that read findings are "
            "for those who may read findings."
        )
    if not asked.is_valid():
        raise CannotFollow("This filter is not complete: go back and correct it.")


def existing(target: Target, reader: User) -> Follow | None:
    """Return the follow that `reader` has of it already."""
    mine = Follow.objects.visible_to(reader).filter(kind=target.kind)
    return mine.filter(
        country=target.country,
        person=target.person,
        query=canonical(target.query or ""),
    ).first()


def add_follow(
    *, reader: User, target: Target, at: datetime, title: str = "", note: str = ""
) -> Follow:
    """Follow `target`, or change title and note of the follow that is there.

    The first follow turns the digest on: weekly, until the reader chooses otherwise.
    Raises `CannotFollow` and `MissingCapability`.
    """
    check(target, reader)
    with transaction.atomic():
        setting_for(reader, at=at)
        # One at a time for each reader: two clicks make one follow, and a limit holds.
        DigestSetting.objects.select_for_update().get(reader=reader)
        end_left_behind(reader)
        follow = existing(target, reader)
        if follow is not None:
            Follow.objects.filter(pk=follow.pk).update(title=title, note=note)
            follow.refresh_from_db()
            return follow
        if Follow.objects.filter(reader=reader).count() >= MOST_FOLLOWS:
            raise CannotFollow(
                f"You follow {MOST_FOLLOWS} things already. End one that is not needed."
            )
        follow = target.follow(reader, at=at)
        follow.title, follow.note = title, note
        follow.save()
        record(
            action=Action.FOLLOW_ADDED,
            actor=reader,
            target=follow,
            after=_as_recorded(follow),
        )
    return follow


def end_follow(*, follow: Follow, actor: User) -> None:
    """Stop following; ending it twice is harmless."""
    with transaction.atomic():
        before = _as_recorded(follow)
        removed, _ = Follow.objects.filter(pk=follow.pk, reader=actor).delete()
        if removed:
            record(
                action=Action.FOLLOW_ENDED, actor=actor, target=follow, before=before
            )


def setting_for(reader: User, *, at: datetime) -> DigestSetting:
    """Return when the digest of `reader` comes, weekly at 07:00 if never asked."""
    setting, _ = DigestSetting.objects.select_related("reader").get_or_create(
        reader=reader, defaults={"created_at": at, "since": at}
    )
    return setting


def setting_of(reader: User, *, at: datetime) -> DigestSetting:
    """Return the same to look at; one that was never chosen is not saved."""
    known = DigestSetting.objects.select_related("reader").filter(reader=reader).first()
    return known or DigestSetting(reader=reader, created_at=at, since=at)


def set_rhythm(*, reader: User, rhythm: str, hour: int, at: datetime) -> None:
    """Choose how often and at which local hour the digest comes."""
    with transaction.atomic():
        setting = setting_for(reader, at=at)
        before = {"rhythm": setting.rhythm, "hour": setting.hour}
        after = {"rhythm": Rhythm(rhythm).value, "hour": hour}
        if before != after:
            DigestSetting.objects.filter(pk=setting.pk).update(**after)
            record(
                action=Action.DIGEST_CHANGED,
                actor=reader,
                target=setting,
                before=before,
                after=after,
            )


def stop_digest(*, setting: DigestSetting, at: datetime, actor: User | None) -> None:
    """Send no more digests until the reader turns them on again.

    Without an actor it was asked for by the link in a mail. Twice is harmless.
    """
    with transaction.atomic():
        running = DigestSetting.objects.filter(pk=setting.pk, stopped_at=None)
        if running.update(stopped_at=at):
            reason = "" if actor else "By the link in a mail, without signing in."
            record(
                action=Action.DIGEST_STOPPED, actor=actor, target=setting, reason=reason
            )


def start_digest(*, reader: User, at: datetime) -> None:
    """Turn digests on again, also after mail to the address was refused."""
    with transaction.atomic():
        setting = setting_for(reader, at=at)
        if setting.off_since is None and setting.refused_at is None:
            return
        DigestSetting.objects.filter(pk=setting.pk).update(
            stopped_at=None, refused_at=None, refusals=0, since=at
        )
        record(action=Action.DIGEST_STARTED, actor=reader, target=setting)


def events_a_week(*, target: Target, reader: User, at: datetime) -> float:
    """Return how many events a week following `target` would have brought lately."""
    follow = target.follow(reader, at=at - LOOK_BACK)
    count = 0
    for source in sources(reader):
        recent = source.rows.filter(at__gte=at - LOOK_BACK, at__lte=at)
        found = matches(replace(source, rows=recent), [follow], reader)
        count += sum(1 for _ in found)
    return count / (LOOK_BACK / timedelta(weeks=1))


def _as_recorded(follow: Follow) -> dict[str, Any]:
    return {
        "kind": follow.kind,
        "country": follow.country_id,
        "person": follow.person.key if follow.person else None,
        "query": follow.query,
        "note": follow.note,
    }
