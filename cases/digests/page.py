"""What the page of follows and the page of one digest show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from cases.choices import DeliveryState, FollowKind
from cases.digests.compose import Mail, rhythm_in_words, title_of, write
from cases.digests.gather import (
    FLAGGED,
    changes_open_to,
    flags_open_to,
    gather,
    notes_open_to,
)
from cases.digests.periods import Period, next_period, zone_of
from cases.digests.rights import may_be_told
from cases.digests.services import period_of
from cases.digests.wording import HEADINGS, name_of, notice_of
from cases.models import Digest, DigestItem, DigestSetting, Follow
from notices.models import Person

PAST = 12
PAGE = 50
SHOWN_STATES: dict[str, str] = {
    DeliveryState.EMPTY: "Nothing new, no mail",
    DeliveryState.DUE: "Waiting",
    DeliveryState.CLAIMED: "Being composed",
    DeliveryState.COMPOSED: "Being sent",
    DeliveryState.SENDING: "Being sent",
    DeliveryState.SENT: "Sent",
    DeliveryState.RETRY: "Not taken yet, will be tried again",
    DeliveryState.REFUSED: "Refused by your mail server",
    DeliveryState.FAILED: "Could not be sent; the next digest tells it",
    DeliveryState.UNKNOWN: "May or may not have arrived",
}


@dataclass(frozen=True, slots=True)
class FollowRow:
    """`href` leads to what is followed, None if the reader may no longer see it;
    `address` is the query string that changes the follow.
    """

    follow: Follow
    title: str
    href: str | None
    address: str


@dataclass(frozen=True, slots=True)
class PastRow:
    digest: Digest
    words: str


@dataclass(frozen=True, slots=True)
class FollowsPage:
    rows: list[FollowRow]
    past: list[PastRow]
    rhythm: str
    # None while digests are off.
    next_at: datetime | None
    is_due: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One event on the page of a digest; `name` and `href` lead to where it is told."""

    heading: str
    name: str
    about: str
    href: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemsPage:
    """`following` is the item after which the next page goes on."""

    rows: list[ItemRow]
    following: int | None


def follows_page(*, reader: User, setting: DigestSetting, at: datetime) -> FollowsPage:
    """Return everything `reader` follows, and the last digests."""
    follows = list(
        Follow.objects.visible_to(reader)
        .select_related("country", "person")
        .order_by("created_at", "pk")
    )
    people = [one.person_id for one in follows if one.person_id is not None]
    seen = set(
        Person.objects.visible_to(reader)
        .filter(pk__in=people)
        .values_list("pk", flat=True)
    )
    past = Digest.objects.visible_to(reader).select_related("delivery")[:PAST]
    runs = setting.off_since is None and setting.refused_at is None
    coming = _next(setting, at).begins
    return FollowsPage(
        rows=[_follow_row(follow, seen) for follow in follows],
        past=[PastRow(one, SHOWN_STATES[one.delivery.state]) for one in past],
        rhythm=rhythm_in_words(setting),
        next_at=coming if runs else None,
        is_due=coming <= at,
    )


def preview(*, setting: DigestSetting, at: datetime) -> Mail | None:
    """Return the mail that would go out if nothing more happened; None for no mail.

    It is composed by what composes the real one, and writes nothing.
    """
    gathered = gather(setting=setting, at=at)
    if gathered.is_empty:
        return None
    return write(setting=setting, gathered=gathered, period=_next(setting, at).label)


def is_as_sent(digest: Digest) -> bool:
    """Return whether the words of `digest` may still be shown as they were sent."""
    setting = DigestSetting.objects.select_related("reader").get(
        reader=digest.reader_id
    )
    return bool(digest.text) and may_be_told(digest, setting)


def items_page(*, digest: Digest, reader: User, after: int) -> ItemsPage:
    """Return the events of `digest` after item `after` that `reader` may still see.

    Rights are those of this moment, so that a page may hold fewer than others.
    """
    items = list(digest.items.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    shown = items[:PAGE]
    following = shown[-1].pk if len(items) > PAGE else None
    return ItemsPage(list(_item_rows(shown, reader)), following)


def _item_rows(rows: Sequence[DigestItem], reader: User) -> Iterator[ItemRow]:
    changes = changes_open_to(reader).select_related("notice")
    flags = flags_open_to(reader).select_related("review__notice")
    notes = notes_open_to(reader).select_related("case")
    found: dict[str, dict[int, Any]] = {
        "change": changes.in_bulk([one.change_id for one in rows if one.change_id]),
        "flag": flags.in_bulk([one.flag_id for one in rows if one.flag_id]),
        "note": notes.in_bulk([one.note_id for one in rows if one.note_id]),
    }
    for one in rows:
        if one.note_id in found["note"]:
            yield _note_row(found["note"][one.note_id])
        elif one.change_id in found["change"]:
            yield _notice_row(found["change"][one.change_id])
        elif one.flag_id in found["flag"]:
            yield _notice_row(found["flag"][one.flag_id])


def _note_row(note: Any) -> ItemRow:
    return ItemRow(
        heading="New entry",
        name=note.case.code,
        about=note.get_kind_display(),
        href=reverse("case", args=[note.case.code]),
        at=note.written_at,
    )


def _notice_row(row: Any) -> ItemRow:
    notice = notice_of(row)
    heading = HEADINGS[getattr(row, "kind", FLAGGED)].capitalize()
    field = getattr(row, "field", "")
    return ItemRow(
        heading=f"{heading}: {field.replace('_', ' ')}" if field else heading,
        name=name_of(notice),
        about=f"{notice.get_kind_display()} {notice.reference or ''}".strip(),
        href=reverse("notice", args=[notice.key]),
        at=row.at,
    )


def _follow_row(follow: Follow, seen: set[int]) -> FollowRow:
    if follow.country is not None:
        href = reverse("country", args=[follow.country.slug])
        address = {"country": follow.country.slug}
    elif follow.kind == FollowKind.FILTER:
        href = f"{reverse('notice-list')}?{follow.query}"
        address = {"query": follow.query}
    elif follow.person is not None and follow.person_id in seen:
        href = reverse("person", args=[follow.person.key])
        address = {"person": follow.person.key}
    else:
        return FollowRow(follow, "A person you may no longer see", None, "")
    return FollowRow(follow, title_of(follow), href, urlencode(address))


def _next(setting: DigestSetting, at: datetime) -> Period:
    """Return the period whose digest comes next: this one, if it is still to come."""
    now = period_of(setting, at)
    told = Digest.objects.filter(reader=setting.reader, period=now.label).exists()
    if now.begins >= setting.since and not told:
        return now
    zone = zone_of(setting.reader.time_zone)
    return next_period(rhythm=setting.rhythm, hour=setting.hour, zone=zone, at=at)
