"""The words for who is who."""

from django.db import models


class Answer(models.TextChoices):
    """What somebody says of two people on record."""

    OPEN = "open", "Not decided"
    SAME = "same", "Same person"
    DIFFERENT = "different", "Different people"
    UNSURE = "unsure", "Unsure"


class PairOrigin(models.TextChoices):
    """Why two people stand beside each other."""

    FOUND = "found", "Found by name after an import"
    HAND = "hand", "Put side by side by a colleague"


class Ground(models.TextChoices):
    """Why somebody belongs to an affair."""

    CHARGE = "charge", "The same charge"
    DATE = "date", "The same day"
    ISSUER = "issuer", "The same warrant authority"
    HAND = "hand", "Another reason"
