"""Telling auditors the anchor of each day, where nobody of the house can change it."""

import logging
import smtplib
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from accounts.audit import anchors
from accounts.audit.actions import Action
from accounts.audit.anchors import Anchor
from accounts.audit.record import record
from accounts.capabilities import Capability, roles_with
from accounts.models import AnchorMail, User

log = logging.getLogger(__name__)


def tell_auditors(*, at: datetime) -> int:
    """Mail the anchor of the day to each auditor once; return how many mails went.

    A row of the database is the promise of one mail: whoever holds it sends it. What
    the mail server did not take waits for the next call, with the anchor it had.
    """
    _promise(at.astimezone(ZoneInfo(settings.TIME_ZONE)).date())
    waiting = AnchorMail.objects.filter(sent_at=None, address__in=_addresses())
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
    with transaction.atomic():
        mail = (
            AnchorMail.objects.select_for_update(skip_locked=True)
            .filter(pk=number, sent_at=None)
            .first()
        )
        if mail is None:
            return False
        try:
            _message(mail).send()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("an anchor could not be mailed: %s", type(error).__name__)
            mail.failed_at = at
            mail.save(update_fields=["failed_at"])
            return False
        mail.sent_at = at
        mail.save(update_fields=["sent_at"])
        record(action=Action.AUDIT_ANCHOR_TOLD, actor=None, after={"entry": mail.seq})
    return True


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
