"""How the library of second factors behaves here."""

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http.request import split_domain_port

from accounts.models import User
from accounts.sealing import seal, unseal

NAME = "Red Notice Tracker"


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed with a key that is not in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": (
            "This code does not fit. Each code is good once and for a minute or so: "
            "wait for the next one, and check that the clock of your phone is right."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys hold for the host name that was asked, one of `ALLOWED_HOSTS`."""
        return {"id": split_domain_port(context.request.get_host())[0], "name": NAME}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return a name for a passkey that its owner gave none."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}"
