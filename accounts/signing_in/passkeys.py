"""What a browser sends of a passkey: read with care, for anybody can send anything."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms

from accounts.validators import plain_line

# What the libraries raise for texts that are no answer of a device.
_CROOKED = (
    *(AttributeError, LookupError, TypeError, ValueError),
    *(InvalidSignature, struct.error),
)


@contextmanager
def _read_with_care() -> Iterator[None]:
    """Turn whatever is wrong with an answer into one error of the form."""
    try:
        yield
    except _CROOKED:
        raise get_adapter().validation_error("incorrect_code") from None


class _Careful:
    def clean_credential(self) -> Authenticator:
        with _read_with_care():
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        return found


class SecondStepPasskeyForm(_Careful, AuthenticateWebAuthnForm):
    """After the password."""


class SignInPasskeyForm(_Careful, LoginWebAuthnForm):
    """In place of the password."""


class ProofPasskeyForm(_Careful, ReauthenticateWebAuthnForm):
    """Before an act of weight."""


class PasskeyForm(AddWebAuthnForm):
    """What the browser made, under a name that its owner knows it by."""

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=60,
        validators=[plain_line],
        help_text="So that you know it again, such as: key ring, work phone.",
    )

    def clean(self) -> dict[str, Any]:
        """A passkey opens the account alone, so the device has to ask who holds it."""
        self.cleaned_data["passwordless"] = True
        with _read_with_care():
            cleaned: dict[str, Any] = super().clean()
        return cleaned
