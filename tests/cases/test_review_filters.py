"""The query object by itself: what it selects for whom, and how it reads."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from cases.models import Review
from cases.review.filters import (
    OF_FINDINGS,
    ReviewFilter,
    canonical,
    describe,
    listing_for,
    reviews_matching,
    words_of,
)
from notices.choices import Band, Confidentiality
from notices.names import latin
from tests.factories import make_notice, make_person, make_user

pytestmark = pytest.mark.django_db


def found(query, user) -> set[int]:
    return set(reviews_matching(query, user).values_list("notice", flat=True))


def test_each_reader_finds_what_they_may_see_and_no_more(ana, carla, dina, emil, olga):
    public = make_notice()
    ours = make_notice(confidentiality=Confidentiality.ORGANISATION)
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    hidden.grants.create(user=ana)
    for query in ("", "country=RU", "name=valtesku", "kind=red"):
        assert found(query, ana) == {public.pk, ours.pk, hidden.pk}, query
        assert found(query, olga) == {public.pk, ours.pk}, query
        assert found(query, carla) == {public.pk, ours.pk}, query
        assert found(query, dina) == {public.pk}, query
        assert found(query, emil) == set(), query
    gone = make_user("Gone Colleague", is_active=False)
    assert found("", gone) == set()
    assert not listing_for(gone).exists()


@pytest.mark.parametrize("name", OF_FINDINGS)
def test_filters_on_findings_are_none_for_readers_without_them(name, dina, ana):
    values = {
        "offence": "speech_press",
        "band": "strong",
        "state": "waiting",
        "assigned": "me",
        "why": "new",
    }
    make_notice(article_band=Band.STRONG, offence_classes=["speech_press"])
    Review.objects.update(assignee=ana)
    query = f"{name}={values[name]}"
    assert len(found(query, ana)) == 1
    assert found(query, dina) == set()
    asked = ReviewFilter(QueryDict(query), user=dina)
    assert asked.unknown_names() == [name]
    assert name not in asked.form.fields


@pytest.mark.parametrize("query", ["country=XX", "since=soon", "colour=red", "band=7"])
def test_a_filter_that_cannot_be_read_selects_nothing_rather_than_all(query, ana):
    make_notice()
    assert found("", ana)
    assert found(query, ana) == set()


def test_by_who_has_it(ana, ben):
    hers, his, free = make_notice(), make_notice(), make_notice()
    Review.objects.filter(notice=hers).update(assignee=ana)
    Review.objects.filter(notice=his).update(assignee=ben)
    assert found("assigned=me", ana) == {hers.pk}
    assert found("assigned=me", ben) == {his.pk}
    assert found(f"assigned={ben.pk}", ana) == {his.pk}
    assert found("assigned=nobody", ana) == {free.pk}
    assert words_of("assigned", str(ben.pk)) == "to Ben Okafor"
    # Somebody who left still has what they had.
    ben.is_active = False
    ben.save()
    assert found(f"assigned={ben.pk}", ana) == {his.pk}


def test_colleagues_are_looked_up_only_where_they_matter(ana):
    with CaptureQueriesContext(connection) as captured:
        assert ReviewFilter(QueryDict("state=waiting"), user=ana).is_valid()
    assert len(captured) == 0


def test_since_is_a_day_where_the_installation_is(ana, settings):
    settings.TIME_ZONE = "Europe/Vienna"
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    after_midnight = make_notice(last_changed=late)
    make_notice(last_changed=late.replace(hour=22, minute=30))
    assert found("since=2026-11-24", ana) == {after_midnight.pk}


@pytest.mark.parametrize(
    "name", ["Щукин", "shchukin", "SHCHUKIN Pavel", "Павел Щукин", "Shchukn"]
)
def test_a_name_is_found_in_any_script_and_with_a_wrong_letter(name, ana):
    person = make_person("ЩУКИН", "Павел", script="Cyrl")
    person.search_name = latin([person.display_name])
    person.save()
    notice = make_notice(person=person)
    make_notice()
    assert found(f"name={name}", ana) == {notice.pk}


def test_several_filters_narrow_and_several_states_widen(ana, ben):
    russian = make_notice(issuer="RU", breach_band=Band.SOME)
    make_notice(issuer="RU")
    turkish = make_notice(issuer="TR", breach_band=Band.SOME)
    Review.objects.filter(notice=turkish).update(
        state="proposed", proposed_by=ben, outcome="flagged"
    )
    assert found("country=RU&band=some", ana) == {russian.pk}
    assert found("band=some&state=waiting&state=proposed", ana) == {
        russian.pk,
        turkish.pk,
    }
    assert found("band=some&state=flagged", ana) == set()


def test_a_filter_reads_as_words_and_never_as_codes():
    query = "country=TR&state=waiting&state=proposed&since=2026-11-24&name=Щукин&band="
    assert describe(query) == (
        "Issuing country: Türkiye, State: For review, Second reading, "
        "Changed since: 24 Nov 2026, Name: “Щукин”"
    )
    assert describe("") == "All notices"
    assert describe("country=914") == "Issuing country: International Criminal Court"
    assert describe("since=someday") == "Changed since: someday"


def test_a_query_has_one_spelling():
    assert canonical("state=b&country=RU&name=&state=a") == "country=RU&state=a&state=b"
    assert canonical("country=RU&state=a&state=b") == canonical(
        "state=b&state=a&country=RU"
    )
