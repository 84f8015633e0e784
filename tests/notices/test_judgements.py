"""What people say of findings: what counts, what is shown, and who may not say it."""

import pytest

from accounts.choices import Role
from accounts.models import AuditEntry
from notices.choices import Confidentiality, Level
from notices.models import Judgement, Screening
from notices.screening.facts import record_fact
from notices.screening.services import screen_notices
from tests.factories import NOON, make_notice, make_user

pytestmark = pytest.mark.django_db

TOLD = "A court of Norway granted asylum to the person in 2019."


@pytest.fixture
def notice(ana):
    """A notice with one finding, and a text that suggests another."""
    notice = make_notice(charge="Insulting the President")
    record_fact(
        person=notice.person,
        actor=ana,
        at=NOON,
        kind="profession",
        value="journalist",
        level=Level.DOCUMENTED,
        source="Press card",
        detail=TOLD,
    )
    return notice


def current(notice):
    return Screening.objects.get(notice=notice, is_current=True)


def findings(notice):
    return set(current(notice).findings.values_list("indicator", flat=True))


def suggested(notice):
    return current(notice).evidence["suggestions"]


def say(client, notice, verdict, one, reason=""):
    return client.post(
        f"/notices/{notice.key}/findings/say/",
        {
            "verdict": verdict,
            "indicator": one["indicator"],
            "field": one["field"],
            "quote": one["quote"],
            "reason": reason,
        },
        follow=True,
    )


def of(finding):
    return {
        "indicator": finding.indicator,
        "field": finding.field,
        "quote": finding.quote,
    }


def test_a_suggestion_counts_once_it_is_accepted(notice, ana, ben, as_user):
    [one] = [one for one in suggested(notice) if one["indicator"] == "I01"]
    assert "I01" not in findings(notice)
    page = as_user(ana).get(f"/notices/{notice.key}/screening/").content.decode()
    assert "Suggested by the text, not counted" in page
    say(as_user(ana), notice, "accept", one)
    assert "I01" in findings(notice)
    assert one not in suggested(notice)
    page = as_user(ben).get(f"/notices/{notice.key}/screening/").content.decode()
    assert f"{ana.name}</bdi> accepted the suggestion" in page
    [entry] = AuditEntry.objects.filter(action="finding.judged")
    assert entry.actor_id_text == str(ana.pk)


def test_a_rejected_suggestion_goes_and_comes_back(notice, ana, as_user):
    [one] = [one for one in suggested(notice) if one["indicator"] == "I01"]
    answer = say(as_user(ana), notice, "reject", one)
    assert "Say why." in answer.content.decode()
    assert one in suggested(notice)
    say(as_user(ana), notice, "reject", one, "The court meant another person.")
    assert suggested(notice) == []
    word = Judgement.objects.get()
    as_user(ana).post(f"/notices/{notice.key}/findings/said/{word.pk}/withdraw/")
    assert one in suggested(notice)


def test_disagreeing_needs_a_reason_and_takes_no_finding_away(notice, ben, as_user):
    finding = current(notice).findings.get(indicator="I16")
    answer = say(as_user(ben), notice, "disagree", of(finding))
    assert "Say why." in answer.content.decode()
    before = current(notice).pk
    answer = say(as_user(ben), notice, "disagree", of(finding), "He left the paper.")
    assert 'disagrees: <span dir="auto">He left the paper.' in answer.content.decode()
    assert current(notice).pk == before
    say(as_user(ben), notice, "agree", of(finding))
    [word] = Judgement.objects.filter(withdrawn_at=None)
    assert word.verdict == "agree"


def test_the_later_word_on_a_suggestion_holds(notice, ana, ben, as_user):
    [one] = [one for one in suggested(notice) if one["indicator"] == "I01"]
    say(as_user(ana), notice, "accept", one)
    answer = say(as_user(ben), notice, "reject", one, "Not so.")
    assert "no longer in the screening" in answer.content.decode()
    finding = current(notice).findings.get(indicator="I01")
    answer = say(as_user(ana), notice, "agree", of(finding))
    assert "your own" in answer.content.decode()


def test_a_finding_is_added_by_hand_with_its_words(notice, ana, as_user):
    address = f"/notices/{notice.key}/findings/add/"
    form = {
        "indicator": "I03",
        "quote": "extradition is refused on political grounds",
        "source": "Judgment of 4 May 2019",
        "level": "authority",
        "strength": "3",
        "reason": "A court refused extradition as political.",
    }
    empty = as_user(ana).post(address, form | {"quote": " "})
    assert empty.status_code == 400
    assert not Judgement.objects.exists()
    assert as_user(ana).post(address, form).status_code == 302
    found = current(notice).findings.get(indicator="I03")
    assert (found.quote, found.level, found.strength) == (
        form["quote"],
        "authority",
        3,
    )
    assert found.articles
    assert not comes_out_otherwise(notice)


def comes_out_otherwise(notice):
    rules = current(notice).rules_version
    report = screen_notices(notice_ids=[notice.pk], at=NOON, version=rules)
    return report.changed


def test_a_word_on_what_is_not_there_is_refused(notice, ana, as_user):
    one = {"indicator": "I01", "field": "nowhere", "quote": "nothing"}
    for verdict in ("agree", "accept"):
        answer = say(as_user(ana), notice, verdict, one)
        assert "no longer in the screening" in answer.content.decode()
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("role", [Role.ADVOCACY, Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_records_no_facts_says_nothing(notice, as_user, role):
    finding = current(notice).findings.get(indicator="I16")
    client = as_user(make_user("Mia Kovač", role))
    assert say(client, notice, "agree", of(finding)).status_code == 403
    assert client.get(f"/notices/{notice.key}/findings/add/").status_code == 403
    assert not Judgement.objects.exists()


def test_a_hidden_notice_is_not_there(notice, olga, as_user):
    finding = current(notice).findings.get(indicator="I16")
    notice.confidentiality = Confidentiality.RESTRICTED
    notice.save(update_fields=["confidentiality"])
    client = as_user(olga)
    assert say(client, notice, "agree", of(finding)).status_code == 404
    assert client.get(f"/notices/{notice.key}/findings/add/").status_code == 404


def test_nobody_takes_back_the_word_of_another(notice, ana, ben, as_user):
    finding = current(notice).findings.get(indicator="I16")
    say(as_user(ana), notice, "agree", of(finding))
    word = Judgement.objects.get()
    address = f"/notices/{notice.key}/findings/said/{word.pk}/withdraw/"
    assert as_user(ben).post(address).status_code == 404
    word.refresh_from_db()
    assert word.withdrawn_at is None


def test_a_word_on_a_protected_fact_is_for_those_who_see_the_fact(
    notice, ana, olga, as_user
):
    record_fact(
        person=notice.person,
        actor=ana,
        at=NOON,
        kind="protection",
        value="refugee",
        level=Level.AUTHORITY,
        source="Decision",
        detail="Tromsø granted her asylum",
    )
    finding = current(notice).findings.get(indicator="I01", quote__contains="Tromsø")
    assert "no longer in the screening" in say(
        as_user(olga), notice, "agree", of(finding)
    ).content.decode().replace("\n", " ")
    say(as_user(ana), notice, "agree", of(finding))
    assert Judgement.objects.visible_to(ana).count() == 1
    assert not Judgement.objects.visible_to(olga).exists()
    page = as_user(olga).get(f"/notices/{notice.key}/screening/").content.decode()
    assert "Tromsø" not in page
    assert f"{ana.name}</bdi> agrees" not in page
