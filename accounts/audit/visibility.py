"""Who may read which entry of the log. Everything fails closed."""

from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Value

from accounts.capabilities import Capability
from accounts.choices import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

USERS = "accounts.user"
# Words of counsel's notes; their key stands in the text only if it is a key.
_COUNSEL_ONLY = '"counsel_only":true'


class AuditQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Entries that `user` may read in words (`design/security.md`, section 3).

        - About log-ins, users and settings: one's own; all for an administrator.
        - About a case file and all that belongs to it: while the file names the reader;
          one's own acts while one sees the file.
        - About any other object, and about those of a file that have to look the same
          whether or not there is such a file (their models say `audit_by_itself`): only
          while `visible_to(user)` of its own model shows the object, so that a walled
          file leaves no trace here either.
        - Without the right to verify the log: only one's own acts.
        - An auditor reads what every colleague could: what a reviewer whom nobody named
          anywhere would see. The rest is there by its hash (`with_hashes_for`).

        The rules are those of the objects' models, looked up by their names: this layer
        need not know the models above it, and one without a rule stays hidden.
        """
        readable = _readable_by(user)
        return self.none() if readable is None else self.filter(readable)

    def with_hashes_for(self, user: "User | AnonymousUser") -> Self:
        """The same, and for an auditor the others as well, with `is_open` False."""
        readable = _readable_by(user)
        if readable is None:
            return self.none()
        if not user.can(Capability.READ_LOG):  # type: ignore[union-attr]
            return self.filter(readable).annotate(is_open=Value(value=True))
        is_open = ExpressionWrapper(readable, BooleanField())
        return self.annotate(is_open=is_open)


def _readable_by(user: "User | AnonymousUser") -> Q | None:
    if not user.is_authenticated or not user.is_active:
        return None
    audits = user.can(Capability.READ_LOG)
    own = Q(actor_id_text=str(user.pk))
    people = (
        Q(object_type="")
        | Q(object_type__startswith="accounts.")
        | Q(object_type__in=_settings())
    )
    if not audits and not user.can(Capability.READ_SETTINGS_LOG):
        people &= own | Q(object_type=USERS, object_id=str(user.pk))
    if audits:
        colleague = user.__class__(pk=0, role=Role.REVIEWER)
        objects = _about_files(colleague, Q()) | _about_others(colleague)
    else:
        objects = _about_files(user, own) | _about_others(user)
        if not user.can(Capability.VERIFY_AUDIT):
            objects &= own
    if not user.can(Capability.SEE_COUNSEL_NOTES):
        objects &= ~Q(words__contains=_COUNSEL_ONLY) | Q(words=None)
    return people & Q(file_pk=None) | objects


def _settings() -> list[str]:
    """Objects that are settings of the house: their models say `audit_setting`."""
    return [
        model._meta.label_lower
        for model in apps.get_models()
        if getattr(model, "audit_setting", False)
    ]


def _by_themselves() -> list[str]:
    return [
        model._meta.label_lower
        for model in apps.get_models()
        if getattr(model, "audit_by_itself", False)
    ]


def _about_files(user: "User", acts: Q) -> Q:
    """What belongs to a case file: if it names `user`, or for `acts` if they see it."""
    rule: Any = Q(pk__in=[])
    for model in apps.get_models():
        manager: Any = model._default_manager
        if hasattr(manager, "naming"):
            this = OuterRef("file_pk")
            rule |= Exists(manager.naming(user).filter(pk=this))
            rule |= acts & Exists(manager.visible_to(user).filter(pk=this))
    return Q(file_pk__isnull=False) & rule


def _about_others(user: "User") -> Q:
    rule: Any = Q(pk__in=[])
    for model in apps.get_models():
        manager: Any = model._default_manager
        if hasattr(manager, "visible_to") and model._meta.app_label != "accounts":
            rule |= Q(object_type=model._meta.label_lower) & Exists(
                manager.visible_to(user).filter(pk=OuterRef("object_pk"))
            )
    return (Q(file_pk__isnull=True) | Q(object_type__in=_by_themselves())) & rule
