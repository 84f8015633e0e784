"""What only named people see leaves a record of each reading."""

from accounts.audit.actions import Action
from accounts.audit.record import record, record_each
from accounts.models import User
from notices.choices import Confidentiality
from notices.models import Notice


def record_notice_read(*, notice: Notice, reader: User, part: str) -> None:
    """Record that a restricted notice was read; call before anything of it is shown.

    Whoever reads it through case files alone is recorded on these, where only their
    people see it: on the notice it would tell the others that there is such a file. The
    layer above tells the files by its relation to the user.
    """
    if notice.confidentiality != Confidentiality.RESTRICTED:
        return
    after = {"notice": notice.key, "part": part}
    if not notice.grants.filter(user=reader).exists():
        named = reader.case_memberships.current().filter(case__links__notice=notice)
        files = [one.case for one in named.select_related("case").order_by("case_id")]
        if files:
            record_each(
                action=Action.NOTICE_READ, actor=reader, targets=files, after=after
            )
            return
    record(action=Action.NOTICE_READ, actor=reader, target=notice, after=after)
