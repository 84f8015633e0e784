"""The mail that a composed delivery becomes."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.crypto import salted_hmac

from cases.digests.stop_link import stop_address, token_for, with_address
from cases.models import DigestDelivery


def message_id(delivery: DigestDelivery) -> str:
    """Return the Message-ID: the same on every attempt, and it tells nothing."""
    digest = salted_hmac("cases.digests.message", str(delivery.pk), algorithm="sha256")
    return f"<{digest.hexdigest()[:32]}@{_host()}>"


class _Mail(EmailMultiAlternatives):
    """Keeps each header on one line: folding would leave the first line of a long
    address empty, which some mail programs do not read.
    """

    def message(self, **kwargs: Any) -> Any:
        built = super().message(**kwargs)
        built.policy = built.policy.clone(max_line_length=998)
        return built


def message(delivery: DigestDelivery) -> EmailMultiAlternatives:
    """Return the mail of a composed delivery, to one recipient."""
    digest = delivery.digest
    setting = digest.reader.digest_setting
    mail = _Mail(
        subject=digest.subject,
        body=with_address(digest.text, setting),
        to=[digest.reader.email],
        headers={
            "Message-ID": message_id(delivery),
            # RFC 8058: a mail program may stop the digest with one POST.
            "List-Unsubscribe": f"<{stop_address(token_for(setting))}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<digest.{_host()}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(with_address(digest.html, setting), "text/html")
    return mail


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
