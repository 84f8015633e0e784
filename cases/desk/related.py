"""Notices that belong beside another one: same person, issued anew, same words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from notices.choices import Listing, NoticeKind
from notices.models import Notice, Warrant

MOST = 5
# Rows looked at for the same words: one notice may have several warrants.
_LOOKED_AT = 60
_COLUMNS = (
    *("key", "person_id", "person__display_name", "kind", "reference"),
    *("issuers", "listing", "first_seen", "absent_since"),
)


@dataclass(frozen=True, slots=True)
class Other:
    """Another notice, as far as the page shows it."""

    key: str
    person_id: int
    name: str
    kind: str
    reference: str | None
    issuers: Sequence[str]
    listing: str
    first_seen: datetime
    absent_since: datetime | None

    @property
    def kind_words(self) -> str:
        return str(NoticeKind(self.kind).label)

    @property
    def listing_words(self) -> str:
        return str(Listing(self.listing).label)


@dataclass(frozen=True, slots=True)
class Related:
    """Other notices that the reader may see; lists of words are cut at `MOST`."""

    anew: Sequence[Other]
    same_person: Sequence[Other]
    # Of other people.
    same_words: Sequence[Other]
    more_words: bool

    @property
    def is_empty(self) -> bool:
        return not (self.anew or self.same_person or self.same_words)


def related_to(notice: Notice, warrants: Iterable[Any], user: User) -> Related:
    """Return what stands beside `notice`; `warrants` are those of its page.

    Issued anew: the same person and issuer, one of the two gone from the list before
    the other came. The same words: another person, the same issuer and charges.
    """
    prints = [one.fingerprint for one in warrants if one.charges.all()]
    # Both questions in one: each is cut by itself, and a notice may answer twice.
    of_person = (
        Notice.objects.visible_to(user)
        .filter(person=notice.person_id)
        .exclude(pk=notice.pk)
        .order_by("-first_seen")
        .values_list(*_COLUMNS)[: 2 * MOST]
    )
    in_words = (
        Warrant.objects.visible_to(user)
        .filter(fingerprint__in=prints)
        .exclude(notice__person=notice.person_id)
        .order_by()
        .values_list(*(f"notice__{name}" for name in _COLUMNS))[:_LOOKED_AT]
    )
    rows = of_person.union(in_words, all=True) if prints else of_person
    found = list({row[0]: Other(*row) for row in rows}.values())
    others = [one for one in found if one.person_id == notice.person_id]
    others.sort(key=lambda one: one.first_seen, reverse=True)
    words = [one for one in found if one.person_id != notice.person_id]
    anew = [one for one in others if _follows(notice, one) or _follows(one, notice)]
    return Related(
        anew=anew,
        same_person=[one for one in others if one not in anew],
        same_words=words[:MOST],
        more_words=len(words) > MOST,
    )


def _follows(earlier: Notice | Other, later: Notice | Other) -> bool:
    return bool(
        earlier.listing == Listing.NO_LONGER_LISTED
        and earlier.absent_since
        and later.first_seen >= earlier.absent_since
        and set(earlier.issuers) & set(later.issuers)
    )
