"""What is on record about states grows old by itself; notices then hear of it."""

from datetime import date, datetime

from django.db import transaction

from notices.choices import ContextKind
from notices.context.dates import stale_from
from notices.models import ContextEntry
from notices.screening.in_use import version_in_use
from notices.screening.ruleset import load
from notices.screening.runs import touch

# A state's record touches every notice of the state.
EVER = (date(1, 1, 1), date(9999, 12, 31))


def touch_aged(*, at: datetime) -> int:
    """Have notices screened again whose state has an entry that has become old.

    Returns how many entries. Each is taken once, so a second call finds none.
    """
    tables = load(version_in_use()).context
    if tables is None:
        return 0
    aged = 0
    for entry in ContextEntry.objects.standing().filter(
        kind=ContextKind.MISUSE, aged_at=None
    ):
        if at.date() < stale_from(entry.happened_on, tables.record_months):
            continue
        with transaction.atomic():
            taken = ContextEntry.objects.filter(pk=entry.pk, aged_at=None)
            if not taken.update(aged_at=at):
                continue
            touch(
                country=entry.country_id, first=EVER[0], last=EVER[1], actor=None, at=at
            )
            aged += 1
    return aged
