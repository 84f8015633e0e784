"""Model fields of our own."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from notices.partial_dates import SHAPE


class PartialDateField(models.CharField):
    """A date with its precision as ISO prefix text; null where nothing is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs.setdefault(
            "validators",
            [RegexValidator(SHAPE, "Write a date as 1979, 1979-03 or 1979-03-14.")],
        )
        super().__init__(*args, **kwargs)


def partial_date_shape(field: str, name: str) -> models.CheckConstraint:
    """Return the constraint that keeps `field` to the shape of a partial date."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__regex": SHAPE}),
        name=name,
    )
