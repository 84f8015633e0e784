"""Facts about a person: who records and sees them, and what they change."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.access import MissingCapability
from accounts.choices import Role
from accounts.models import AuditEntry, User
from notices.choices import Confidentiality, Level
from notices.keys import key_of
from notices.models import Country, Notice, PersonFact, Screening
from notices.pages.facts import facts_panel
from notices.screening.facts import FactError, record_fact, withdraw_fact
from notices.screening.services import screen_notices
from tests.factories import NOON, make_notice, make_user

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
REFUGEE = {
    "kind": "protection",
    "value": "refugee",
    "level": Level.AUTHORITY,
    "source": "Decision of 4 May 2019",
}
FORM = {
    "what": "protection:refugee",
    "against": "RU",
    "country": "NO",
    "detail": "granted asylum",
    "happened_on": "2019-05",
    "source": "Decision of 4 May 2019",
    "level": "authority",
}
BAD_FACTS = [
    ("what", {"value": "astronaut"}),
    ("what", {"kind": "weather"}),
    ("level", {"level": "certain"}),
    ("source", {"source": "  "}),
    ("ground", {"kind": "extradition", "value": "refused"}),
    ("ground", {"ground": "credibility"}),
    ("years", {"kind": "penalty", "value": "maximum"}),
    ("happened_on", {"happened_on": "4 May"}),
]


@pytest.fixture
def notice() -> Notice:
    notice = make_notice(charge="Fraud")
    screen_notices(notice_ids=[notice.pk], at=NOON)
    return notice


@pytest.fixture
def analyst() -> User:
    return make_user("Ana Lindqvist", Role.ANALYST)


def current(notice: Notice) -> Screening:
    return Screening.objects.get(notice=notice, is_current=True)


def test_a_fact_screens_the_notice_again_and_is_in_the_log(notice, analyst):
    before = current(notice)
    fact = record_fact(
        person=notice.person,
        actor=analyst,
        at=LATER,
        against=Country.objects.get(code="RU"),
        detail="granted asylum",
        **REFUGEE,
    )
    after = current(notice)
    assert after != before
    found = after.findings.get(indicator="I01")
    assert (found.quote, found.level) == ("granted asylum", Level.AUTHORITY)
    assert after.article_band == "strong"
    assert AuditEntry.objects.filter(facts__contains="fact.recorded").count() == 1
    withdraw_fact(
        person=notice.person,
        fact_id=fact.pk,
        actor=analyst,
        at=LATER,
        reason="Wrong person",
    )
    assert not current(notice).findings.filter(indicator="I01").exists()
    assert AuditEntry.objects.filter(facts__contains="fact.withdrawn").count() == 1
    assert PersonFact.objects.get().withdrawn_at == LATER


def test_a_fact_without_words_of_its_own_is_quoted_in_words(notice, analyst):
    record_fact(person=notice.person, actor=analyst, at=LATER, **REFUGEE)
    [found] = notice.screenings.get(is_current=True).findings.filter(indicator="I01")
    assert found.quote == "Recognised refugee"


def test_every_notice_of_the_person_is_screened_again(notice, analyst):
    other = make_notice(person=notice.person, charge="Theft")
    record_fact(person=notice.person, actor=analyst, at=LATER, **REFUGEE)
    for one in (notice, other):
        assert current(one).findings.filter(indicator="I01").exists()


def test_urgency_comes_from_a_fact_and_is_kept_for_lists(notice, analyst):
    record_fact(
        person=notice.person,
        actor=analyst,
        at=LATER,
        kind="other",
        value="hearing",
        level=Level.DOCUMENTED,
        source="Summons",
        happened_on="2026-12-03",
    )
    notice.refresh_from_db()
    assert notice.urgency == "Extradition hearing, 2026-12-03"


@pytest.mark.parametrize(("field", "change"), BAD_FACTS)
def test_what_the_table_does_not_allow_is_refused(notice, analyst, field, change):
    with pytest.raises(FactError) as refused:
        record_fact(person=notice.person, actor=analyst, at=LATER, **(REFUGEE | change))
    assert refused.value.field == field
    assert not PersonFact.objects.exists()


def test_a_penalty_keeps_its_years(notice, analyst):
    record_fact(
        person=notice.person,
        actor=analyst,
        at=LATER,
        kind="penalty",
        value="maximum",
        level=Level.DOCUMENTED,
        source="Penal code",
        years=Decimal("1.5"),
    )
    assert current(notice).findings.filter(indicator="I09").exists()


@pytest.mark.parametrize("role", [Role.ADVOCACY, Role.ADMINISTRATOR])
def test_who_may_not_record_may_not_withdraw_or_see_either(notice, analyst, role):
    fact = record_fact(person=notice.person, actor=analyst, at=LATER, **REFUGEE)
    other = make_user("Emil Berg", role)
    with pytest.raises(MissingCapability):
        record_fact(person=notice.person, actor=other, at=LATER, **REFUGEE)
    with pytest.raises(MissingCapability):
        withdraw_fact(
            person=notice.person, fact_id=fact.pk, actor=other, at=LATER, reason="No"
        )
    panel = facts_panel(notice.person, other)
    assert not panel["facts"]
    assert not panel["may_see_facts"]
    assert [one["row"] for one in facts_panel(notice.person, analyst)["facts"]] == [
        fact
    ]


def test_a_colleague_records_on_the_page_and_goes_back(client, notice, analyst):
    client.force_login(analyst)
    url = reverse("person-fact-add", args=[notice.person.key])
    page = client.get(url).content.decode()
    assert "Recognised refugee" in page
    answer = client.post(f"{url}?next=/notices/{notice.key}/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, f"/notices/{notice.key}/")
    assert PersonFact.objects.get().happened_on == "2019-05"
    assert current(notice).findings.filter(indicator="I01").exists()


def test_a_mistake_comes_back_beside_its_field_with_the_text_kept(
    client, notice, analyst
):
    client.force_login(analyst)
    url = reverse("person-fact-add", args=[notice.person.key])
    answer = client.post(url, FORM | {"what": "extradition:refused"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "State the ground" in page
    assert "Decision of 4 May 2019" in page
    assert not PersonFact.objects.exists()


@pytest.mark.parametrize("away", ["https://example.org/", "//example.org/", "x"])
def test_the_way_back_stays_on_this_site(client, notice, analyst, away):
    client.force_login(analyst)
    url = reverse("person-fact-add", args=[notice.person.key])
    answer = client.post(url, FORM | {"next": away})
    assert answer["Location"] == reverse("person", args=[notice.person.key])


@pytest.mark.parametrize("role", [Role.ADVOCACY, Role.ADMINISTRATOR])
def test_others_are_told_which_right_they_lack(client, notice, role):
    client.force_login(make_user("Emil Berg", role))
    for name, args in (
        ("person-fact-add", [notice.person.key]),
        ("person-fact-withdraw", [notice.person.key, 1]),
    ):
        answer = client.post(reverse(name, args=args))
        assert answer.status_code == 403
        assert "record facts" in answer.content.decode()


def test_strangers_sign_in_first_and_a_hidden_person_is_not_there(client, analyst):
    hidden = make_notice(confidentiality=Confidentiality.RESTRICTED)
    url = reverse("person-fact-add", args=[hidden.person.key])
    assert client.get(url).status_code == 302
    client.force_login(analyst)
    assert client.get(url).status_code == 404
    assert client.post(url, FORM).status_code == 404


def test_withdrawing_needs_a_reason_and_happens_once(client, notice, analyst):
    fact = record_fact(person=notice.person, actor=analyst, at=LATER, **REFUGEE)
    client.force_login(analyst)
    url = reverse("person-fact-withdraw", args=[notice.person.key, key_of(fact)])
    assert client.get(url).status_code == 405
    client.post(url, {"reason": " "})
    assert PersonFact.objects.get().withdrawn_at is None
    assert client.post(url, {"reason": "Wrong person"}).status_code == 302
    assert PersonFact.objects.get().withdrawn_at is not None
    assert client.post(url, {"reason": "Again"}).status_code == 404
