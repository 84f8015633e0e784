"""Telling auditors the anchor of each day, where nobody of the house can change it."""

import logging
import smtplib
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string

from accounts.audit import anchors
from accounts.audit.actions import Action
from accounts.audit.anchors import Anchor
from accounts.audit.record import record
from accounts.capabilities import Capability, roles_with
from accounts.models import AnchorMail, User

log = logging.getLogger(__name__)
# With these the mail server says that it did not take the mail.
_REFUSALS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPSenderRefused,
    smtplib.SMTPDataError,
)
# A mail that has begun and not ended for so long has met an accident.
_PATIENCE = timedelta(minutes=10)


def tell_auditors(*, at: datetime) -> int:
    """Mail the anchor of the day to each auditor once; return how many mails went.

    A row of the database is the promise of one mail: whoever marks it sends it. What
    the mail server did not take waits for the next call, with the anchor it had.
    """
    _promise(at.astimezone(ZoneInfo(settings.TIME_ZONE)).date())
    waiting = AnchorMail.objects.filter(
        sent_at=None, started_at=None, address__in=_addresses()
    )
    numbers = waiting.order_by("day", "pk").values_list("pk", flat=True)
    return sum(_send(number, at) for number in list(numbers))


def _promise(day: date) -> None:
    told = AnchorMail.objects.filter(day=day).values_list("address", flat=True)
    untold = _addresses() - set(told)
    if not untold:
        return
    anchor = anchors.current()
    AnchorMail.objects.bulk_create(
        [
            AnchorMail(
                day=day,
                address=address,
                seq=anchor.seq,
                hash=anchor.hash,
                at=anchor.at,
            )
            for address in sorted(untold)
        ],
        ignore_conflicts=True,
    )


def _addresses() -> set[str]:
    """Those who read the log now, and whom the operator named."""
    roles = roles_with(Capability.READ_LOG)
    auditors = User.objects.filter(is_active=True, role__in=roles)
    return {*auditors.values_list("email", flat=True), *settings.AUDITOR_EMAIL}


def _send(number: int, at: datetime) -> bool:
    """Send one mail at most once, whatever dies meanwhile; tell whether it went.

    That it begins is written down before the mail server hears of it. Without an end
    beside it nobody can know, and it is not sent again (`uncertain_mails`).
    """
    begun = AnchorMail.objects.filter(pk=number, sent_at=None, started_at=None)
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _note_failure(begun, error, at)
        return False
    try:
        if not begun.update(started_at=at):
            return False
        mail = AnchorMail.objects.get(pk=number)
        try:
            connection.send_messages([_message(mail)])
        except _REFUSALS as error:
            # The server said no, so it will not deliver it.
            _note_failure(AnchorMail.objects.filter(pk=number), error, at)
            return False
        except (OSError, smtplib.SMTPException) as error:
            log.warning("an anchor may have gone: %s", type(error).__name__)
            return False
        with transaction.atomic():
            AnchorMail.objects.filter(pk=number).update(sent_at=at)
            record(
                action=Action.AUDIT_ANCHOR_TOLD, actor=None, after={"entry": mail.seq}
            )
    finally:
        connection.close()
    return True


def _note_failure(rows: QuerySet[AnchorMail], error: Exception, at: datetime) -> None:
    """Let the mail wait for the next round: certainly nobody got it."""
    log.warning("an anchor could not be mailed: %s", type(error).__name__)
    rows.update(failed_at=at, started_at=None)


def uncertain_mails(*, at: datetime) -> list[AnchorMail]:
    """Return the mails of which nobody knows whether they went, the newest first."""
    begun = AnchorMail.objects.filter(sent_at=None, started_at__lt=at - _PATIENCE)
    return list(begun.order_by("-day", "address")[:20])


def _message(mail: AnchorMail) -> EmailMessage:
    anchor = Anchor(mail.seq, mail.hash, mail.at)
    text = render_to_string(
        "accounts/mail/anchor.txt",
        {"anchor": str(anchor), "day": mail.day, "site": settings.BASE_URL},
    )
    # The same name each time, so that a mail sent twice is seen to be one.
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return EmailMessage(
        f"Tracker: anchor of the audit log, {mail.day:%Y-%m-%d}",
        text.strip() + "\n",
        to=[mail.address],
        headers={"Message-ID": f"<anchor-{mail.day:%Y-%m-%d}-{mail.pk}@{host}>"},
    )
