"""The mail about a broken glass: it names no file, no person and no reason."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from cases.models import CaseAlert

SUBJECT = "Tracker: one of your case files may be read by an administrator"


def send_keeper_mail(*, alert: CaseAlert) -> None:
    """Tell a lead or keeper to sign in and look.

    Raises `OSError` or `smtplib.SMTPException` when the mail server does not take it.
    """
    context = {"user": alert.user, "site": settings.BASE_URL}
    text = render_to_string("cases/glass/mail.txt", context)
    EmailMessage(SUBJECT, text.strip() + "\n", to=[alert.user.email]).send()
