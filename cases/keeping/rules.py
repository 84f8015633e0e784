"""How long each kind is kept: a decision that an administrator can change."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.access import require
from accounts.audit.actions import Action
from accounts.audit.record import record
from accounts.capabilities import Capability
from accounts.models import User
from cases.choices import RetentionKind
from cases.models import RetentionRule
from cases.models.keeping import LONGEST_MONTHS

# Months, as long as nobody decided otherwise; None is for good.
DEFAULTS: dict[RetentionKind, int | None] = {
    RetentionKind.CASE_FILE: 120,
    RetentionKind.RAW_RECORD: 60,
    RetentionKind.IMPORT_FILE: 24,
    RetentionKind.EXPORT: None,
    RetentionKind.DIGEST: 12,
    RetentionKind.AUDIT_WORDS: None,
    RetentionKind.ACCOUNT: 24,
}
# One administrator sets a rule: nobody may make the log forget what they just did.
LEAST_AUDIT_MONTHS = 24
COUNTED_FROM = {
    RetentionKind.CASE_FILE: "its closing; an open file never expires",
    RetentionKind.RAW_RECORD: "its arrival; what it said stays as a version",
    RetentionKind.IMPORT_FILE: "the import; the run and its counts stay",
    RetentionKind.EXPORT: "its request; the copy itself goes after 24 hours",
    RetentionKind.DIGEST: "its sending; that it was sent stays",
    RetentionKind.AUDIT_WORDS: "its entry; who did what to which number stays",
    RetentionKind.ACCOUNT: "the end of access; name and address go, the number stays",
}


class RuleRefused(Exception):
    """The rule cannot be set like this; the text says why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for a kind. `decided` is None as long as the default holds."""

    kind: RetentionKind
    months: int | None
    decided: RetentionRule | None

    @property
    def counted_from(self) -> str:
        return COUNTED_FROM[self.kind]

    @property
    def words(self) -> str:
        """The rule as a tombstone says it."""
        if self.months is None:
            return f"{self.kind.label}: kept for good"
        unit = "month" if self.months == 1 else "months"
        return f"{self.kind.label}: {self.months} {unit}"


def rules() -> list[Rule]:
    """Return the rule of every kind."""
    decided = {
        rule.kind: rule for rule in RetentionRule.objects.select_related("set_by")
    }
    return [_rule(kind, decided.get(kind)) for kind in RetentionKind]


def rule_of(kind: RetentionKind) -> Rule:
    return _rule(kind, RetentionRule.objects.filter(pk=kind).first())


def set_rule(
    *, kind: RetentionKind, months: int | None, actor: User, reason: str, at: datetime
) -> RetentionRule:
    """Decide how long `kind` is kept; `months` None is for good.

    What is warned of already waits for its new day. Raises `RuleRefused`,
    `MissingCapability`.
    """
    require(actor, Capability.SET_RETENTION)
    if not reason.strip():
        raise RuleRefused("Say why this is right, such as the law that asks for it.")
    if months is not None and not 1 <= months <= LONGEST_MONTHS:
        raise RuleRefused(f"Give 1 to {LONGEST_MONTHS} months, or none to keep it.")
    if (
        kind == RetentionKind.AUDIT_WORDS
        and months is not None
        and months < LEAST_AUDIT_MONTHS
    ):
        raise RuleRefused(
            f"The words of the audit log are kept for {LEAST_AUDIT_MONTHS} months at "
            "least."
        )
    with transaction.atomic():
        before = RetentionRule.objects.select_for_update().filter(pk=kind).first()
        old = before.months if before else DEFAULTS[kind]
        rule, _ = RetentionRule.objects.update_or_create(
            kind=kind,
            defaults={
                "months": months,
                "reason": reason.strip(),
                "set_by": actor,
                "set_at": at,
            },
        )
        record(
            action=Action.RETENTION_SET,
            actor=actor,
            target=rule,
            before={"months": old},
            after={"months": months},
            reason=reason.strip(),
        )
    return rule


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise ValueError(f"{day} has no day in {year}-{month + 1}.")


def _rule(kind: RetentionKind, decided: RetentionRule | None) -> Rule:
    return Rule(kind, decided.months if decided else DEFAULTS[kind], decided)
