"""When two administrators count as two people, and not as one with two accounts.

Whoever makes an account, gives it a role, changes its address or opens it again could
be the one who uses it. So they are no second person to it, until two others, or the
operator at the terminal, have vouched for it; nor is an account that is a few days old.
"""

from datetime import datetime, timedelta

from accounts.models import User

# Long enough for colleagues to see a new administrator in the list and in the log.
GROWN = timedelta(days=7)


def vouch(user: User, *, by: User | None, at: datetime) -> None:
    """Note who alone stands for `user`; None: two people do. The caller saves."""
    user.vouched_by, user.vouched_at = by, at


def why_not_two(first: User, second: User, *, at: datetime) -> str:
    """Say in a sentence why the two do not count as two people; "" if they do."""
    for one, other in ((first, second), (second, first)):
        if one.vouched_by_id == other.pk:
            return (
                f"{one.name} has the role, the address or the account from "
                f"{other.name} alone, so the two do not count as two people. The "
                "operator can vouch at the terminal: bin/manage add_administrator."
            )
        if one.vouched_at is not None and one.vouched_at + GROWN > at:
            return (
                f"{one.name} has been administrator, or has had this account, for "
                f"less than {GROWN.days} days. Ask somebody else, or wait."
            )
    return ""
