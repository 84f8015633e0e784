"""Writes a digest: from what is new for a reader to the words of one mail.

Public facts travel, private facts do not. A mail names public notices only; notices
that are not public and case files appear as a count and a link.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac

from cases.choices import DeliveryState, FollowKind, Rhythm
from cases.digests.gather import Event, Gathered, sources
from cases.digests.letter import Doubt, Entry, Group, Letter, shares, subject
from cases.digests.periods import zone_of
from cases.digests.safe_text import one_line
from cases.digests.stop_link import PLACEHOLDER, stop_address
from cases.digests.wording import Row, day, entry, name_of, notice_of, short_day
from cases.models import Digest, DigestSetting, Follow
from cases.review.filters import describe
from notices.choices import Confidentiality


@dataclass(frozen=True, slots=True)
class Mail:
    """The words of one digest; `named` are the (source, pk) that it writes out."""

    subject: str
    text: str
    html: str
    named: frozenset[tuple[str, int]]


def digest_key(setting: DigestSetting, period: str) -> str:
    """Return the key of the digest of that reader and period, for its address.

    It cannot be guessed, and a preview can already show it.
    """
    digest = salted_hmac("cases.digests.key", f"{setting.key} {period}")
    return digest.hexdigest()[:16]


def digest_url(key: str) -> str:
    return settings.BASE_URL + reverse("digest", args=[key])


def write(*, setting: DigestSetting, gathered: Gathered, period: str) -> Mail:
    """Return the mail that tells what was gathered for the reader of `setting`."""
    zone = zone_of(setting.reader.time_zone)
    public = [
        (follow, [event for event in events if event.is_public])
        for follow, events in gathered.by_follow
    ]
    public = [(follow, events) for follow, events in public if events]
    chosen = shares([len(events) for _, events in public])
    rows = _rows(
        setting, [e for (_, es), n in zip(public, chosen, strict=True) for e in es[:n]]
    )
    groups: list[Group] = []
    for (follow, events), count in zip(public, chosen, strict=True):
        found = [
            rows[e.source, e.pk] for e in events[:count] if (e.source, e.pk) in rows
        ]
        if found:
            groups.append(_group(follow, found, len(events) - len(found), setting))
    total = sum(len(events) for _, events in gathered.by_follow) + len(gathered.notes)
    all_public = sum(len(events) for _, events in public)
    url = digest_url(digest_key(setting, period))
    letter = Letter(
        subject=subject(total=total, since=short_day(_since(setting, period), zone)),
        url=url,
        follows_url=settings.BASE_URL + reverse("follows"),
        stop_url=stop_address(PLACEHOLDER),
        rhythm=rhythm_in_words(setting),
        is_demo=settings.DEMO,
        total=total,
        more=all_public - len(rows),
        hidden=total - all_public - len(gathered.notes),
        notes=len(gathered.notes),
        note_cases=len({note.case_id for note in gathered.notes}),
        doubts=_doubts(setting, period),
        groups=tuple(groups),
    )
    return Mail(
        subject=letter.subject,
        text=render_to_string("cases/digests/mail/digest.txt", {"letter": letter}),
        html=render_to_string("cases/digests/mail/digest.html", {"letter": letter}),
        named=frozenset(rows),
    )


def rhythm_in_words(setting: DigestSetting) -> str:
    """Return "every Monday at 07:00 (Europe/Berlin)"."""
    zone = zone_of(setting.reader.time_zone)
    rhythm = Rhythm(setting.rhythm).label.removeprefix("Every ")
    return f"every {rhythm} at {setting.hour:02d}:00 ({zone.key})"


def title_of(follow: Follow, *, public_name: str | None = None) -> str:
    """Return what is followed, in words for its reader.

    A mail gives the `public_name` of a person, which a public notice states; a page for
    the reader alone needs none.
    """
    if follow.kind == FollowKind.COUNTRY:
        return one_line(str(follow.country))
    if follow.kind == FollowKind.PERSON:
        return public_name or one_line(str(follow.person))
    return one_line(follow.title or describe(follow.query))


def _group(
    follow: Follow, rows: Sequence[Row], more: int, setting: DigestSetting
) -> Group:
    zone = zone_of(setting.reader.time_zone)
    by_notice: dict[int, list[Row]] = {}
    for row in rows:
        by_notice.setdefault(notice_of(row).pk, []).append(row)
    entries: list[Entry] = [
        entry(notice_of(events[0]), events, zone) for events in by_notice.values()
    ]
    return Group(
        follow=title_of(follow, public_name=name_of(notice_of(rows[0]))),
        note=one_line(follow.note),
        entries=tuple(entries),
        more=more,
    )


def _rows(
    setting: DigestSetting, events: Sequence[Event]
) -> dict[tuple[str, int], Any]:
    """Load the events that a mail names: still visible, still public."""
    found: dict[tuple[str, int], Any] = {}
    for source in sources(setting.reader):
        numbers = [event.pk for event in events if event.source == source.field]
        if numbers:
            public = {f"{source.notice}__confidentiality": Confidentiality.PUBLIC}
            rows = source.rows.filter(pk__in=numbers, **public)
            for row in rows.select_related(source.notice):
                found[source.field, row.pk] = row
    return found


def _earlier(setting: DigestSetting, period: str) -> Any:
    return Digest.objects.filter(reader=setting.reader).exclude(period=period)


def _since(setting: DigestSetting, period: str) -> datetime:
    """Return from when on this digest tells: the last one that had something."""
    last = (
        _earlier(setting, period)
        .exclude(delivery__state__in=[DeliveryState.REFUSED, DeliveryState.FAILED])
        .filter(composed_at__isnull=False)
        .order_by("-composed_at")
        .values_list("composed_at", flat=True)
        .first()
    )
    return last or setting.created_at


def _doubts(setting: DigestSetting, period: str) -> tuple[Doubt, ...]:
    """Return the digests since the last one that arrived for sure, of which we do not
    know whether they arrived.
    """
    zone = zone_of(setting.reader.time_zone)
    earlier = _earlier(setting, period).order_by("-composed_at")
    sent = earlier.filter(delivery__state=DeliveryState.SENT)
    last = sent.values_list("composed_at", flat=True).first()
    unsure = earlier.filter(delivery__state=DeliveryState.UNKNOWN)
    if last is not None:
        unsure = unsure.filter(composed_at__gt=last)
    return tuple(
        Doubt(day(one.composed_at, zone), digest_url(one.key)) for one in unsure[:3]
    )


def as_stored(mail: Mail, digest: Digest, *, at: datetime) -> Digest:
    """Put the words of `mail` into `digest`, unsaved."""
    for name in ("subject", "text", "html"):
        setattr(digest, name, getattr(mail, name))
    digest.composed_at = at
    return digest
