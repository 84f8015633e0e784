"""The address that stops a digest without signing in.

It is made of the random key of the reader's setting and a signature for this one
purpose (`django.core.signing`, HMAC-SHA256 with `SECRET_KEY`; `SECRET_KEY_FALLBACKS`
keep old mails working). The database holds only the key: who copies it cannot make the
address, and nothing in it tells who the reader is. A new key makes old addresses void.

Stored digests carry `PLACEHOLDER` instead; the address is put in as the mail goes out.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from cases.models import DigestSetting

PLACEHOLDER = "TOKEN"
_signer = Signer(sep=".", salt="cases.digests.stop")


def token_for(setting: DigestSetting) -> str:
    return _signer.sign(setting.key)


def setting_of(token: str) -> DigestSetting | None:
    """Return the setting that `token` stops, None for a token that we did not make."""
    try:
        key = _signer.unsign(token)
    except BadSignature:
        return None
    return DigestSetting.objects.select_related("reader").filter(key=key).first()


def stop_address(token: str) -> str:
    return settings.BASE_URL + reverse("unsubscribe", args=[token])


def with_address(text: str, setting: DigestSetting) -> str:
    """Return the stored `text` of a digest as it goes out to the reader."""
    return text.replace(stop_address(PLACEHOLDER), stop_address(token_for(setting)))
