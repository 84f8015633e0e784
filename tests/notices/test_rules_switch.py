"""Other rules: seen first, asked for by one reviewer, switched on by another."""

import shutil

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.access import MissingCapability
from notices.choices import ScreeningScope
from notices.models import RulesSwitch, Screening, ScreeningRun
from notices.screening import tables
from notices.screening.in_use import version_in_use
from notices.screening.runs import RunRefused, go_on, start_run, work_on
from notices.screening.services import screen_notices
from notices.screening.switching import propose_rules, switch_rules
from tests.factories import NOON, make_notice, make_user

pytestmark = pytest.mark.django_db

SPEECH = "Insulting the president in posts on a channel"
V6 = "2027.6"


@pytest.fixture
def two_rule_sets(tmp_path, monkeypatch):
    """The rules that ship, and a copy in which no charge is called speech."""
    current = tables.current_version()
    data = tmp_path / "data"
    shutil.copytree(tables.DATA / current, data / current)
    shutil.copytree(tables.DATA / current, data / V6)
    classes = data / V6 / "offences" / "classes.toml"
    told = classes.read_text()
    assert 'indicator = "I05"\n' in told
    classes.write_text(told.replace('indicator = "I05"\n', ""))
    (data / "rulesets.toml").write_text(
        f'current = "{current}"\n'
        + "".join(
            f'[[ruleset]]\nversion = "{one}"\nvalid_from = 2026-11-24\nnote = "x"\n'
            for one in (current, V6)
        )
    )
    monkeypatch.setattr(tables, "DATA", data)
    tables._index.cache_clear()
    yield current
    monkeypatch.undo()
    tables._index.cache_clear()


def difference(actor) -> ScreeningRun:
    run = start_run(actor=actor, at=NOON, scope=ScreeningScope.DIFFERENCE, version=V6)
    return work_on(run_id=run.pk, clock=lambda: NOON)


def test_rules_are_seen_asked_for_and_switched_on_by_two(two_rule_sets, ben, as_user):
    notice = make_notice(charge=SPEECH)
    make_notice(charge="Fraud")
    screen_notices(notice_ids=None, at=NOON)
    client = as_user(ben)
    asked = client.post(reverse("screening-start"), {"version": V6})
    work_on(run_id=ScreeningRun.objects.get().pk, clock=lambda: NOON)
    page = client.get(asked.url).content.decode()
    assert f"1 notice of 2 changes under {V6}" in page
    assert notice.person.display_name in page
    assert Screening.objects.filter(rules_version=V6).count() == 0
    run = ScreeningRun.objects.get()
    client.post(reverse("rules-propose", args=[run.key]))
    switch = RulesSwitch.objects.get()
    on = reverse("rules-confirm", args=[switch.pk])
    client.post(on)
    assert version_in_use() == two_rule_sets
    other = as_user(make_user("Rita Second", "reviewer"))
    listed = other.get(reverse("screening-runs")).content.decode()
    assert "1 notice would change" in listed
    other.post(on)
    assert version_in_use() == V6
    sheet = reverse("notice-tab", args=[notice.key, "screening"])
    assert "not the current ones" in client.get(sheet).content.decode()
    everything = ScreeningRun.objects.first()
    work_on(run_id=everything.pk, clock=lambda: NOON)
    assert "not the current ones" not in client.get(sheet).content.decode()
    current = Screening.objects.filter(is_current=True)
    assert set(current.values_list("rules_version", flat=True)) == {V6}
    old = Screening.objects.get(notice=notice, is_current=False)
    assert old.rules_version == two_rule_sets
    assert old.findings.filter(indicator="I05").exists()
    # What comes in from now on is screened by them too.
    late = make_notice(charge=SPEECH, family_name="LATE")
    screen_notices(notice_ids=None, at=NOON)
    assert Screening.objects.get(notice=late).rules_version == V6


def test_the_step_asks_who_is_there(two_rule_sets, ben, as_user):
    run = difference(ben)
    answer = as_user(ben, stale=True).post(reverse("rules-propose", args=[run.key]))
    assert answer.url == reverse("account_reauthenticate")
    assert not RulesSwitch.objects.exists()


def test_nothing_is_asked_for_unseen_or_twice_or_by_who_may_not(
    two_rule_sets, ben, ana, emil
):
    run = start_run(actor=ben, at=NOON, scope=ScreeningScope.DIFFERENCE, version=V6)
    with pytest.raises(RunRefused, match="find out"):
        propose_rules(difference=run, actor=ben, at=NOON)
    run = work_on(run_id=run.pk, clock=lambda: NOON)
    for other in (ana, emil):
        with pytest.raises(MissingCapability):
            propose_rules(difference=run, actor=other, at=NOON)
    switch = propose_rules(difference=run, actor=ben, at=NOON)
    with pytest.raises(RunRefused, match="waits"):
        propose_rules(difference=run, actor=ben, at=NOON)
    with pytest.raises(RunRefused, match="Another reviewer"):
        switch_rules(switch=switch, actor=ben, at=NOON)
    assert version_in_use() == two_rule_sets


def test_a_run_under_other_rules_does_not_go_on_after_the_switch(two_rule_sets, ben):
    make_notice()
    run = start_run(actor=ben, at=NOON)
    ScreeningRun.objects.filter(pk=run.pk).update(state="stopped")
    switch = propose_rules(difference=difference(ben), actor=ben, at=NOON)
    switch_rules(switch=switch, actor=make_user("Rita Second", "reviewer"), at=NOON)
    run.refresh_from_db()
    with pytest.raises(RunRefused, match="Other rules"):
        go_on(run=run, actor=ben, at=NOON)


def test_the_terminal_shows_the_same_difference(two_rule_sets, ben, capsys):
    make_notice(charge=SPEECH)
    make_notice(charge="Fraud")
    screen_notices(notice_ids=None, at=NOON)
    call_command("screen", "--diff", "--rules", V6)
    assert "2 screened, 1 would change" in capsys.readouterr().out
    assert difference(ben).changed == 1


def test_the_pages_of_runs_say_who_may(ana, ben, emil, dina, as_user):
    run = start_run(actor=emil, at=NOON)
    page = reverse("screening-run", args=[run.key])
    stop = reverse("screening-stop", args=[run.key])
    for reader, may in ((ana, False), (ben, True), (emil, True)):
        told = as_user(reader).get(page).content.decode()
        assert (stop in told) is may
        assert as_user(reader).get(reverse("screening-runs")).status_code == 200
    assert as_user(dina).get(page).status_code == 403
    assert as_user(ana).post(stop).status_code == 403
    as_user(ben).post(stop)
    assert "Stopped after no notices" in as_user(ben).get(page).content.decode()
    as_user(emil).post(reverse("screening-resume", args=[run.key]))
    run.refresh_from_db()
    assert run.state == "waiting"
    part = as_user(ana).get(f"{page}?part=progress", HTTP_HX_REQUEST="true")
    assert b"<html" not in part.content
    as_user(ben).post(reverse("screening-start"))
    assert ScreeningRun.objects.count() == 1
