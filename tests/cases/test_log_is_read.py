"""Who reads the log about a restricted file leaves a record that its lead sees."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from cases.choices import CaseLevel
from tests.factories import make_case

pytestmark = pytest.mark.django_db
PAGE = "/administration/audit/"


def readings(case):
    return AuditEntry.objects.filter(action="case.log_read", file_pk=case.pk)


@pytest.fixture
def files(carla, ben, as_user):
    """Two restricted files and an open one, each with a few entries in the log."""
    made = [
        make_case(lead=carla, members=(ben,), level=level)
        for level in (CaseLevel.RESTRICTED, CaseLevel.WALLED, CaseLevel.ORGANISATION)
    ]
    client = as_user(carla)
    for case in made:
        for _ in range(3):
            data = {"kind": "note", "text": "Words", "happened_on": "", "source": ""}
            client.post(reverse("case-chronology", args=[case.code]), data)
    return made


def test_one_record_a_page_and_closed_file_and_none_for_open_ones(
    files, ben, carla, as_user
):
    client = as_user(ben)
    assert files[0].code in client.get(PAGE).text
    for case, expected in zip(files, (1, 1, 0), strict=True):
        assert readings(case).count() == expected
    entry = readings(files[0]).get()
    assert entry.actor_id_text == str(ben.pk)
    assert "read entries of the log" in as_user(carla).get(PAGE).text
    sight = as_user(carla).get(reverse("case-sight", args=[files[0].code])).text
    assert "Ben Okafor" in sight


def test_looking_at_these_records_alone_leaves_none(files, ben, as_user):
    client = as_user(ben)
    client.get(PAGE)
    before = AuditEntry.objects.count()
    page = client.get(PAGE, {"action": "case.log_read"})
    assert "read entries of the log" in page.text
    assert AuditEntry.objects.count() == before


def test_what_is_taken_as_a_table_is_recorded_file_by_file(files, ben, as_user):
    client = as_user(ben)
    body = b"".join(client.post(reverse("audit-csv")).streaming_content).decode()
    assert files[1].code in body
    for case, expected in zip(files, (1, 1, 0), strict=True):
        assert readings(case).count() == expected


def test_those_who_read_nothing_of_the_file_leave_nothing(
    files, olga, emil, fay, as_user
):
    for user in (olga, emil, fay):
        client = as_user(user)
        assert files[0].code not in client.get(PAGE).text
    assert not AuditEntry.objects.filter(action="case.log_read").exists()
