"""Every act that the log knows, with the sentence a person reads for it."""

from enum import Enum


class Action(Enum):
    """`value` is the dotted name that is stored; `sentence` is what people read."""

    sentence: str

    def __new__(cls, name: str, sentence: str) -> "Action":
        member = object.__new__(cls)
        member._value_ = name
        member.sentence = sentence
        return member

    SIGNED_IN = "account.signed_in", "signed in"
    SIGN_IN_FAILED = "account.sign_in_failed", "failed to sign in"
    SIGNED_OUT = "account.signed_out", "signed out"
    PASSWORD_CHANGED = "account.password_changed", "changed the password"
    PASSWORD_RESET = "account.password_reset", "set a new password by a mailed link"
    FACTOR_ADDED = "account.factor_added", "added a second factor"
    FACTOR_REMOVED = "account.factor_removed", "removed a second factor"
    FACTOR_FAILED = "account.factor_failed", "failed at the second factor"
    PASSKEY_ADDED = "account.passkey_added", "added a passkey"
    PASSKEY_REMOVED = "account.passkey_removed", "removed a passkey"
    RECOVERY_CODES_MADE = "account.recovery_codes_made", "made new recovery codes"
    RECOVERY_CODE_USED = "account.recovery_code_used", "used a recovery code"
    STEP_UP_DONE = "account.step_up_done", "proved who they are before an act"
    STEP_UP_FAILED = "account.step_up_failed", "failed to prove who they are"
    SESSION_ENDED = "account.session_ended", "signed a device of their own out"
    FACTOR_LOST = "user.factor_lost", "asked to remove a lost second factor of a user"
    FACTOR_TAKEN = "user.factor_taken", "confirmed removing the lost factor of a user"
    USER_CREATED = "user.created", "created a user"
    USER_INVITED = "user.invited", "sent an invitation to a user"
    USER_CHANGED = "user.changed", "changed a user"
    USER_ROLE_CHANGED = "user.role_changed", "changed the role of a user"
    ADMINISTRATOR_ASKED = (
        "user.administrator_asked",
        "asked to make a user administrator",
    )
    ADMINISTRATOR_CONFIRMED = (
        "user.administrator_confirmed",
        "confirmed as second person that a user is administrator",
    )
    ADMINISTRATOR_REFUSED = (
        "user.administrator_refused",
        "refused that a user be made administrator",
    )
    ADMINISTRATOR_VOUCHED = (
        "user.administrator_vouched",
        "vouched at the terminal for an administrator",
    )
    USER_DEACTIVATED = "user.deactivated", "deactivated a user"
    USER_REACTIVATED = "user.reactivated", "reactivated a user"
    USER_EXPORT_ALLOWED = "user.export_allowed", "let a user export"
    USER_EXPORT_WITHDRAWN = "user.export_withdrawn", "no longer lets a user export"
    USER_SESSIONS_ENDED = "user.sessions_ended", "signed a user out everywhere"
    TOKEN_MADE = "token.made", "made a token for a program"
    TOKEN_REVOKED = "token.revoked", "revoked a token for a program"
    TOKEN_USED = "token.used", "read by a program for the first time that day"
    MUCH_READ = "access.much_read", "noticed that somebody read unusually much"
    MUCH_READ_SEEN = "access.much_read_seen", "looked into unusual reading"
    ACCESS_REFUSED = "access.refused", "was refused a page or an act"
    AUDIT_VERIFIED = "audit.verified", "verified the audit log"
    AUDIT_WORDS_ERASED = "audit.words_erased", "erased words from the audit log"
    AUDIT_ANCHOR_TOLD = "audit.anchor_told", "mailed the day's anchor to an auditor"
    AUDIT_TAKEN = "audit.taken", "took the whole audit log"
    AUDIT_EXPORTED = "audit.exported", "took entries of the audit log as CSV"
    IMPORT_RUN = "import.run", "imported notices"
    IMPORT_UNDONE = "import.undone", "undid an import"
    NOTICE_READ = "notice.read", "read a notice that only named people see"
    NOTICE_ENTERED = "notice.entered", "entered a notice by hand"
    FACT_RECORDED = "fact.recorded", "recorded a fact about a person"
    FACT_WITHDRAWN = "fact.withdrawn", "withdrew a fact about a person"
    FACTS_READ = "fact.read", "read protected facts about a person"
    PAIR_MADE = "identity.pair_made", "put two people side by side"
    PAIR_ANSWERED = "identity.answered", "said whether two people are one"
    PEOPLE_MERGED = "identity.merged", "took several people on record as one"
    PEOPLE_UNMERGED = "identity.unmerged", "took back that people are one"
    MATTER_OPENED = "matter.opened", "opened a matter"
    MATTER_JOINED = "matter.joined", "added somebody to a matter"
    MATTER_LEFT = "matter.left", "took somebody out of a matter"
    FINDING_JUDGED = "finding.judged", "said what to think of a finding"
    TRANSLATION_ADDED = "translation.added", "added a translation of a charge"
    FINDING_WORD_WITHDRAWN = "finding.word_withdrawn", "took back a word on a finding"
    CONTEXT_ADDED = (
        "context.added",
        "recorded an event or a record of a state",
    )
    CONTEXT_CHANGED = "context.changed", "changed what is recorded about a state"
    CONTEXT_WITHDRAWN = "context.withdrawn", "withdrew what was recorded about a state"
    CONTEXT_IMPORTED = "context.imported", "took in a table of events and records"
    SCREENING_STARTED = "screening.started", "had many notices screened again"
    SCREENING_STOPPED = "screening.stopped", "stopped a run of the screening"
    SCREENING_RESUMED = "screening.resumed", "let a run of the screening go on"
    RULES_PROPOSED = "screening.rules_proposed", "asked to switch on other rules"
    RULES_SWITCHED = "screening.rules_switched", "switched on other rules"
    RULES_DROPPED = "screening.rules_dropped", "took back that other rules be used"
    REVIEW_MOVED = "review.moved", "moved a review"
    REVIEW_TAGGED = "review.tagged", "put a tag on a notice"
    REVIEW_UNTAGGED = "review.untagged", "took a tag from a notice"
    REVIEW_WARNED = "review.warned", "warned that decisions will be due again"
    TRANSLATION_ASKED = "review.translation_asked", "asked for a translation"
    TRANSLATION_ENDED = "review.translation_ended", "ended a wish for a translation"
    COMMENT_WRITTEN = "comment.written", "commented on a notice"
    COMMENT_WITHDRAWN = "comment.withdrawn", "took a comment back"
    BULK_BEGUN = "bulk.begun", "began the same step for many notices"
    BULK_DONE = "bulk.done", "took the same step for many notices"
    BULK_UNDONE = "bulk.undone", "undid a step for many notices"
    CASE_OPENED = "case.opened", "opened a case file"
    CASE_READ = "case.read", "read a restricted case file"
    CASE_LOG_READ = (
        "case.log_read",
        "read entries of the log about a restricted case file",
    )
    CASE_CHANGED = "case.changed", "changed a case file"
    CASE_NOTE_ADDED = "case.note_added", "added a note to a case file"
    CASE_NOTE_CORRECTED = "case.note_corrected", "corrected a note in a case file"
    CASE_LEVEL_RAISED = "case.level_raised", "let fewer people see a case file"
    CASE_LOWERING_ASKED = (
        "case.lowering_asked",
        "asked that more people may see a case file",
    )
    CASE_LOWERING_REFUSED = (
        "case.lowering_refused",
        "left a case file to the people who see it",
    )
    CASE_LEVEL_LOWERED = (
        "case.level_lowered",
        "confirmed that more people see a case file",
    )
    CASE_CLOSED = "case.closed", "closed a case file"
    CASE_REOPENED = "case.reopened", "opened a closed case file again"
    CASE_BARRED = "case.barred", "barred somebody from a case file"
    CASE_BAR_ENDED = "case.bar_ended", "ended a bar from a case file"
    CASE_SIGHT_LISTED = (
        "case.sight_listed",
        "looked up who can see a case file",
    )
    GLASS_ASKED = "glass.asked", "asked to break the glass"
    GLASS_BROKEN = "glass.broken", "consented that the glass be broken"
    GLASS_REFUSED = "glass.refused", "refused that the glass be broken"
    GLASS_ENDED = "glass.ended", "ended a break of the glass"
    CASE_MEMBER_ADDED = "case.member_added", "gave access to a case file"
    CASE_MEMBER_REMOVED = "case.member_removed", "took away access to a case file"
    HOLD_PLACED = "hold.placed", "placed a legal hold on a case file"
    HOLD_LIFTED = "hold.lifted", "lifted the legal hold on a case file"
    ERASURE_ASKED = "erasure.asked", "asked for an erasure"
    ERASURE_CONFIRMED = "erasure.confirmed", "confirmed an erasure as second person"
    ERASURE_STOPPED = "erasure.stopped", "stopped an erasure"
    ERASED = "erasure.done", "erased what was to be erased"
    RETENTION_SET = "retention.set", "set how long something is kept"
    EXPIRY_WARNED = "expiry.warned", "warned that something will expire"
    EXPIRY_ACKNOWLEDGED = "expiry.acknowledged", "acknowledged what will expire"
    EXPIRED = "expiry.done", "removed what had expired"
    BACKUP_MADE = "backup.made", "made a sealed backup"
    BACKUP_RESTORED = "backup.restored", "restored a backup"
    MAIL_RELEASED = "backup.mail_released", "let mail go out after a restore"
    CASE_NOTICE_LINKED = "case.notice_linked", "linked a notice to a case file"
    EXPORT_REQUESTED = "export.requested", "asked for an export"
    EXPORT_SIGNED = "export.signed", "signed a public copy of a case file"
    EXPORT_REFUSED = "export.refused", "did not sign a public copy of a case file"
    EXPORT_READY = "export.ready", "produced an export"
    EXPORT_BLOCKED = "export.blocked", "had an export blocked by its check"
    EXPORT_FAILED = "export.failed", "had an export fail"
    EXPORT_EXPIRED = "export.expired", "had the file of an export removed"
    EXPORT_DOWNLOADED = "export.downloaded", "downloaded an export"
    VIEW_SAVED = "view.saved", "saved a filter of the inbox"
    VIEW_CHANGED = "view.changed", "renamed, shared or unshared a saved filter"
    VIEW_DELETED = "view.deleted", "deleted a saved filter"
    FOLLOW_ADDED = "follow.added", "started to follow"
    FOLLOW_ENDED = "follow.ended", "stopped following"
    FOLLOWS_LEFT = "follow.left", "ended what a user who left had followed"
    DIGEST_SENT = "digest.sent", "was sent a digest"
    DIGEST_CHANGED = "digest.changed", "changed when the digest comes"
    DIGEST_STOPPED = "digest.stopped", "stopped the digest"
    DIGEST_STARTED = "digest.started", "turned the digest on again"
    DIGEST_SETTLED = "digest.settled", "told whether a digest arrived"


# What the part of a name before the dot means to people, in the order of a list.
_GROUPS = {
    "account": "Signing in",
    "user": "Users and rights",
    "token": "Access for programs",
    "access": "Refusals and unusual reading",
    "audit": "The audit log",
    "case": "Case files",
    "glass": "Emergency access",
    "retention": "How long things are kept",
    "expiry": "Warnings before deletion",
    "hold": "Legal holds",
    "erasure": "Erasures",
    "export": "Exports",
    "review": "Reviews",
    "comment": "Comments",
    "bulk": "Many notices at once",
    "finding": "Findings",
    "notice": "Notices by hand and of named people",
    "fact": "Facts about people",
    "context": "Events and the record of states",
    "screening": "Screening and its rules",
    "import": "Imports",
    "backup": "Backups",
    "follow": "Follows",
    "digest": "Digests",
}


def group_of(action: Action) -> str:
    """Return the part of its name before the dot."""
    return action.value.partition(".")[0]


def grouped() -> list[tuple[str, str, list[Action]]]:
    """Return (part before the dot, title, actions) of each group, for a list."""
    groups: dict[str, list[Action]] = {}
    for action in Action:
        groups.setdefault(group_of(action), []).append(action)
    order = [*_GROUPS, *(group for group in groups if group not in _GROUPS)]
    return [
        (group, _GROUPS.get(group, group.capitalize()), groups[group])
        for group in order
        if group in groups
    ]


_SENTENCES = {action.value: action.sentence for action in Action}


def sentence_of(name: str) -> str:
    """Return the sentence of a stored action; the name itself if it is not known."""
    return _SENTENCES.get(name, name)
