"""When a reader's digest is due, by clocks that jump."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cases.choices import Rhythm
from cases.digests.periods import instant_of, next_period, period_at, zone_of

BERLIN = ZoneInfo("Europe/Berlin")
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
moments = st.datetimes(
    datetime(2008, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2036, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
rhythms = st.sampled_from(Rhythm.values)
hours = st.integers(0, 23)


def labels(rhythm: str, hour: int, zone: ZoneInfo, times: list[datetime]) -> list[str]:
    return [period_at(rhythm=rhythm, hour=hour, zone=zone, at=at).label for at in times]


def test_a_day_and_a_week_are_named_by_the_reader_s_calendar():
    at = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # a Tuesday
    auckland = ZoneInfo("Pacific/Auckland")  # already Wednesday

    assert labels("daily", 7, BERLIN, [at]) == ["2026-11-24"]
    assert labels("weekly", 7, BERLIN, [at]) == ["2026-W48"]
    assert labels("daily", 0, auckland, [at]) == ["2026-11-25"]


def test_a_period_begins_at_the_chosen_hour_and_not_before():
    monday = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 07:00 in Berlin
    before = monday - timedelta(minutes=1)

    assert labels("weekly", 7, BERLIN, [before, monday]) == ["2026-W47", "2026-W48"]
    assert labels("daily", 7, BERLIN, [before, monday]) == ["2026-11-22", "2026-11-23"]


def test_the_week_of_new_year_has_the_year_of_its_thursday():
    at = datetime(2027, 1, 2, 12, tzinfo=UTC)

    assert labels("weekly", 7, BERLIN, [at]) == ["2026-W53"]


def test_a_skipped_hour_gives_one_mail_at_the_first_minute_after_it():
    day = datetime(2026, 3, 28, 12, tzinfo=UTC)
    minutes = [day + timedelta(minutes=n) for n in range(36 * 60)]

    seen = [period_at(rhythm="daily", hour=2, zone=BERLIN, at=at) for at in minutes]

    assert sorted({one.label for one in seen}) == ["2026-03-28", "2026-03-29"]
    begun = {one.begins for one in seen if one.label == "2026-03-29"}
    assert begun == {datetime(2026, 3, 29, 1, 0, tzinfo=UTC)}  # 03:00 summer time


def test_an_hour_that_comes_twice_gives_one_mail_at_its_first_time():
    day = datetime(2026, 10, 24, 12, tzinfo=UTC)
    minutes = [day + timedelta(minutes=n) for n in range(24 * 60)]

    seen = [period_at(rhythm="daily", hour=2, zone=BERLIN, at=at) for at in minutes]

    begun = {one.begins for one in seen if one.label == "2026-10-25"}
    assert begun == {datetime(2026, 10, 25, 0, 0, tzinfo=UTC)}  # 02:00 summer time


def test_a_day_that_a_country_left_out_is_due_when_the_next_one_starts():
    apia = ZoneInfo("Pacific/Apia")  # had no 30 December 2011

    assert instant_of(date(2011, 12, 30), 7, apia) == datetime(
        2011, 12, 30, 10, 0, tzinfo=UTC
    )


@pytest.mark.parametrize("name", ["", "Nowhere/Atlantis", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_utc(name: str):
    assert zone_of(name).key == "UTC"


@given(rhythm=rhythms, hour=hours, zone=zones, at=moments)
@example(
    rhythm="daily",
    hour=7,
    zone=ZoneInfo("Pacific/Apia"),
    at=datetime(2011, 12, 30, 12, tzinfo=UTC),
)
@example(
    rhythm="daily",
    hour=2,
    zone=ZoneInfo("Australia/Lord_Howe"),
    at=datetime(2026, 10, 3, 16, tzinfo=UTC),
)
def test_at_any_time_there_is_one_period_and_the_next_one_follows_it(
    rhythm: str, hour: int, zone: ZoneInfo, at: datetime
):
    now = period_at(rhythm=rhythm, hour=hour, zone=zone, at=at)
    then = next_period(rhythm=rhythm, hour=hour, zone=zone, at=at)
    last = then.begins - timedelta(microseconds=1)

    assert now.begins <= at < then.begins
    assert now.label < then.label
    assert period_at(rhythm=rhythm, hour=hour, zone=zone, at=now.begins) == now
    assert period_at(rhythm=rhythm, hour=hour, zone=zone, at=last) == now
    assert period_at(rhythm=rhythm, hour=hour, zone=zone, at=then.begins) == then


@given(rhythm=rhythms, hour=hours, zone=zones, at=moments)
def test_a_label_never_comes_back(rhythm: str, hour: int, zone: ZoneInfo, at: datetime):
    times = [at + timedelta(hours=n) for n in range(0, 24 * 16, 5)]

    seen = labels(rhythm, hour, zone, times)

    assert seen == sorted(seen)
