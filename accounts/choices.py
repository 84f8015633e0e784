"""The words for people who use the app."""

from django.db import models


class Role(models.TextChoices):
    """What someone is here to do. A role is a set of capabilities, nothing else."""

    ANALYST = "analyst", "Analyst"
    REVIEWER = "reviewer", "Reviewer"
    LAWYER = "lawyer", "Lawyer"
    ADVOCACY = "advocacy", "Advocacy reader"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"


class Theme(models.TextChoices):
    SYSTEM = "system", "As my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"
