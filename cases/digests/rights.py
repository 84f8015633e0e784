"""Whether a reader may still be told what a digest says, looked up afresh."""

from django.db.models import Count, Q

from accounts.capabilities import Capability
from cases.digests.gather import changes_open_to, flags_open_to, notes_open_to
from cases.models import Digest, DigestSetting
from notices.choices import Confidentiality


def may_get_mail(setting: DigestSetting) -> bool:
    """Return whether the reader wants digests and has an address that works."""
    wanted = setting.off_since is None and setting.refused_at is None
    return wanted and setting.reader.can(Capability.FOLLOW)


def may_be_told(digest: Digest, setting: DigestSetting) -> bool:
    """Return whether everything in a composed digest may still be told as it is.

    Looked up afresh: each event is still open to the reader, and each that the mail
    names still belongs to a public notice.
    """
    reader = setting.reader
    is_open = (
        Q(change__in=changes_open_to(reader))
        | Q(flag__in=flags_open_to(reader))
        | Q(note__in=notes_open_to(reader))
    )
    is_public = Q(change__notice__confidentiality=Confidentiality.PUBLIC) | Q(
        flag__review__notice__confidentiality=Confidentiality.PUBLIC
    )
    found = digest.items.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=is_open),
        named=Count("pk", filter=Q(is_named=True)),
        public=Count("pk", filter=Q(is_named=True) & is_public),
    )
    told = found["all"] == found["open"] and found["named"] == found["public"]
    return told and found["all"] > 0 and may_get_mail(setting)
