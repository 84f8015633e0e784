"""Screening everything again: in the background, stopped, killed, gone on with."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.access import MissingCapability
from accounts.audit.actions import Action
from accounts.models import AuditEntry
from notices.choices import Confidentiality, ScreeningScope, ScreeningState
from notices.models import Notice, Screening, ScreeningRun
from notices.screening import services
from notices.screening.runs import RunRefused, go_on, start_run, stop_run, work_on
from tests.factories import NOON, make_notice

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def five(monkeypatch):
    """Five notices in groups of two."""
    monkeypatch.setattr(services, "GROUP", 2)
    return [make_notice(charge=f"Fraud {n}") for n in range(5)]


def worked(run, **kw):
    return work_on(run_id=run.pk, clock=lambda: LATER, **kw)


def test_a_run_goes_through_all_and_counts(five, ben):
    run = start_run(actor=ben, at=NOON)
    assert (run.total, run.state) == (5, ScreeningState.WAITING)
    seen = []
    done = worked(run, progress=lambda now: seen.append(now.screened))
    assert seen == [2, 4, 5]
    assert (done.state, done.screened, done.changed) == ("complete", 5, 5)
    assert sum(done.by_band.values()) == 5
    assert Screening.objects.filter(is_current=True).count() == 5
    assert AuditEntry.objects.filter(action=Action.SCREENING_STARTED.value).exists()
    # A second ring finds it over; a second run changes nothing.
    assert worked(run) is None
    again = worked(start_run(actor=ben, at=LATER))
    assert (again.screened, again.changed) == (5, 0)


def test_a_stop_ends_after_the_group_at_hand_and_the_run_goes_on_there(five, ben):
    run = start_run(actor=ben, at=NOON)

    def ask_to_stop(now):
        ScreeningRun.objects.filter(pk=run.pk).update(stop_asked_at=NOON)

    stopped = worked(run, progress=ask_to_stop)
    assert (stopped.state, stopped.screened) == ("stopped", 2)
    with pytest.raises(RunRefused, match="over"):
        stop_run(run=run, actor=ben, at=LATER)
    go_on(run=stopped, actor=ben, at=LATER)
    done = worked(run)
    assert (done.state, done.screened) == ("complete", 5)
    assert Screening.objects.count() == 5


def test_a_slice_leaves_the_rest_to_the_next_ring(five, ben):
    run = start_run(actor=ben, at=NOON)
    times = iter(NOON + timedelta(seconds=n) for n in range(100))
    part = work_on(
        run_id=run.pk, clock=lambda: next(times), slice_of=timedelta(seconds=1)
    )
    assert part.is_open
    assert part.screened < 5
    assert worked(run).screened == 5


def test_one_run_of_a_kind_is_open_and_only_some_roles_start_one(five, ana, ben, emil):
    run = start_run(actor=emil, at=NOON)
    with pytest.raises(RunRefused, match="already"):
        start_run(actor=ben, at=NOON)
    start_run(actor=ben, at=NOON, scope=ScreeningScope.DIFFERENCE)
    for act in (
        lambda: start_run(actor=ana, at=NOON),
        lambda: stop_run(run=run, actor=ana, at=NOON),
        lambda: go_on(run=run, actor=ana, at=NOON),
    ):
        with pytest.raises(MissingCapability):
            act()


def test_hidden_notices_are_screened_and_not_counted(ben):
    make_notice()
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    run = start_run(actor=ben, at=NOON)
    done = worked(run)
    assert (run.total, done.screened, done.changed) == (1, 1, 1)
    assert Screening.objects.filter(notice=hidden).exists()
    difference = worked(start_run(actor=ben, at=NOON, scope=ScreeningScope.DIFFERENCE))
    assert difference.screened == 1
    assert hidden.pk not in done.changed_notices + difference.changed_notices


def test_a_difference_names_what_moves_and_saves_nothing(ben):
    notice = make_notice(charge="Insulting the president in posts on a channel")
    run = start_run(actor=ben, at=NOON, scope=ScreeningScope.DIFFERENCE)
    done = worked(run)
    assert (done.screened, done.changed) == (1, 1)
    assert done.changed_notices == [notice.pk]
    assert done.moves["rule_breach"] == {"not screened > some": 1}
    assert not Screening.objects.exists()


def test_the_command_goes_on_with_what_was_stopped(five, capsys, ben):
    run = start_run(actor=ben, at=NOON)
    worked(run, slice_of=timedelta(seconds=-1))
    stop_run(run=run, actor=ben, at=LATER)
    call_command("screen", "--all", "--json")
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert (told["screened"], told["changed"]) == (5, 5)
    assert sum(told["by_band"].values()) == 5
    assert ScreeningRun.objects.count() == 1
    with pytest.raises(CommandError, match="no rule set"):
        call_command("screen", "--all", "--rules", "1999.1")


@pytest.mark.django_db(transaction=True)
def test_a_killed_command_loses_no_notice_and_does_none_twice():
    """The real thing: SIGKILL in the middle, then the same command again."""
    Notice.objects.all().delete()
    for number in range(24):
        make_notice(charge=f"Fraud {number}", review=False)
    script = (
        "import django; django.setup();"
        "from notices.screening import services; services.GROUP = 1;"
        "from django.db import connection;"
        f"connection.settings_dict['NAME'] = {connection.settings_dict['NAME']!r};"
        "from django.core.management import call_command;"
        "call_command('screen', '--all', '--json')"
    )
    command = [sys.executable, "-c", script]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    options = {"env": env, "cwd": Path(__file__).parents[2], "text": True}
    first = subprocess.Popen(command, stderr=subprocess.PIPE, **options)
    while not Screening.objects.exists():
        assert first.poll() is None, first.stderr.read()
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    run = ScreeningRun.objects.get()
    before = run.screened
    assert run.state == ScreeningState.RUNNING
    assert 0 < before < 24
    second = subprocess.run(command, check=True, capture_output=True, **options)
    assert json.loads(second.stdout)["screened"] == 24
    assert Screening.objects.count() == 24
    assert ScreeningRun.objects.get().state == ScreeningState.COMPLETE
    assert run.started_at < timezone.now()
