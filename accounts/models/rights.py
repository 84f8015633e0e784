"""Rights that two administrators give together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.validators import plain_line


class AdministratorRequest(models.Model):
    """One administrator wants somebody to be one too; another one confirms."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="administrator_requests",
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, validators=[plain_line])
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("asked_by")),
                name="administrator_takes_two_others",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("user")) & ~Q(confirmed_by=F("user")),
                name="administrator_is_never_made_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    confirmed_at__lte=F("expires_at"),
                ),
                name="administrator_is_confirmed_in_time",
            ),
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(confirmed_at=None),
                name="administrator_is_asked_for_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} as administrator"
