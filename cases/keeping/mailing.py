"""Tells people by mail that a warning waits for them. The mail names nothing."""

import logging
import smtplib
from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from cases.choices import ExpiryState
from cases.keeping.planning import warned_people
from cases.models import Expiry, ExpiryWarning, Restoration

log = logging.getLogger(__name__)
_SUBJECT = "Tracker: something will expire"


def mail_warnings(*, at: datetime) -> int:
    """Send one mail to each person whom a fresh warning concerns; return how many.

    A warning is marked before its mail goes: a mail that fails is not repeated, since
    the warning stands on Today until it is answered. While mail is held after a
    restore, none goes.
    """
    if Restoration.objects.filter(mail_released_at=None).exists():
        return 0
    fresh = ExpiryWarning.objects.filter(
        mailed_at=None, acknowledged_at=None, expiry__state=ExpiryState.AHEAD
    )
    by_reader: dict[User, int] = defaultdict(int)
    for expiry in Expiry.objects.filter(warnings__in=fresh).distinct():
        taken = fresh.filter(expiry=expiry).update(mailed_at=at)
        for user in warned_people(expiry) if taken else ():
            by_reader[user] += 1
    return sum(_send(user, count) for user, count in by_reader.items())


def _send(user: User, count: int) -> bool:
    text = render_to_string(
        "cases/keeping/mail/warning.txt",
        {"count": count, "link": settings.BASE_URL + reverse("today")},
    )
    try:
        EmailMessage(_SUBJECT, text, to=[user.email]).send()
    except (OSError, smtplib.SMTPException):
        log.exception("No mail about a warning to user %s", user.pk)
        return False
    return True
