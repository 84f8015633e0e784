"""Words go, facts stay, the chain holds; and nothing goes without saying so."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.audit.actions import Action
from accounts.audit.check import check_log
from accounts.audit.erasing import erase_words
from accounts.audit.record import record, texts_of
from accounts.models import AuditEntry, User
from tests.factories import NOON

pytestmark = pytest.mark.django_db
SECRET = "quietword"


@pytest.fixture
def written(carla: User) -> list[AuditEntry]:
    return [
        record(
            action=Action.USER_CHANGED,
            actor=carla,
            target=carla,
            after={"name": SECRET},
            reason=f"{SECRET} {step}",
        )
        for step in range(4)
    ]


def test_words_go_and_facts_stay(written, carla):
    numbers = [written[1].seq, written[2].seq]
    entry = erase_words(entries=numbers, actor=carla, reason="Asked for", at=NOON)

    gone = list(AuditEntry.objects.filter(seq__in=numbers).order_by("seq"))
    assert [(row.words, row.label) for row in gone] == [(None, None)] * 2
    assert [row.facts for row in gone] == [written[1].facts, written[2].facts]
    assert [row.actor_id_text for row in gone] == [str(carla.pk)] * 2
    assert AuditEntry.objects.filter(words__contains=SECRET).count() == 2
    assert json.loads(entry.facts)["erased"] == numbers
    report = check_log()
    assert report.verdict.ok
    assert report.verdict.erased == 2


def test_words_may_be_named_again_and_a_rollback_brings_them_back(written, carla):
    number = [written[0].seq]
    with pytest.raises(RuntimeError), transaction.atomic():
        erase_words(entries=number, actor=carla, reason="x", at=NOON)
        raise RuntimeError
    assert AuditEntry.objects.get(seq=number[0]).words == written[0].words
    for reason in ("first", "again"):
        erase_words(entries=number, actor=carla, reason=reason, at=NOON)
    assert check_log().verdict.ok


@pytest.mark.parametrize("numbers", [[10**9], [1, 10**9]])
def test_what_the_log_does_not_have_cannot_be_erased(written, carla, numbers):
    before = list(AuditEntry.objects.values("seq", "words"))
    with pytest.raises(IntegrityError), transaction.atomic():
        erase_words(entries=numbers, actor=carla, reason="x", at=NOON)
    assert list(AuditEntry.objects.values("seq", "words")) == before


def test_an_erasure_of_nothing_or_of_itself_is_refused(written, carla):
    with pytest.raises(ValueError, match="No entries"):
        erase_words(entries=[], actor=carla, reason="x", at=NOON)
    own = AuditEntry.objects.count() + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        erase_words(entries=[own], actor=carla, reason="x", at=NOON)


def test_no_entry_but_an_erasure_lets_words_go(written, carla):
    texts = texts_of(action=Action.USER_CHANGED, actor=carla, erased=[written[0].seq])
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(
            "SELECT audit_erase(%s, %s)", [texts.facts, texts.words]
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.filter(seq=written[0].seq).update(words=None)


def test_with_an_erasure_only_the_words_go_and_only_of_what_it_names(written, carla):
    erase_words(entries=[written[0].seq], actor=carla, reason="x", at=NOON)
    for seq, changes in [
        (written[0].seq, {"words": "{}"}),
        (written[1].seq, {"words": None}),
        (written[1].seq, {"words": None, "facts": "{}"}),
        (written[0].seq, {"words": None, "hash": "x"}),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditEntry.objects.filter(seq=seq).update(**changes)
