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


class Scope(models.TextChoices):
    """What a token for a program opens, as far as its owner may see it at all."""

    NOTICES = "notices:read", "Notices, and whom they name"
    PEOPLE = "people:read", "People, their notices and what is known of them"
    COUNTRIES = "countries:read", "Countries and their bureaux"


class ReadingKind(models.TextChoices):
    """What somebody may read unusually much of."""

    FILES = "files", "restricted case files and protected facts"
    PEOPLE = "people", "pages about people"
    COPIES = "copies", "copies of case files"
    LOG = "log", "the audit log, as a table or whole"
