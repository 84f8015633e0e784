"""What is done once an hour so that nothing goes too early and nothing is forgotten."""

from datetime import datetime

from cases.keeping.erasures import erase_due
from cases.keeping.expiring import expire_due
from cases.keeping.mailing import mail_warnings
from cases.keeping.planning import plan


def sweep(*, at: datetime) -> None:
    """Plan and warn, expire what was answered, erase what waited its seven days."""
    plan(at=at)  # first: what a changed rule keeps does not go
    expire_due(at=at)
    erase_due(at=at)
    mail_warnings(at=at)
