"""Codes from an app and recovery codes: each is good once."""

from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django import forms
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.mails import AccountMail
from accounts.models import User
from accounts.sealing import unseal
from accounts.signing_in import limits
from accounts.tasks import mail_account

WITH_CODES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
LABEL = "Code"
HINT = "Six digits from your app, or one of your recovery codes."


class CodeForm(forms.Form):
    """A code that somebody reads from their app or from their paper."""

    code = forms.CharField(
        label=LABEL,
        help_text=HINT,
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )


class SignInCodeForm(AuthenticateForm):
    """The second step of a sign-in; five wrong codes end it, not the account."""

    is_over = False
    authenticator: Authenticator

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeForm().fields["code"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        tries = limits.session_tries(context.request)
        counted = limits.code_try(context.request, email=self.user.email)
        if tries > limits.CODE_BY_SESSION.most or not counted.allowed:
            self.is_over = True
            raise forms.ValidationError("Too many wrong codes.")
        found = use_code(user=self.user, code=code)
        if found is None:
            self._failed(tries)
            raise get_adapter().validation_error("incorrect_code")
        counted.give_back()
        self.authenticator = found
        return code

    def _failed(self, tries: int) -> None:
        record(action=Action.FACTOR_FAILED, actor=None, target=self.user)
        if tries >= limits.CODE_BY_SESSION.most:
            self.is_over = True
            mail_about(self.user, AccountMail.CODES_FAILED)


def use_code(*, user: User, code: str) -> Authenticator | None:
    """Return the factor of `user` that `code` fits and use the code up; else None.

    The rows are locked before anything is compared: of a hundred tries with the same
    code at the same moment one succeeds.
    """
    with transaction.atomic():
        factors = Authenticator.objects.select_for_update().filter(
            user=user, type__in=WITH_CODES
        )
        for factor in factors.order_by("pk"):
            if factor.type == Authenticator.Type.TOTP:
                fits = _use_app_code(factor, code)
            else:
                fits = factor.wrap().validate_code(code)
            if fits:
                factor.refresh_from_db()
                factor.user = user
                _record_recovery(user, factor)
                return factor
    return None


def _use_app_code(factor: Authenticator, code: str) -> bool:
    """RFC 6238, 5.2: a time step counts once, so no earlier or equal one again."""
    secret = unseal(factor.data["secret"])
    for step in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if compare_user_code(actual=code, expected=expected):
            if step <= factor.data.get("last_step", 0):
                return False
            factor.data["last_step"] = step
            factor.save(update_fields=["data"])
            return True
    return False


def _record_recovery(user: User, factor: Authenticator) -> None:
    if factor.type == Authenticator.Type.RECOVERY_CODES:
        left = len(factor.wrap().get_unused_codes())
        record(
            action=Action.RECOVERY_CODE_USED,
            actor=user,
            target=user,
            after={"codes left": left},
        )


def mail_about(user: User, mail: AccountMail) -> bool:
    """Ask the worker to mail `user`; False if the broker is away.

    What the mail is about stands either way.
    """
    try:
        mail_account.delay(user.pk, mail.value, timezone.now().isoformat())
    except OperationalError:
        return False
    return True
