"""Takes an import back: what it changed is restored, what it made is removed."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from notices.choices import ChangeKind, Listing, RunState
from notices.ingest.absence import CONCLUSIVE_RUNS
from notices.ingest.versions import Edit, write_versions
from notices.models import (
    FeedRun,
    Notice,
    NoticeChange,
    NoticeVersion,
    Person,
    Sighting,
)

GROUP = 1000
Row = TypeVar("Row")


class UndoRefused(Exception):
    """The import cannot be taken back; the text says why, for people."""


def undo(
    *, run: FeedRun, actor: User | None, at: datetime, in_use: Collection[int]
) -> FeedRun:
    """Take `run` back whole or not at all, and return it.

    `in_use` are notices that people work with or follow: an import that brought one of
    these stays. So does one that a later import built upon.
    Raises `UndoRefused`.
    """
    with transaction.atomic():
        run = FeedRun.objects.select_for_update().get(pk=run.pk)
        if run.state not in (RunState.COMPLETE, RunState.INCOMPLETE, RunState.FAILED):
            raise UndoRefused(f"Run {run.pk} is “{run.get_state_display()}”.")
        if run.is_dry_run:
            raise UndoRefused(f"Run {run.pk} was a dry run; it changed nothing.")
        made = _of_kind(run, ChangeKind.NEW)
        touched = made | _of_kind(run, ChangeKind.CHANGED)
        _refuse_if_built_upon(run, touched)
        if made & set(in_use):
            # How many and why is left open: a file behind a wall may be the reason.
            raise UndoRefused(
                "Colleagues decided on some of its notices, follow them or work with "
                "them. Nothing was undone."
            )
        _restore(touched - made, run, at)
        _list_again(run, at)
        _hide_again(run, at)
        for group in batched(sorted(made), GROUP):
            notices = Notice.objects.filter(pk__in=group)
            people = list(notices.values_list("person_id", flat=True))
            # Versions hold on to the records of what was received.
            NoticeVersion.objects.filter(notice__in=group).delete()
            notices.delete()
            Person.objects.filter(pk__in=people, notices=None).delete()
        run.state, run.undone_at = RunState.UNDONE, at
        run.save()
        record(
            action=Action.IMPORT_UNDONE,
            actor=actor,
            target=run,
            after={"removed": len(made), "restored": len(touched - made)},
        )
    return run


def batched(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield `rows` in lists of up to `size`."""
    found = iter(rows)
    while group := list(islice(found, size)):
        yield group


def _of_kind(run: FeedRun, kind: ChangeKind) -> set[int]:
    return set(
        NoticeChange.objects.filter(run=run, kind=kind).values_list(
            "notice_id", flat=True
        )
    )


def _refuse_if_built_upon(run: FeedRun, touched: Collection[int]) -> None:
    later = (
        NoticeVersion.objects.filter(notice__in=touched, run_id__gt=run.pk)
        .exclude(run__state=RunState.UNDONE)
        .order_by("run_id")
        .first()
    )
    if later:
        raise UndoRefused(
            f"Run {later.run_id} came later and changed the same notices. "
            "Undo that one first."
        )


def _restore(notices: Collection[int], run: FeedRun, at: datetime) -> None:
    """Write the values from before the run as new versions: nothing vanishes."""
    own = NoticeVersion.objects.filter(notice=OuterRef("notice"), run=run)
    before = NoticeVersion.objects.filter(
        notice__in=notices,
        number=Subquery(own.order_by("number").values("number")[:1]) - 1,
    ).select_related("notice")
    for group in batched(before, GROUP):
        edits = [
            Edit(
                notice_id=version.notice_id,
                person_id=version.notice.person_id,
                number=version.notice.version_number + 1,
                detail=version.notice.detail,
                values=version.values,
                kind=ChangeKind.UNDONE,
                record_id=version.record_id,
            )
            for version in group
        ]
        write_versions(edits, run=run, at=at)
    # The feed's next word counts as new even if it repeats what was taken back.
    Sighting.objects.filter(notice__in=notices, feed=run.feed_id).update(
        content_hashes=[], earlier_hashes=[]
    )


def _hide_again(run: FeedRun, at: datetime) -> None:
    """Take back that notices which were no longer listed came back."""
    back = _of_kind(run, ChangeKind.BACK)
    Sighting.objects.filter(notice__in=back, feed=run.feed_id).update(
        missed_runs=CONCLUSIVE_RUNS, absent_since=at
    )
    Notice.objects.filter(pk__in=back).update(
        listing=Listing.NO_LONGER_LISTED, absent_since=at
    )
    NoticeChange.objects.bulk_create(
        NoticeChange(notice_id=pk, run=run, kind=ChangeKind.UNDONE, at=at)
        for pk in sorted(back)
    )


def _list_again(run: FeedRun, at: datetime) -> None:
    """Take back what the run judged missing."""
    judged = _of_kind(run, ChangeKind.MISSING) | _of_kind(
        run, ChangeKind.NO_LONGER_LISTED
    )
    Sighting.objects.filter(
        notice__in=judged, feed=run.feed_id, missed_runs__gt=0
    ).update(missed_runs=F("missed_runs") - 1, absent_since=None)
    still = Sighting.objects.filter(
        notice__in=judged, feed=run.feed_id, missed_runs__gt=0
    ).values("notice_id")
    Notice.objects.filter(pk__in=judged).update(
        listing=Listing.LISTED, absent_since=None
    )
    Notice.objects.filter(pk__in=still).update(listing=Listing.MISSING)
    NoticeChange.objects.bulk_create(
        NoticeChange(notice_id=pk, run=run, kind=ChangeKind.UNDONE, at=at)
        for pk in sorted(judged)
    )
