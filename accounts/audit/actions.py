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
    USER_CREATED = "user.created", "created a user"
    USER_INVITED = "user.invited", "sent an invitation to a user"
    USER_CHANGED = "user.changed", "changed a user"
    USER_ROLE_CHANGED = "user.role_changed", "changed the role of a user"
    USER_DEACTIVATED = "user.deactivated", "deactivated a user"
    USER_REACTIVATED = "user.reactivated", "reactivated a user"
    USER_EXPORT_ALLOWED = "user.export_allowed", "let a user export"
    USER_EXPORT_WITHDRAWN = "user.export_withdrawn", "no longer lets a user export"
    USER_SESSIONS_ENDED = "user.sessions_ended", "signed a user out everywhere"
    TOKEN_MADE = "token.made", "made a token for a program"
    TOKEN_REVOKED = "token.revoked", "revoked a token for a program"
    TOKEN_USED = "token.used", "read by a program for the first time that day"
    AUDIT_VERIFIED = "audit.verified", "verified the audit log"
    AUDIT_WORDS_ERASED = "audit.words_erased", "erased words from the audit log"
    AUDIT_TAKEN = "audit.taken", "took the whole audit log"
    AUDIT_EXPORTED = "audit.exported", "took entries of the audit log as CSV"
    IMPORT_RUN = "import.run", "imported notices"
    IMPORT_UNDONE = "import.undone", "undid an import"
    FACT_RECORDED = "fact.recorded", "recorded a fact about a person"
    FACT_WITHDRAWN = "fact.withdrawn", "withdrew a fact about a person"
    REVIEW_MOVED = "review.moved", "moved a review"
    CASE_OPENED = "case.opened", "opened a case file"
    CASE_READ = "case.read", "read a restricted case file"
    CASE_CHANGED = "case.changed", "changed a case file"
    CASE_NOTE_ADDED = "case.note_added", "added a note to a case file"
    CASE_NOTE_CORRECTED = "case.note_corrected", "corrected a note in a case file"
    CASE_LEVEL_RAISED = "case.level_raised", "let fewer people see a case file"
    CASE_MEMBER_ADDED = "case.member_added", "gave access to a case file"
    CASE_MEMBER_REMOVED = "case.member_removed", "took away access to a case file"
    CASE_NOTICE_LINKED = "case.notice_linked", "linked a notice to a case file"
    EXPORT_REQUESTED = "export.requested", "asked for an export"
    EXPORT_READY = "export.ready", "produced an export"
    EXPORT_BLOCKED = "export.blocked", "had an export blocked by its check"
    EXPORT_FAILED = "export.failed", "had an export fail"
    EXPORT_EXPIRED = "export.expired", "had the file of an export removed"
    EXPORT_DOWNLOADED = "export.downloaded", "downloaded an export"
    FOLLOW_ADDED = "follow.added", "started to follow"
    FOLLOW_ENDED = "follow.ended", "stopped following"
    DIGEST_SENT = "digest.sent", "was sent a digest"
    DIGEST_CHANGED = "digest.changed", "changed when the digest comes"
    DIGEST_STOPPED = "digest.stopped", "stopped the digest"
    DIGEST_STARTED = "digest.started", "turned the digest on again"
    DIGEST_SETTLED = "digest.settled", "told whether a digest arrived"


_SENTENCES = {action.value: action.sentence for action in Action}


def sentence_of(name: str) -> str:
    """Return the sentence of a stored action; the name itself if it is not known."""
    return _SENTENCES.get(name, name)
