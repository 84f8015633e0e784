"""Opens the digests whose time has come and sends what waits."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from cases.choices import DeliveryState as State
from cases.digests import states
from cases.digests.compose import digest_key
from cases.digests.deliver import deliver
from cases.digests.gather import gather
from cases.digests.leaving import end_for_leavers
from cases.digests.periods import Period, period_at, zone_of
from cases.digests.rights import may_get_mail
from cases.digests.wire import Post
from cases.models import BeatTick, Digest, DigestDelivery, DigestSetting

TICK = "send_digests"
# So many are rung for at once; the next sweep rings for the rest.
MOST_RUNG = 500
_CHUNK = 1000


@dataclass(slots=True)
class Counts:
    """What became of the digests due at a time, as `send_digests --json` tells it.

    `failed` are those that could not be sent now; `retry` of them will be tried again.
    `would_send` is for a dry run, which sends nothing.
    """

    due: int = 0
    sent: int = 0
    empty: int = 0
    already: int = 0
    failed: int = 0
    unknown: int = 0
    retry: int = 0
    would_send: int = 0

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def period_of(setting: DigestSetting, at: datetime) -> Period:
    """Return the period that the reader of `setting` is in."""
    zone = zone_of(setting.reader.time_zone)
    return period_at(rhythm=setting.rhythm, hour=setting.hour, zone=zone, at=at)


@dataclass(frozen=True, slots=True)
class Opened:
    """Deliveries that may be sent, the oldest first, and how many readers of this
    period have nothing to wait for.
    """

    waiting: list[int]
    already: int


def open_due(*, at: datetime) -> Opened:
    """Open a digest for every reader whose period has begun.

    What may be sent are new ones, ones whose retry has come, and ones whose worker is
    gone.
    """
    states.recover()
    end_for_leavers(at=at)
    before: set[int] = set()
    for chunk in _chunks(_begun(at)):
        before.update(_known(chunk).values())
        _open(chunk, at)
    waiting = list(states.waiting(at).values_list("pk", flat=True))
    return Opened(waiting, already=len(before.difference(waiting)))


def waiting_now(*, at: datetime) -> list[int]:
    """Return deliveries that wait for a worker, after dealing with lapsed leases."""
    states.recover()
    return list(states.waiting(at).values_list("pk", flat=True)[:MOST_RUNG])


def send_due(*, at: datetime) -> Counts:
    """Compose and send every digest due at `at`, here and now, over one connection."""
    opened = open_due(at=at)
    counts = Counts(due=len(opened.waiting), already=opened.already)
    post = Post()
    results: Counter[State | None] = Counter()
    try:
        for number in opened.waiting:
            results[deliver(delivery_id=number, at=at, post=post)] += 1
    finally:
        post.close()
    counts.due -= results[None]  # a worker was quicker
    counts.already += results[None]
    counts.sent = results[State.SENT]
    counts.empty = results[State.EMPTY]
    counts.retry = results[State.RETRY]
    counts.failed = counts.retry + results[State.REFUSED] + results[State.FAILED]
    counts.unknown = results[State.UNKNOWN]
    return counts


def look_ahead(*, at: datetime) -> Counts:
    """Say what `send_due` would do at `at`, without writing or sending anything."""
    counts = Counts()
    for chunk in _chunks(_begun(at)):
        known = _known(chunk)
        for setting, period in chunk:
            if (setting.reader_id, period.label) in known:
                counts.already += 1
            elif gather(setting=setting, at=at).is_empty:
                counts.empty += 1
            else:
                counts.would_send += 1
    counts.due = counts.empty + counts.would_send
    again = states.waiting(at).count()
    counts.due, counts.would_send = counts.due + again, counts.would_send + again
    return counts


def note_tick(*, at: datetime) -> None:
    """Leave a sign that digests start by themselves."""
    BeatTick.objects.update_or_create(name=TICK, defaults={"at": at})


def _begun(at: datetime) -> Iterator[tuple[DigestSetting, Period]]:
    """Yield the readers who want digests, with the period they are in."""
    wanted = DigestSetting.objects.filter(
        stopped_at=None, refused_at=None, reader__is_active=True
    )
    for setting in wanted.select_related("reader").order_by("pk").iterator(_CHUNK):
        period = period_of(setting, at)
        if period.begins >= setting.since and may_get_mail(setting):
            yield setting, period


def _open(chunk: list[tuple[DigestSetting, Period]], at: datetime) -> None:
    """Add digests and deliveries that are not there; two at once add one."""
    known = _known(chunk)
    missing = [
        Digest(
            key=digest_key(setting, period.label),
            reader_id=setting.reader_id,
            period=period.label,
            created_at=at,
        )
        for setting, period in chunk
        if (setting.reader_id, period.label) not in known
    ]
    with transaction.atomic():
        Digest.objects.bulk_create(missing, ignore_conflicts=True)
        bare = Digest.objects.filter(
            reader__in=[setting.reader_id for setting, _ in chunk], delivery=None
        )
        DigestDelivery.objects.bulk_create(
            [DigestDelivery(digest=digest) for digest in bare], ignore_conflicts=True
        )


def _known(chunk: list[tuple[DigestSetting, Period]]) -> dict[tuple[int, str], int]:
    """Return the deliveries that are there already, by reader and period."""
    rows = DigestDelivery.objects.filter(
        digest__reader__in=[setting.reader_id for setting, _ in chunk],
        digest__period__in={period.label for _, period in chunk},
    ).values_list("digest__reader", "digest__period", "pk")
    wanted = {(setting.reader_id, period.label) for setting, period in chunk}
    return {
        (reader, label): pk for reader, label, pk in rows if (reader, label) in wanted
    }


def _chunks(
    pairs: Iterator[tuple[DigestSetting, Period]],
) -> Iterator[list[tuple[DigestSetting, Period]]]:
    while chunk := list(islice(pairs, _CHUNK)):
        yield chunk
