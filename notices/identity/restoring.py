"""Screenings of before a merge, current again when the merge is taken back."""

from collections.abc import Iterable
from datetime import datetime

from notices.models import Notice, Screening
from notices.screening.in_use import version_in_use
from notices.screening.inputs import read_notices
from notices.screening.ruleset import load
from notices.screening.services import input_hash

_LONGEST_URGENCY = 120


def restore_screenings(*, people: Iterable[int], at: datetime) -> None:
    """Make the screening current again that was made of what is known of a notice now.

    So the notices of `people` show it with its day, as before a merge that was taken
    back. Where there is none the caller's next screening makes one. Needs a
    transaction.
    """
    rules = load(version_in_use())
    notices = (
        Notice.objects.select_for_update(no_key=True)
        .filter(person__in=people)
        .order_by("pk")
        .in_bulk()
    )
    read = read_notices(sorted(notices), rules=rules, on=at.date())
    for pk, facts in read.facts.items():
        made_of_it = Screening.objects.filter(
            notice=pk, input_hash=input_hash(facts, rules)
        )
        # Current ones come first: then there is nothing to do.
        last = made_of_it.order_by("-is_current", "-pk").first()
        if last is not None and not last.is_current:
            _make_current(notices[pk], last)


def _make_current(notice: Notice, screening: Screening) -> None:
    Screening.objects.filter(notice=notice, is_current=True).update(is_current=False)
    screening.is_current = True
    screening.save(update_fields=["is_current"])
    notice.breach_band = screening.breach_band
    notice.article_band = screening.article_band
    notice.evidence_band = screening.evidence_band
    notice.concern = screening.concern
    notice.urgency = "; ".join(screening.urgency["reasons"])[:_LONGEST_URGENCY]
    notice.needs_second_analyst = screening.article_2_3["second_analyst"]
    notice.save(
        update_fields=[
            "breach_band", "article_band", "evidence_band", "concern", "urgency",
            "needs_second_analyst",
        ]
    )  # fmt: skip
