"""Sealing the secrets of second factors anew, after `FIELD_KEY` got another key."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.sealing import seal, unseal

_SEALED = ("secret", "seed")


def reseal_factors() -> int:
    """Seal every secret with the first key of `FIELD_KEY`; return how many there were.

    All or none. Raises `accounts.sealing.CannotOpen` if a key is missing that sealed
    one of them.
    """
    count = 0
    with transaction.atomic():
        for factor in Authenticator.objects.select_for_update().order_by("pk"):
            held = [name for name in _SEALED if name in factor.data]
            for name in held:
                factor.data[name] = seal(unseal(factor.data[name]))
            if held:
                factor.save(update_fields=["data"])
                count += 1
    return count
