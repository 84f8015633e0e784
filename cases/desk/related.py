"""Notices that belong beside another one: same person, issued anew, same words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from notices.choices import Listing
from notices.models import Notice, Warrant

MOST = 5
# Rows looked at for the same words: one notice may have several warrants.
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Related:
    """Other notices that the reader may see; lists of words are cut at `MOST`."""

    anew: Sequence[Notice]
    same_person: Sequence[Notice]
    # Of other people: key, name, issuer.
    same_words: Sequence[tuple[str, str, str]]
    more_words: bool

    @property
    def is_empty(self) -> bool:
        return not (self.anew or self.same_person or self.same_words)


def related_to(notice: Notice, warrants: Iterable[Any], user: User) -> Related:
    """Return what stands beside `notice`; `warrants` are those of its page.

    Issued anew: the same person and issuer, one of the two gone from the list before
    the other came. The same words: another person, the same issuer and charges.
    """
    others = list(
        Notice.objects.visible_to(user)
        .filter(person=notice.person_id)
        .exclude(pk=notice.pk)
        .order_by("-first_seen")[: 2 * MOST]
    )
    anew = [one for one in others if _follows(notice, one) or _follows(one, notice)]
    words = _same_words(notice, warrants, user)
    return Related(
        anew=anew,
        same_person=[one for one in others if one not in anew],
        same_words=words[:MOST],
        more_words=len(words) > MOST,
    )


def _follows(earlier: Notice, later: Notice) -> bool:
    return bool(
        earlier.listing == Listing.NO_LONGER_LISTED
        and earlier.absent_since
        and later.first_seen >= earlier.absent_since
        and set(earlier.issuers) & set(later.issuers)
    )


def _same_words(
    notice: Notice, warrants: Iterable[Any], user: User
) -> list[tuple[str, str, str]]:
    prints = [one.fingerprint for one in warrants if one.charges.all()]
    if not prints:
        return []
    rows = (
        Warrant.objects.visible_to(user)
        .filter(fingerprint__in=prints)
        .exclude(notice__person=notice.person_id)
        .order_by()
        .values_list("notice__key", "notice__person__display_name", "issuer_id")
    )
    return list(dict.fromkeys(rows[:_LOOKED_AT]))
