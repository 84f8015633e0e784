"""Who asks, by the token in the header of a request to the API."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.choices import Scope
from accounts.models import ApiToken, User
from accounts.tokens.services import hash_of, note_use

_SCHEME = b"bearer"


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer …`: the owner of the token, with the rights of now.

    A token that is unknown, expired or revoked, or whose owner has left, gets one and
    the same answer. Without the header the next way of signing in is asked.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, *rest = get_authorization_header(request).split() or [b""]
        if scheme.lower() != _SCHEME:
            return None
        secret = rest[0].decode(errors="replace") if len(rest) == 1 else ""
        at = timezone.now()
        token = (
            ApiToken.objects.live(at)
            .select_related("owner")
            .filter(hash=hash_of(secret))
            .first()
        )
        if token is None or not token.owner.can(Capability.MAKE_TOKENS):
            raise AuthenticationFailed("This token opens nothing.")
        note_use(token=token, at=at)
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="tracker"'


class InScope(BasePermission):
    """A token opens only its scopes; who is signed in otherwise needs none.

    A view says its scope as `scope`; one without opens to every token.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        scope: Scope | None = getattr(view, "scope", None)
        if scope is None or not isinstance(request.auth, ApiToken):
            return True
        self.message = f"This token lacks the scope {scope.value}."
        return scope.value in request.auth.scopes
