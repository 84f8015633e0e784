"""Access to a case file: given, ended, narrowed, always by a lead and with a reason."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import AuditEntry
from cases.choices import CaseLevel, MemberRole
from cases.models import CaseMember
from notices.keys import key_of
from tests.factories import make_case, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(carla, ana):
    return make_case(lead=carla, members=(ana,))


def post(client, name, case, data, *more, **kw):
    return client.post(reverse(name, args=[case.code, *more]), data, **kw)


def test_the_lead_gives_access_with_a_reason_and_a_last_day(as_user, carla, olga, case):
    client = as_user(carla)
    until = timezone.now().date() + timedelta(days=30)
    data = {"user": olga.pk, "role": "member", "reason": "Asylum", "until": until}
    assert post(client, "case-people", case, data).status_code == 302
    member = CaseMember.objects.get(case=case, user=olga)
    assert (member.reason, member.until) == ("Asylum", until)
    entry = AuditEntry.objects.get(action="case.member_added")
    assert '"reason":"Asylum"' in entry.words
    overview = client.get(reverse("case", args=[case.code])).text
    assert "gave access to a case file" in overview
    assert "Olga Brandt" in overview


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": ""}, "There is a problem"),
        ({"until": "2020-01-01"}, "lies in the past"),
        ({"role": "lead", "until": "2099-01-01"}, "A lead or keeper has no last day"),
    ],
)
def test_access_without_reason_or_sense_is_refused(
    as_user, carla, olga, case, change, words
):
    client = as_user(carla)
    data = {"user": olga.pk, "role": "member", "reason": "Asylum", **change}
    response = post(client, "case-people", case, data)
    assert response.status_code == 422
    assert words in response.text
    assert not CaseMember.objects.filter(user=olga).exists()


def test_a_member_who_is_no_lead_gives_no_access(as_user, ana, olga, case):
    client = as_user(ana)
    data = {"user": olga.pk, "role": "member", "reason": "Asylum"}
    assert post(client, "case-people", case, data).status_code == 403
    page = client.get(reverse("case-people", args=[case.code])).text
    assert "Only the lead names people" in page


def test_an_administrator_is_never_named(as_user, carla, case):
    emil = make_user("Emil Novak", Role.ADMINISTRATOR)
    client = as_user(carla)
    assert "Emil" not in client.get(reverse("case-people", args=[case.code])).text
    data = {"user": emil.pk, "role": "member", "reason": "Asks"}
    assert post(client, "case-people", case, data).status_code == 422
    assert not CaseMember.objects.filter(user=emil).exists()


def test_ended_access_closes_at_once_and_can_begin_anew(as_user, carla, ana, case):
    member = CaseMember.objects.get(case=case, user=ana)
    client = as_user(carla)
    done = post(client, "case-end-access", case, {"reason": "Left"}, key_of(member))
    assert done.status_code == 302
    client = as_user(ana)
    response = post(client, "case-chronology", case, {"kind": "note", "text": "x"})
    assert response.status_code == 403
    client = as_user(carla)
    data = {"user": ana.pk, "role": "member", "reason": "Back"}
    assert post(client, "case-people", case, data).status_code == 302
    text = client.get(reverse("case-people", args=[case.code])).text
    assert "Had access before" in text


def test_the_last_lead_cannot_go(as_user, carla, case):
    lead = CaseMember.objects.get(case=case, user=carla)
    client = as_user(carla)
    response = post(
        client, "case-end-access", case, {"reason": "x"}, key_of(lead), follow=True
    )
    assert "A file needs a lead" in response.text
    lead.refresh_from_db()
    assert lead.ended_at is None
    assert lead.role == MemberRole.LEAD


# --- Level ---------------------------------------------------------------------------
def test_the_lead_raises_the_level_and_others_lose_the_file(as_user, carla, olga, case):
    client = as_user(olga)
    assert client.get(reverse("case", args=[case.code])).status_code == 200
    client = as_user(carla)
    data = {"level": "restricted", "reason": "Family at home"}
    assert post(client, "case-level", case, data).status_code == 302
    client = as_user(olga)
    assert client.get(reverse("case", args=[case.code])).status_code == 404
    entry = AuditEntry.objects.get(action="case.level_raised")
    assert '"before":{"level":"organisation"}' in entry.words


def test_a_wall_needs_two_people_and_no_level_is_lowered(as_user, carla):
    case = make_case(lead=carla, level=CaseLevel.RESTRICTED)
    client = as_user(carla)
    response = post(client, "case-level", case, {"level": "walled", "reason": "x"})
    assert "two named people" in response.text
    response = post(
        client, "case-level", case, {"level": "organisation", "reason": "x"}
    )
    assert response.status_code == 422
    case.refresh_from_db()
    assert case.level == CaseLevel.RESTRICTED
