"""What is done once an hour so that nothing goes too early and nothing is forgotten."""

from datetime import datetime

from cases.files.leavers import tell_of_fallen_walls
from cases.keeping.erasures import erase_due
from cases.keeping.expiring import expire_due
from cases.keeping.mailing import mail_warnings
from cases.keeping.planning import plan


def sweep(*, at: datetime) -> None:
    """Plan and warn, expire what was answered, erase what waited its seven days.

    Walls that somebody left are looked for, too.
    """
    plan(at=at)  # first: what a changed rule keeps does not go
    expire_due(at=at)
    erase_due(at=at)
    mail_warnings(at=at)
    tell_of_fallen_walls(at=at)
