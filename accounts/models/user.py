"""The people who use the app."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.capabilities import (
    NEEDS_EXPORT_RIGHT,
    Capability,
    capabilities_of,
)
from accounts.choices import Role, Theme
from accounts.validators import plain_line


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are kept in lower case."""

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Someone who signs in with an e-mail address and has one role."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=120, validators=[plain_line])
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    # Off until an administrator allows it, whatever the role.
    may_export = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    # Whether a single key does something on a page.
    single_keys = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    # Sessions from before this moment are no longer valid.
    sessions_ended_at = models.DateTimeField(null=True, blank=True)
    # When the account was closed last. What the person kept up by then (follows,
    # digests, tokens) stays ended even if the account is opened again.
    left_at = models.DateTimeField(null=True, blank=True)
    # The administrator who alone gave the account its role, its address or its access,
    # and when. Empty: two of them did, or the operator at the terminal.
    vouched_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    vouched_at = models.DateTimeField(null=True, blank=True)
    # Closed since a backup was restored, until an administrator opens it again.
    held_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_once_any_case"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="user_role_known"
            ),
            models.CheckConstraint(
                condition=Q(held_at=None) | Q(is_active=False),
                name="user_held_is_closed",
            ),
        )
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split()[0] if self.name else self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind each session to the password and to when all were ended last."""
        ended = self.sessions_ended_at.isoformat() if self.sessions_ended_at else ""
        return salted_hmac(
            "accounts.User.session",
            f"{self.password}|{ended}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def can(self, capability: Capability) -> bool:
        """Tell whether the user is active and holds `capability`.

        It comes with the role; to export takes a right of one's own besides.
        """
        if capability in NEEDS_EXPORT_RIGHT and not self.may_export:
            return False
        return self.is_active and capability in capabilities_of(self.role)
