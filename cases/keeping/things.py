"""What each kind is, how old it is, and what it means that it goes.

Nothing that belongs to a held file is ever among it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from accounts.audit.erasing import erase_words
from accounts.models import ApiToken, AuditEntry, BrowserSession, User
from cases.choices import ExportState, RetentionKind
from cases.intake.store import path_of
from cases.models import CaseFile, CaseNotice, Digest, Export, LegalHold
from notices.models import FeedRun, NoticeVersion, RawRecord

_PIECE = 2000
_GONE_ADDRESS = "gone-{}@invalid"
_GONE_NAME = "Former colleague {}"


@dataclass(frozen=True, slots=True)
class Kind:
    """`older_than` finds what a moment is too late for; `remove` ends it."""

    older_than: Callable[[datetime], QuerySet[Any]]
    remove: Callable[[QuerySet[Any], datetime], int]


def held_files() -> QuerySet[LegalHold, int]:
    """Return the ids of files on which a hold stands."""
    return LegalHold.objects.filter(lifted_at=None).values_list("case_id", flat=True)


def closed_files(before: datetime) -> QuerySet[CaseFile]:
    """Return files that were closed before, held ones as well: they wait in sight."""
    return CaseFile.objects.filter(closed_at__lt=before)


def _held_notices() -> QuerySet[CaseNotice, int]:
    links = CaseNotice.objects.filter(case__in=held_files())
    return links.values_list("notice_id", flat=True)


def _raw_records(before: datetime) -> QuerySet[RawRecord]:
    old = RawRecord.objects.filter(received_at__lt=before)
    return old.exclude(notice__in=_held_notices())


def _remove_raw_records(rows: QuerySet[Any], _: datetime) -> int:
    count = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:_PIECE]):
        NoticeVersion.objects.filter(record__in=ids).update(record=None)
        count += RawRecord.objects.filter(pk__in=ids).delete()[0]
    return count


def _runs_with_files(before: datetime) -> QuerySet[FeedRun]:
    held = RawRecord.objects.filter(run=OuterRef("pk"), notice__in=_held_notices())
    return FeedRun.objects.filter(ended_at__lt=before, files__0__path__gt="").exclude(
        Exists(held)
    )


def _remove_import_files(rows: QuerySet[Any], _: datetime) -> int:
    """Remove files that no younger run holds too; names and hashes stay."""
    old = list(rows)
    ids = [run.pk for run in old]
    for run in old:
        for file in run.files:
            others = FeedRun.objects.exclude(pk__in=ids)
            if not others.filter(files__contains=[{"path": file["path"]}]).exists():
                path_of(file).unlink(missing_ok=True)
        run.files = [{**file, "path": ""} for file in run.files]
        run.save(update_fields=["files"])
    return len(old)


def _exports(before: datetime) -> QuerySet[Export]:
    over = Export.objects.filter(
        requested_at__lt=before,
        state__in=[ExportState.EXPIRED, ExportState.BLOCKED, ExportState.FAILED],
    )
    return over.exclude(case__in=held_files())


def _delete(rows: QuerySet[Any], _: datetime) -> int:
    count = rows.count()
    rows.delete()
    return count


def _digests(before: datetime) -> QuerySet[Digest]:
    told_of_held = Q(items__note__case__in=held_files())
    old = Digest.objects.filter(composed_at__lt=before).exclude(text="", html="")
    return old.exclude(pk__in=Digest.objects.filter(told_of_held).values("pk"))


def _empty_digests(rows: QuerySet[Any], _: datetime) -> int:
    ids = list(rows.values_list("pk", flat=True))
    return Digest.objects.filter(pk__in=ids).update(text="", html="")


def _words(before: datetime) -> QuerySet[AuditEntry]:
    old = AuditEntry.objects.filter(at__lt=before, words__isnull=False)
    # An entry that belongs to no file has no number to compare.
    return old.filter(Q(file_pk=None) | ~Q(file_pk__in=held_files()))


def _erase_words(rows: QuerySet[Any], at: datetime) -> int:
    numbers = list(rows.values_list("seq", flat=True))
    if numbers:
        erase_words(
            entries=numbers, actor=None, reason="Its time to be kept is over", at=at
        )
    return len(numbers)


def _accounts(before: datetime) -> QuerySet[User]:
    last = Greatest(
        Coalesce("sessions_ended_at", F("date_joined")),
        Coalesce("last_login", F("date_joined")),
    )
    closed = User.objects.filter(is_active=False).annotate(last=last)
    return closed.filter(last__lt=before).exclude(email__endswith="@invalid")


def _forget_accounts(rows: QuerySet[Any], _: datetime) -> int:
    """Take name and address; the number stays, since others' work refers to it."""
    users = list(rows)
    for user in users:
        user.name = _GONE_NAME.format(user.pk)
        user.email = _GONE_ADDRESS.format(user.pk)
        user.set_unusable_password()
        user.save(update_fields=["name", "email", "password"])
        EmailAddress.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        ApiToken.objects.filter(owner=user).delete()
        BrowserSession.objects.filter(user=user).delete()
    return len(users)


KINDS: dict[RetentionKind, Kind] = {
    RetentionKind.RAW_RECORD: Kind(_raw_records, _remove_raw_records),
    RetentionKind.IMPORT_FILE: Kind(_runs_with_files, _remove_import_files),
    RetentionKind.EXPORT: Kind(_exports, _delete),
    RetentionKind.DIGEST: Kind(_digests, _empty_digests),
    RetentionKind.AUDIT_WORDS: Kind(_words, _erase_words),
    RetentionKind.ACCOUNT: Kind(_accounts, _forget_accounts),
}
