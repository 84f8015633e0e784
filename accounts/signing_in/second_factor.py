"""The second step of signing in, and signing in with a passkey alone."""

import json
from typing import Any

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.audit.actions import Action
from accounts.audit.record import record


class SecondStep(AuthenticateView):
    """Asks for a code or a passkey after the password."""

    template_name = "account/second_factor.html"

    def form_invalid(self, form: Form) -> HttpResponse:
        """Ask again; after the fifth wrong code ask for the password anew."""
        if getattr(form, "is_over", False):
            messages.error(
                self.request,
                "Too many wrong codes, so this sign-in was ended. Your account is not "
                "locked: sign in again in a while, or with a passkey.",
            )
            response: HttpResponse = self.stage.abort()
            return response
        return self.render_to_response(self.get_context_data(), status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = context.get("js_data", {}).get("request_options", {})
        allowed = options.get("publicKey", {}).get("allowCredentials")
        return context | {
            "options": json.dumps(options) if allowed else "",
            "user_email": self.stage.login.user.email,
        }


class PasskeySignIn(LoginWebAuthnView):
    """Signs somebody in by a passkey; the page of the password holds its button."""

    def form_invalid(self, form: Form) -> HttpResponse:
        record(action=Action.SIGN_IN_FAILED, actor=None)
        messages.error(
            self.request,
            "This passkey opens no account here. Sign in with your password, or with "
            "another passkey.",
        )
        form.errors.clear()
        response: HttpResponse = super().form_invalid(form)
        return response


def _closed_to_other_methods(view: Any) -> Any:
    return require_http_methods(["GET", "HEAD", "POST"])(view)


second_step = _closed_to_other_methods(SecondStep.as_view())
passkey_sign_in = _closed_to_other_methods(PasskeySignIn.as_view())
