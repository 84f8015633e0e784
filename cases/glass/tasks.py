"""Telling keepers by mail that the glass of their file was broken."""

import smtplib

from celery import shared_task

from cases.glass.mails import send_keeper_mail
from cases.models import CaseAlert


@shared_task(
    autoretry_for=(OSError, smtplib.SMTPException),
    retry_backoff=5,
    retry_jitter=True,
    max_retries=5,
)
def mail_keeper(alert_id: int) -> None:
    """Send one mail; a second run sends it twice at worst, which harms nobody."""
    alert = CaseAlert.objects.select_related("user").filter(pk=alert_id).first()
    if alert is not None and alert.user.is_active:
        send_keeper_mail(alert=alert)
