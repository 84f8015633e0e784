"""Digests by a real worker that is killed, frozen or robbed of its broker.

Nothing in the code knows of these tests: the worker stops where the mail server keeps
its answer back, or where a row is locked.
"""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import redis
from django.db import connection, connections, transaction
from django.db.models import F
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from cases.choices import Rhythm
from cases.digests import tasks
from cases.digests.deliver import deliver
from cases.digests.services import TICK, open_due
from cases.digests.wire import Post
from cases.models import (
    BeatTick,
    Digest,
    DigestDelivery,
    DigestItem,
    DigestSetting,
    Follow,
)
from notices.models import NoticeChange
from tests.cases.digest_makers import follow_country, send
from tests.factories import make_notice, make_user
from tests.services import HOLD, MailSink, Worker, wait_until


@pytest.fixture
def start(start_worker, mail_sink: MailSink) -> Callable[[], Worker]:
    """Start a worker that sends its mail to the sink."""
    return lambda: start_worker(EMAIL_URL=mail_sink.url)


@pytest.fixture
def ana(start) -> User:
    return make_due_reader("Ana Lindqvist")


def make_due_reader(name: str) -> User:
    """A reader whose daily digest is due by the clock on the wall, with one change."""
    now = timezone.now()
    reader = make_user(name, Role.ANALYST)
    follow_country(reader, at=now - timedelta(days=3))
    DigestSetting.objects.filter(reader=reader).update(rhythm=Rhythm.DAILY, hour=0)
    if not NoticeChange.objects.exists():
        make_notice()
        NoticeChange.objects.update(at=now - timedelta(hours=1))
    return reader


def state_of(reader: User) -> str:
    return DigestDelivery.objects.get(digest__reader=reader).state


def let_leases_end() -> None:
    """As if the time of every lease were over."""
    DigestDelivery.objects.filter(lease_until__isnull=False).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )


def test_beat_rings_and_a_worker_sends_once(start, ana, mail_sink):
    start()

    tasks.send_digests.delay()
    wait_until(lambda: mail_sink.arrived and state_of(ana) == "sent")
    for _ in range(3):
        tasks.send_digests.delay()
        tasks.ring_waiting.delay()
    tasks.deliver_digest.delay(DigestDelivery.objects.get().pk)
    sweep()

    assert len(mail_sink.arrived) == 1
    assert DigestDelivery.objects.get().attempt == 1


def test_a_worker_killed_between_composing_and_sending_is_made_good_by_the_next(
    start, ana, mail_sink
):
    mail_sink.script("greeting", HOLD)
    worker = start()
    tasks.send_digests.delay()
    mail_sink.wait_held("greeting")
    assert state_of(ana) == "composed"
    words = Digest.objects.get().text
    worker.kill()
    mail_sink.release()

    assert send(timezone.now()) == {"already": 1}  # the lease has not ended
    let_leases_end()
    assert send(timezone.now()) == {"due": 1, "sent": 1}

    assert len(mail_sink.arrived) == 1
    delivery = DigestDelivery.objects.get()
    assert delivery.attempt == 2
    assert Digest.objects.get().text == words
    assert DigestItem.objects.count() == 1


def test_a_worker_killed_after_the_dot_leaves_a_doubt_and_no_second_mail(
    start, ana, mail_sink
):
    mail_sink.script("dot", HOLD)
    worker = start()
    tasks.send_digests.delay()
    mail_sink.wait_held("dot")
    assert state_of(ana) == "sending"
    worker.kill()
    mail_sink.release()

    let_leases_end()
    for _ in range(10):
        assert send(timezone.now()) == {"already": 1}

    assert len(mail_sink.arrived) == 1
    assert state_of(ana) == "unknown"


def sweep() -> None:
    """Ask for one more sweep and return when the worker has done all before it."""
    begun = timezone.now()
    tasks.send_digests.delay()
    wait_until(BeatTick.objects.filter(name=TICK, at__gt=begun).exists)


def test_an_answer_that_was_read_but_not_recorded_leaves_a_doubt(start, ana, mail_sink):
    mail_sink.script("dot", HOLD)
    worker = start()
    tasks.send_digests.delay()
    mail_sink.wait_held("dot")
    with transaction.atomic():
        DigestDelivery.objects.select_for_update().get()
        mail_sink.release()
        wait_until(lambda: waiting_for_rows() == 1)
        worker.kill()

    let_leases_end()
    assert send(timezone.now()) == {"already": 1}
    assert state_of(ana) == "unknown"
    assert len(mail_sink.arrived) == 1


def waiting_for_rows() -> int:
    """Return how many other sessions wait for a lock, whatever we saw before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        )
        return cursor.fetchone()[0]


def test_a_worker_that_slept_past_its_lease_sends_nothing(start, ana, mail_sink):
    mail_sink.script("rcpt", HOLD)
    sleeper = start()
    tasks.send_digests.delay()
    mail_sink.wait_held("rcpt")
    sleeper.freeze()
    let_leases_end()
    assert send(timezone.now()) == {"due": 1, "sent": 1}
    mail_sink.release()
    sleeper.thaw()
    wait_until(lambda: re.search(r"deliver_digest: succeeded", sleeper.log))

    assert len(mail_sink.arrived) == 1
    delivery = DigestDelivery.objects.get()
    assert (delivery.state, delivery.attempt) == ("sent", 2)


def test_two_at_the_same_delivery_send_one_mail(real_database, mail_sink):
    reader = make_due_reader("Ana Lindqvist")
    (number,) = open_due(at=timezone.now()).waiting
    results: list[str | None] = []

    def work() -> None:
        post = Post()
        results.append(deliver(delivery_id=number, at=timezone.now(), post=post))
        post.close()
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    with transaction.atomic():  # both read it as due, then both wait to claim it
        DigestDelivery.objects.filter(pk=number).update(attempt=F("attempt"))
        for worker in workers:
            worker.start()
        wait_until(lambda: waiting_for_rows() == 2)
    for worker in workers:
        worker.join()

    assert set(results) == {None, "sent"}
    assert len(mail_sink.mails_to(reader.email)) == 1
    assert DigestDelivery.objects.get().attempt == 1


def test_an_emptied_broker_costs_time_only(start, mail_sink, own_broker):
    readers = [make_due_reader(f"Reader{n} Invented") for n in range(30)]
    tasks.send_digests()  # rings, and nobody is there to hear it
    with redis.Redis.from_url(own_broker) as client:
        assert client.dbsize()
        client.flushdb()

    start()
    tasks.ring_waiting.delay()
    wait_until(lambda: len(mail_sink.arrived) >= 30)
    sweep()

    assert sorted(mail.recipients[0] for mail in mail_sink.arrived) == sorted(
        reader.email for reader in readers
    )
    assert mail_sink.connections == 1


def test_a_broker_that_is_down_keeps_digests_waiting_not_failing(
    real_database, mail_sink, settings
):
    ana = make_due_reader("Ana Lindqvist")
    app = tasks.send_digests.app
    before = app.conf.broker_url
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    app._after_fork()  # forget connections to the broker that works
    try:
        tasks.send_digests()
    finally:
        app.conf.broker_url = before
        app._after_fork()

    assert state_of(ana) == "due"
    assert Follow.objects.count() == 1
    connections.close_all()
