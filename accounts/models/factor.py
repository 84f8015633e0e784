"""Second factors that were lost: two administrators let a person enrol again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.validators import plain_line


class LostFactor(models.Model):
    """One administrator asks, another confirms; then the factor is taken away."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lost_factors"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # How the person was recognised, such as a call to a number that was known before.
    reason = models.CharField(max_length=300, validators=[plain_line])
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("asked_by")),
                name="lost_factor_takes_two_administrators",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("user")) & ~Q(confirmed_by=F("user")),
                name="lost_factor_is_never_ones_own",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    confirmed_at__lte=F("expires_at"),
                ),
                name="lost_factor_is_confirmed_in_time",
            ),
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(confirmed_at=None),
                name="lost_factor_is_asked_for_once",
            ),
        )

    def __str__(self) -> str:
        return f"lost factor of {self.user}"
