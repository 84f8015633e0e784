"""Whatever stands in a query or an address, the API answers in its own form."""

import pytest
from django.test import Client
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.choices import Role
from cases.api.paging import MAX_LIMIT
from cases.review.filters import ReviewFilter
from tests.factories import make_notice, make_user

pytestmark = pytest.mark.django_db
NAMES = [*ReviewFilter.base_filters, "limit", "after", "colour"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
PLAUSIBLE = st.sampled_from(
    ["RU", "red", "waiting", "me", "2026-11-24", "VALTESKU", "1", str(MAX_LIMIT), ""]
)
# The client and the rows are only read, so that they may be shared by all examples.
patiently = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def ana():
    make_notice()
    client = Client()
    client.force_login(make_user("Ana Lindqvist", Role.ANALYST))
    return client


@patiently
@given(query=st.lists(st.tuples(st.sampled_from(NAMES), TEXT | PLAUSIBLE), max_size=4))
def test_a_query_is_answered_or_refused_by_name(ana, query):
    response = ana.get(f"/api/notices/?{urlencode(query)}")
    assert response.status_code in (200, 400)
    if response.status_code == 400:
        faults = response.json()["errors"]
        assert faults
        assert {fault["field"] for fault in faults} <= set(NAMES)
        assert all(fault["reason"] for fault in faults)


@patiently
@given(name=TEXT)
def test_any_name_can_be_asked_for(ana, name):
    response = ana.get(f"/api/people/?{urlencode({'name': name})}")
    assert response.status_code in (200, 400)
    assert response.json()


@patiently
@given(key=TEXT.filter(lambda text: "/" not in text))
def test_any_key_is_found_or_not(ana, key):
    for resource in ("notices", "people", "countries"):
        quoted = urlencode({"": key}).removeprefix("=")
        response = ana.get(f"/api/{resource}/{quoted}/")
        assert response.status_code in (200, 404)


def test_a_megabyte_in_a_query_is_refused(ana):
    response = ana.get("/api/people/?name=" + "a" * 1_000_000)
    assert response.status_code == 400
