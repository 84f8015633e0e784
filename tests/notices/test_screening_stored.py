"""Stored notices are screened in groups, kept by version and cached for lists."""

from datetime import timedelta

import pytest

from accounts.choices import Role
from notices.choices import Band, Confidentiality
from notices.models import Charge, Finding, Notice, PersonFact, Screening
from notices.screening import services
from notices.screening.services import compare_screenings, screen_notices
from notices.screening.sheet import sheet_of
from notices.screening.tables import UnknownRules
from tests.factories import NOON, make_notice, make_user

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
SPEECH = "Insulting the president in posts on a channel"


def current(notice: Notice) -> Screening:
    return Screening.objects.get(notice=notice, is_current=True)


def test_a_notice_gets_findings_and_what_lists_show():
    notice = make_notice(charge=SPEECH)
    report = screen_notices(notice_ids=[notice.pk], at=NOON)
    assert (report.screened, report.changed) == (1, 1)
    found = current(notice).findings.filter(indicator="I05").first()
    assert found.field == "warrant 1, charge 1"
    assert found.quote in SPEECH
    assert found.level == "alleged"
    assert "Constitution Art. 3" in found.articles
    notice.refresh_from_db()
    assert notice.article_band == Band.SOME
    assert "insult_of_officials" in notice.offence_classes
    assert 0 < notice.concern < 1


def test_a_second_run_changes_nothing_and_a_changed_charge_keeps_the_old_screening():
    notice = make_notice(charge=SPEECH)
    screen_notices(notice_ids=None, at=NOON)
    first = current(notice)
    again = screen_notices(notice_ids=[notice.pk], at=LATER)
    assert (again.screened, again.changed) == (1, 0)
    assert current(notice) == first
    Charge.objects.filter(warrant__notice=notice).update(text="Murder of two people")
    Notice.objects.filter(pk=notice.pk).update(last_changed=LATER)
    assert screen_notices(notice_ids=None, at=LATER).changed == 1
    assert current(notice) != first
    first.refresh_from_db()
    assert not first.is_current
    assert first.findings.filter(indicator="I05").exists()
    notice.refresh_from_db()
    assert notice.offence_classes == ["homicide"]


def test_only_what_changed_since_is_looked_at():
    quiet, changed = make_notice(), make_notice(family_name="ORLUK")
    screen_notices(notice_ids=None, at=NOON)
    assert screen_notices(notice_ids=None, at=LATER).screened == 0
    Notice.objects.filter(pk=changed.pk).update(last_changed=LATER)
    assert screen_notices(notice_ids=None, at=LATER).screened == 1
    assert screen_notices(notice_ids=None, at=LATER, everything=True).screened == 2
    assert current(quiet).made_at == NOON


def test_a_newer_fact_makes_a_notice_due_without_naming_it():
    notice = make_notice(charge="Fraud")
    screen_notices(notice_ids=None, at=NOON)
    PersonFact.objects.create(
        person=notice.person,
        kind="profession",
        value="journalist",
        level="documented",
        source="Press card",
        recorded_by=make_user(),
        recorded_at=LATER,
    )
    assert screen_notices(notice_ids=None, at=LATER).changed == 1
    assert current(notice).findings.filter(indicator="I16").exists()


def test_a_run_goes_on_where_an_earlier_one_stopped(monkeypatch):
    monkeypatch.setattr(services, "GROUP", 2)
    for number in range(5):
        make_notice(family_name=f"ORLUK{number}")

    def stop(screened: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen_notices(notice_ids=None, at=NOON, progress=stop)
    assert Screening.objects.count() == 2
    assert screen_notices(notice_ids=None, at=NOON).screened == 3
    assert Screening.objects.filter(is_current=True).count() == 5


def test_the_number_of_queries_does_not_grow_with_the_notices(
    django_assert_max_num_queries,
):
    few = [make_notice(charge=f"Fraud {n}").pk for n in range(2)]
    with django_assert_max_num_queries(24):
        screen_notices(notice_ids=few, at=NOON)
    many = [make_notice(charge=f"Theft {n}").pk for n in range(20)]
    with django_assert_max_num_queries(24):
        screen_notices(notice_ids=many, at=NOON)


def test_comparing_counts_and_saves_nothing():
    make_notice(charge=SPEECH)
    report = compare_screenings(at=LATER)
    assert (report.screened, report.changed) == (1, 1)
    assert not Screening.objects.exists()
    screen_notices(notice_ids=None, at=NOON)
    assert compare_screenings(at=LATER).changed == 0


def test_unknown_rules_are_named_with_those_there_are():
    with pytest.raises(UnknownRules, match=r"no rule set 1999\.1.*2026\.1"):
        screen_notices(notice_ids=[], at=NOON, version="1999.1")


def test_the_sheet_puts_each_finding_in_its_place():
    notice = make_notice(charge=SPEECH)
    screen_notices(notice_ids=None, at=NOON)
    screening = current(notice)
    sheet = sheet_of(screening, screening.findings.all())
    factor = next(one for one in sheet.factors if one.key == "a")
    assert factor.state == "points"
    assert {one.indicator.id for one in factor.findings} == {"I05"}
    condition = next(one for one in sheet.conditions if one.key == "83(1)(a)(i)")
    assert condition.state == "doubt"
    assert [one.key for one in sheet.factors] == list("abcdefg")
    assert all(one.indicator.question for one in sheet.findings)


def test_findings_stay_from_advocacy_readers_and_administrators():
    notice = make_notice(charge=SPEECH)
    private = make_notice(
        charge=SPEECH, confidentiality=Confidentiality.RESTRICTED, family_name="ORLUK"
    )
    screen_notices(notice_ids=None, at=NOON)
    hidden = Screening.objects.get(notice=private)
    analyst = make_user("Ana Lindqvist", Role.ANALYST)
    assert Screening.objects.visible_to(analyst).get().notice == notice
    assert Finding.objects.visible_to(analyst).exists()
    assert hidden not in Screening.objects.visible_to(analyst)
    for role in (Role.ADVOCACY, Role.ADMINISTRATOR):
        other = make_user("Emil Berg", role)
        assert not Screening.objects.visible_to(other).exists()
        assert not Finding.objects.visible_to(other).exists()
