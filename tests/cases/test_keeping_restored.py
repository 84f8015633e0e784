"""After a restore mail waits for a person's word."""

from datetime import timedelta

import pytest
from django.core import mail

from cases.choices import CaseState
from cases.digests.services import open_due
from cases.keeping.sweep import sweep
from cases.models import DigestSetting, ExpiryWarning, Restoration
from tests.factories import NOON, make_case

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def restored() -> Restoration:
    return Restoration.objects.create(
        restored_at=NOON, backup_made_at=NOON - DAY, head_seq=1, head_hash="0" * 64
    )


def setting_of(reader, stopped_at) -> DigestSetting:
    return DigestSetting.objects.create(
        reader=reader,
        rhythm="daily",
        created_at=NOON - 9 * DAY,
        since=NOON - 9 * DAY,
        stopped_at=stopped_at,
    )


def test_digests_begin_anew_when_an_administrator_says_go(
    restored, dina, ana, emil, as_user
):
    held, own = setting_of(dina, NOON), setting_of(ana, NOON - DAY)
    assert open_due(at=NOON + DAY).waiting == []
    client = as_user(emil)
    assert "Mail is held" in client.get("/administration/keeping/").content.decode()
    answer = client.post("/administration/keeping/mail/", follow=True)
    assert "begin anew for 1 of" in answer.content.decode()
    assert "Mail is held" not in answer.content.decode()
    held.refresh_from_db()
    own.refresh_from_db()
    assert held.stopped_at is None
    assert held.since > NOON - DAY  # of periods before, nothing is sent
    assert own.stopped_at == NOON - DAY  # who had stopped it keeps it so
    restored.refresh_from_db()
    assert restored.mail_released_by == emil


def test_only_an_administrator_who_proved_it_says_go(
    restored, ana, carla, emil, as_user
):
    for other in (ana, carla):
        assert as_user(other).post("/administration/keeping/mail/").status_code == 403
    as_user(emil, stale=True).post("/administration/keeping/mail/")
    restored.refresh_from_db()
    assert restored.mail_released_at is None


def test_warnings_wait_on_today_and_their_mail_for_the_word(restored, carla):
    make_case(lead=carla, state=CaseState.CLOSED, closed_at=NOON - 4000 * DAY)
    sweep(at=NOON)
    assert ExpiryWarning.objects.get().mailed_at is None
    assert mail.outbox == []
    Restoration.objects.update(mail_released_at=NOON)
    sweep(at=NOON + DAY)
    assert [letter.to for letter in mail.outbox] == [[carla.email]]
