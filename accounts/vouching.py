"""When two administrators count as two people, and not as one with two accounts.

Whoever makes an account, gives it a role, changes its address or opens it again could
be the one who uses it. So they are no second person to it, until two others, or the
operator at the terminal, have vouched for it; nor is an account that is a few days old.
That holds along the whole chain: whom an account alone made, that one makes nobody else
a second person either.
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
    if _chain_of(first) & _chain_of(second):
        return (
            f"{first.name} and {second.name} do not count as two people: one of them, "
            "or somebody else alone, gave the other the role, the address or the "
            "account. The operator can vouch at the terminal: bin/manage "
            "add_administrator."
        )
    for one in (first, second):
        if one.vouched_at is not None and one.vouched_at + GROWN > at:
            return (
                f"{one.name} has been administrator, or has had this account, for "
                f"less than {GROWN.days} days. Ask somebody else, or wait."
            )
    return ""


def _chain_of(user: User) -> set[int]:
    """Return the account and all who stand alone behind it, one behind the other."""
    chain = {user.pk}
    behind = user.vouched_by_id
    while behind is not None and behind not in chain:
        chain.add(behind)
        found = User.objects.filter(pk=behind).values_list("vouched_by_id", flat=True)
        behind = found.first()
    return chain
