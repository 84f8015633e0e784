"""What was quoted of an erased fact goes with it: old findings, judgements, the log."""

import pytest
from django.apps import apps
from django.db import connection

from accounts.audit.check import check_log
from cases.choices import ErasureScope
from cases.keeping.erasures import ask_erasure, confirm_erasure, erase_due
from notices.choices import FactKind, Verdict
from notices.models import Finding, Judgement, Screening
from notices.screening.facts import record_fact
from notices.screening.judgements import Key, judge
from notices.screening.services import screen_notices
from tests.factories import NOON, make_case, make_country, make_notice

pytestmark = pytest.mark.django_db
SECRET, WORD, OPEN = "canary-asylum", "canary-judgement", "canary-profession"


@pytest.fixture
def case(carla, ana):
    notice = make_notice()
    made = make_case(lead=carla, members=(ana,), notice=notice)
    common = {"person": notice.person, "actor": carla, "at": NOON}
    record_fact(
        **common,
        kind=FactKind.PROTECTION,
        value="refugee",
        level="documented",
        source="A letter",
        detail=SECRET,
        against=make_country("RU"),
    )
    record_fact(
        **common,
        kind=FactKind.PROFESSION,
        value="journalist",
        level="documented",
        source="The paper",
        detail=OPEN,
    )
    finding = Finding.objects.get(screening__is_current=True, field="fact: protection")
    judge(
        notice=notice,
        actor=carla,
        at=NOON,
        verdict=Verdict.DISAGREE,
        key=Key(finding.indicator, finding.field, finding.quote),
        reason=f"{WORD} on {SECRET}",
    )
    # A screening before the current one keeps what it found.
    make_old = Screening.objects.filter(is_current=True)
    make_old.update(input_hash="0" * 64)
    screen_notices(notice_ids=[notice.pk], at=NOON)
    assert Screening.objects.filter(is_current=False).exists()
    return made


def tables_with(word: str) -> set[str]:
    """Return every table of the app in which a row holds `word`."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models():
            name = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {name} AS t WHERE t::text LIKE %s)",  # noqa: S608
                [f"%{word}%"],
            )
            if cursor.fetchone()[0]:
                found.add(model._meta.label)
    return found


def test_no_table_holds_a_word_of_it_afterwards(case, carla, emil):
    before = tables_with(SECRET)
    assert {"notices.Finding", "notices.Judgement", "accounts.AuditEntry"} <= before
    wish = ask_erasure(
        case=case, scope=ErasureScope.PERSON, actor=carla, reason="Asked", at=NOON
    )
    wish = confirm_erasure(erasure=wish, actor=emil, at=NOON)
    assert erase_due(at=wish.due_at)
    assert tables_with(SECRET) == tables_with(WORD) == set()
    assert tables_with(OPEN)
    judgement = Judgement.objects.get()
    assert judgement.withdrawn_at is not None
    assert check_log().verdict.ok
