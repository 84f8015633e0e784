"""Mails about accounts, sent by the worker."""

import smtplib
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from accounts.audit import anchors, telling
from accounts.mails import AccountMail, send_account_mail
from accounts.models import User


@shared_task(
    autoretry_for=(OSError, smtplib.SMTPException),
    retry_backoff=5,
    retry_jitter=True,
    max_retries=5,
)
def mail_account(user_id: int, mail: str, at: str) -> None:
    """Send one mail; a second run sends it twice at worst, with a fresh link.

    `user_id` 0 is nobody: the page for lost passwords rings in either case, so that an
    unknown address costs the same time as a known one.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        send_account_mail(
            user=user, mail=AccountMail(mail), at=datetime.fromisoformat(at)
        )


@shared_task
def tell_auditors() -> None:
    """Mail the day's anchor. Twice: each address gets it once a day."""
    telling.tell_auditors(at=timezone.now())


@shared_task
def note_anchor() -> None:
    """Write the anchor to the server's own log. Twice: the same line twice."""
    anchors.log_current()
