"""Screening many notices in the background: start, work, stop, go on.

A run is a row. Whoever works on it holds its lock, which ends with a killed process,
and each group of notices is written in one transaction with the place where it ends:
after a stop, a crash or a killed worker the next one goes on there.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from notices.choices import (
    SCREENING_OPEN,
    Confidentiality,
    FactKind,
    ScreeningScope,
    ScreeningState,
)
from notices.context.loading import Sharing
from notices.models import Notice, ScreeningRun
from notices.screening.in_use import version_in_use
from notices.screening.locks import run_lock
from notices.screening.ruleset import Ruleset, load
from notices.screening.services import (
    MOST_NAMED,
    ScreenReport,
    compare_group,
    next_group,
    screen_group,
    screen_sharing,
)
from notices.screening.tables import UnknownRules

Clock = Callable[[], datetime]
# Called with the run after each group.
Progress = Callable[[ScreeningRun], None]


class RunRefused(ValueError):
    """A run cannot be started, stopped or gone on with; the message says why."""


def start_run(
    *,
    actor: User | None,
    at: datetime,
    scope: ScreeningScope = ScreeningScope.EVERYTHING,
    version: str | None = None,
) -> ScreeningRun:
    """Make the run that screens every notice, or tells what `version` would change.

    `actor` is None for the terminal. Raises MissingCapability, UnknownRules, and
    RunRefused while another run of the scope is open.
    """
    if actor is not None:
        require(actor, Capability.SCREEN_ALL)
    rules = load(version or version_in_use())
    try:
        with transaction.atomic():
            run = ScreeningRun.objects.create(
                scope=scope,
                rules_version=rules.version,
                started_by=actor,
                created_at=at,
                total=_open(Notice.objects.all()).count(),
            )
            record(
                action=Action.SCREENING_STARTED,
                actor=actor,
                target=run,
                after={"scope": scope, "rules": rules.version},
            )
    except IntegrityError as taken:
        raise RunRefused("A run of this kind is waiting or running already.") from taken
    return run


def run_to_go_on(*, version: str | None, at: datetime) -> ScreeningRun:
    """Return the last run over every notice if it is half way, else a new one.

    For the terminal. Raises UnknownRules.
    """
    rules = load(version or version_in_use())
    last = ScreeningRun.objects.filter(scope=ScreeningScope.EVERYTHING).first()
    if last is None or last.state == ScreeningState.COMPLETE:
        return start_run(actor=None, at=at, version=rules.version)
    if last.rules_version != rules.version:
        if last.is_open:
            raise RunRefused(f"A run under rules {last.rules_version} is open.")
        return start_run(actor=None, at=at, version=rules.version)
    if not last.is_open:
        go_on(run=last, actor=None, at=at)
    return last


def report_of(run: ScreeningRun) -> ScreenReport:
    """Return what a run counted."""
    return ScreenReport(
        screened=run.screened,
        changed=run.changed,
        by_band=Counter(run.by_band),
        outputs={name: Counter(counts) for name, counts in run.outputs.items()},
    )


@transaction.atomic
def touch(
    *, country: str, first: date, last: date, actor: User | None, at: datetime
) -> ScreeningRun:
    """Have the notices of a state screened again whose alert came in a span of days.

    What waits already takes it along.
    """
    version = version_in_use()
    waiting = (
        ScreeningRun.objects.select_for_update(of=("self",))
        .filter(
            scope=ScreeningScope.TOUCHED,
            state=ScreeningState.WAITING,
            rules_version=version,
            last_notice=0,
        )
        .first()
    )
    run = waiting or ScreeningRun(
        scope=ScreeningScope.TOUCHED,
        rules_version=version,
        started_by=actor,
        created_at=at,
    )
    span = [first.isoformat(), last.isoformat()]
    known = run.touches.get(country)
    if known:
        span = [min(span[0], known[0]), max(span[1], known[1])]
    run.touches = {**run.touches, country: span}
    run.total = _open(_touched(run.touches)).count()
    run.save()
    return run


def stop_run(*, run: ScreeningRun, actor: User, at: datetime) -> None:
    """Ask a run to stop; whoever works on it does so after the group at hand.

    Raises MissingCapability, and RunRefused when it is over.
    """
    require(actor, Capability.SCREEN_ALL)
    with run_lock(run.pk, wait=False) as is_free, transaction.atomic():
        locked = ScreeningRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if not locked.is_open:
            raise RunRefused("This run is over.")
        locked.stop_asked_at = at
        if is_free:
            locked.state, locked.ended_at = ScreeningState.STOPPED, at
        locked.save()
        record(action=Action.SCREENING_STOPPED, actor=actor, target=locked)


def go_on(*, run: ScreeningRun, actor: User | None, at: datetime) -> None:
    """Let a run that was stopped or failed go on where it was.

    Raises MissingCapability, and RunRefused when it did not stop or a newer one is
    open.
    """
    if actor is not None:
        require(actor, Capability.SCREEN_ALL)
        if run.rules_version not in (version_in_use(), _asked_of(run)):
            raise RunRefused("Other rules are in use since. Start a new run.")
    try:
        with transaction.atomic():
            freed = ScreeningRun.objects.filter(
                pk=run.pk, state__in=[ScreeningState.STOPPED, ScreeningState.FAILED]
            ).update(state=ScreeningState.WAITING, stop_asked_at=None, ended_at=None)
            if not freed:
                raise RunRefused("Only a run that stopped can go on.")
            record(action=Action.SCREENING_RESUMED, actor=actor, target=run)
    except IntegrityError as taken:
        raise RunRefused("A newer run of this kind is open.") from taken


def _asked_of(run: ScreeningRun) -> str | None:
    """A difference is asked of its own rules, whichever are in use."""
    return run.rules_version if run.scope == ScreeningScope.DIFFERENCE else None


def work_on(
    *,
    run_id: int,
    clock: Clock,
    slice_of: timedelta | None = None,
    progress: Progress = lambda run: None,
    wait: bool = False,
) -> ScreeningRun | None:
    """Work on a run until it is over, somebody stops it, or `slice_of` has passed.

    Returns the run as it stands then; None where somebody else works on it, unless
    `wait`, or it is over. A run that is not over is free for the next ring.
    """
    begun = clock()
    with run_lock(run_id, wait=wait) as is_held:
        if not is_held or not _claim(run_id, begun):
            return None
        run = ScreeningRun.objects.get(pk=run_id)
        try:
            rules = load(_version_of(run))
        except UnknownRules:
            return _end(run, ScreeningState.FAILED, clock())
        while (moved := _one_group(run, rules, clock())) is not None:
            screen_sharing(moved, rules, clock())
            progress(run)
            if slice_of is not None and clock() - begun > slice_of:
                break
        run.refresh_from_db()
        return run


def _version_of(run: ScreeningRun) -> str:
    """Return the rules of a run; changed entries are read by those in use by then."""
    if run.scope == ScreeningScope.TOUCHED:
        return version_in_use()
    return run.rules_version


def _claim(run_id: int, now: datetime) -> bool:
    """Take a run that is open; its lock is held, so nobody else works on it."""
    return bool(
        ScreeningRun.objects.filter(pk=run_id, state__in=SCREENING_OPEN).update(
            state=ScreeningState.RUNNING,
            started_at=Coalesce("started_at", Value(now)),
        )
    )


def _one_group(
    run: ScreeningRun, rules: Ruleset, now: datetime
) -> dict[str, Sharing] | None:
    """Do the next group of a run; None when it is over.

    Returns the texts that came to be shared by many.
    """
    moved: dict[str, Sharing] = {}
    with transaction.atomic():
        # While the row is locked nobody stops the run or claims it.
        run.refresh_from_db(from_queryset=ScreeningRun.objects.select_for_update())
        if run.state != ScreeningState.RUNNING:
            return None
        if run.stop_asked_at is not None:
            _end(run, ScreeningState.STOPPED, now)
            return None
        group = next_group(_wanted(run), run.last_notice)
        if not group:
            _end(run, ScreeningState.COMPLETE, now)
            return None
        report = ScreenReport()
        if run.scope == ScreeningScope.DIFFERENCE:
            compare_group(group, rules, now, report, only_open=True)
        else:
            moved = screen_group(group, rules, now, report, only_open=True)
        _add(run, report)
        run.last_notice = group[-1]
        run.save()
    return moved


def _wanted(run: ScreeningRun) -> QuerySet[Notice]:
    if run.scope == ScreeningScope.TOUCHED:
        return _touched(run.touches)
    return Notice.objects.all()


def _touched(touches: Mapping[str, Any]) -> QuerySet[Notice]:
    """Return notices of states whose first listing or warrant came in their spans."""
    wanted = Q()
    for country, (first, last) in touches.items():
        wanted |= Q(issuers__contains=[country]) & (
            Q(first_seen__date__range=(first, last))
            | Q(
                person__facts__kind=FactKind.WARRANT_STATE,
                person__facts__happened_on__range=(first, last),
            )
        )
    return (
        Notice.objects.filter(wanted).distinct() if touches else Notice.objects.none()
    )


def _open(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.exclude(confidentiality=Confidentiality.RESTRICTED)


def _add(run: ScreeningRun, report: ScreenReport) -> None:
    run.screened += report.screened
    run.changed += report.changed
    run.by_band = dict(Counter(run.by_band) + report.by_band)
    for mine, theirs in ((run.outputs, report.outputs), (run.moves, report.moves)):
        for name, counts in theirs.items():
            mine[name] = dict(Counter(mine.get(name, {})) + counts)
    named = [*run.changed_notices, *report.changed_ids]
    run.changed_notices = named[:MOST_NAMED]
    run.total = max(run.total, run.screened)


def _end(run: ScreeningRun, state: ScreeningState, at: datetime) -> ScreeningRun:
    run.state, run.ended_at = state, at
    run.save()
    return run


def waiting_runs() -> list[int]:
    """Return the runs that are not over, the oldest first. A ring for one at work ends
    at its lock.
    """
    rows = ScreeningRun.objects.filter(state__in=SCREENING_OPEN).order_by("pk")
    return list(rows.values_list("pk", flat=True))
