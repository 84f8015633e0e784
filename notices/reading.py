"""What only named people see leaves a record of each reading."""

from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.models import User
from notices.choices import Confidentiality
from notices.models import Notice


def record_notice_read(*, notice: Notice, reader: User, part: str) -> None:
    """Record that a restricted notice was read; call before anything of it is shown."""
    if notice.confidentiality == Confidentiality.RESTRICTED:
        record(
            action=Action.NOTICE_READ,
            actor=reader,
            target=notice,
            after={"part": part},
        )
