"""What would fall if somebody left: files that need two people at all times.

This layer knows no files. The one above tells it, by the relation of its memberships to
the user, whether there is such a file: neither which nor how many.
"""

from accounts.models import User


def lock_walls_of(user_id: int) -> None:
    """Lock what the user is named on, so that nobody else leaves it meanwhile.

    Before any row of a user: services on files lock the file first, too.
    """
    list(User(pk=user_id).case_memberships.walls_locked())


def why_a_wall_falls(user: User) -> str:
    """Say why `user` cannot go: a closed file would have no lead or keeper; else ""."""
    if not user.case_memberships.holding_a_wall().exists():
        return ""
    return (
        f"{user.name} looks after something that needs two people at all times. Ask "
        f"{user.name}, or the people who work with them, to name somebody else first: "
        "they see where. Nobody else may know what it is."
    )
