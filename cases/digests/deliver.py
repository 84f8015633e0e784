"""Takes one delivery as far as it will go: claimed, composed, sent.

The words are frozen when they are composed. Rights are looked at once more when the
mail server has accepted the recipient, the last moment at which nothing has left the
house; if they changed, the digest is composed anew.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from cases.choices import DeliveryState as State
from cases.digests import states
from cases.digests.compose import Mail, write
from cases.digests.gather import Gathered, gather
from cases.digests.message import message, message_id
from cases.digests.rights import may_be_told, may_get_mail
from cases.digests.table import PAUSES, UNTOLD, Answer, is_dead_address, outcome
from cases.digests.wire import Post
from cases.models import Digest, DigestDelivery, DigestItem, DigestSetting

_BATCH = 1000
# Rights that change at every look are looked at again by the next sweep.
_ROUNDS = 3


class RightsChanged(Exception):
    """The reader may no longer be told what was composed; nothing was sent."""


def deliver(*, delivery_id: int, at: datetime, post: Post) -> State | None:
    """Send one digest if it is there to be sent; return the state it came to.

    None: it is not due, or somebody else has it. Running it again repeats nothing.
    """
    for _ in range(_ROUNDS):
        delivery = states.claim(delivery_id, at=at)
        if delivery is None:
            return None
        try:
            if not compose(delivery, at=at):
                return State.EMPTY
            answer = post.send(message(delivery), before_body=partial(begin, delivery))
            return settle(delivery, answer, at=at)
        except RightsChanged:
            continue
        except states.Fenced:
            return None
    return None


def compose(delivery: DigestDelivery, *, at: datetime) -> bool:
    """Freeze what a claimed delivery will say; False if there is nothing to say.

    Items and words are stored together. Words of an earlier attempt are kept while the
    reader may still be told them.
    """
    digest = delivery.digest
    with transaction.atomic():
        # One composer a reader: two digests at once would both take the same events.
        setting = (
            DigestSetting.objects.select_for_update(of=("self",))
            .select_related("reader")
            .get(reader=digest.reader_id)
        )
        if digest.text and may_be_told(digest, setting):
            states.move(delivery, State.COMPOSED)
            return True
        digest.items.all().delete()
        gathered = gather(setting=setting, at=at) if may_get_mail(setting) else None
        digest.composed_at = at
        if gathered is None or gathered.is_empty:
            digest.subject = digest.text = digest.html = ""
            digest.save(update_fields=["composed_at", "subject", "text", "html"])
            states.move(delivery, State.EMPTY, lease_until=None)
            return False
        mail = write(setting=setting, gathered=gathered, period=digest.period)
        _store_items(digest, gathered, mail)
        digest.subject, digest.text, digest.html = mail.subject, mail.text, mail.html
        digest.save(update_fields=["composed_at", "subject", "text", "html"])
        states.move(delivery, State.COMPOSED, message_id=message_id(delivery))
    return True


def begin(delivery: DigestDelivery) -> None:
    """Note that the body goes out now. From here on the mail is not repeated.

    Raises `RightsChanged`, or `Fenced` if somebody else has claimed the delivery.
    """
    setting = DigestSetting.objects.select_related("reader").get(
        reader=delivery.digest.reader_id
    )
    if not may_be_told(delivery.digest, setting):
        states.move(delivery, State.DUE, lease_until=None)
        raise RightsChanged
    states.move(delivery, State.SENDING, lease_until=Now() + states.SENDING_LEASE)


def settle(delivery: DigestDelivery, answer: Answer, *, at: datetime) -> State:
    """Record what the mail server said and return the state it leads to."""
    to = outcome(answer, tries=delivery.tries)
    said = f"{answer.code or 'No answer'} {answer.step.value}: {answer.text}"
    values: dict[str, Any] = {
        "answer": said[:1000],
        "lease_until": None,
        "retry_at": None,
    }
    if to == State.SENT:
        values["sent_at"] = at
    elif to == State.RETRY:
        values["retry_at"] = at + PAUSES[delivery.tries]
        values["tries"] = delivery.tries + 1
    with transaction.atomic():
        states.move(delivery, to, late=delivery.state == State.SENDING, **values)
        if to == State.SENT:
            _note_sent(delivery.digest, delivery.digest.reader)
        if to == State.REFUSED:
            _note_refusal(delivery.digest.reader, answer, at)
        if to in UNTOLD:
            delivery.digest.items.all().delete()
    return to


def _store_items(digest: Digest, gathered: Gathered, mail: Mail) -> None:
    rows: Iterable[DigestItem] = (
        DigestItem(
            digest=digest,
            reader_id=digest.reader_id,
            follow=follow,
            is_named=(event.source, event.pk) in mail.named,
            **{f"{event.source}_id": event.pk},
        )
        for follow, events in gathered.by_follow
        for event in events
    )
    notes = (
        DigestItem(digest=digest, reader_id=digest.reader_id, note_id=note.pk)
        for note in gathered.notes
    )
    for batch in (rows, notes):
        DigestItem.objects.bulk_create(batch, batch_size=_BATCH)


def _note_sent(digest: Digest, reader: User) -> None:
    DigestSetting.objects.filter(reader=reader).update(refusals=0)
    record(
        action=Action.DIGEST_SENT,
        actor=reader,
        target=digest,
        after={"period": digest.period, "events": digest.items.count()},
    )


def _note_refusal(reader: User, answer: Answer, at: datetime) -> None:
    settings_of = DigestSetting.objects.filter(reader=reader)
    settings_of.update(refusals=F("refusals") + 1)
    refusals = settings_of.values_list("refusals", flat=True).get()
    if is_dead_address(answer, refusals=refusals):
        settings_of.update(refused_at=at)
