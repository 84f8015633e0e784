"""The vocabularies of what we do about a notice."""

from django.db import models


class ReviewState(models.TextChoices):
    """Where the human side of a notice stands."""

    WAITING = "waiting", "For review"
    TAKEN = "taken", "Being assessed"
    PROPOSED = "proposed", "Second reading"
    DIFFERING = "differing", "Two readings differ"
    FLAGGED = "flagged", "Flagged"
    NOT_FLAGGED = "not_flagged", "Not flagged"
    INSUFFICIENT = "insufficient", "Insufficient information"
    SNOOZED = "snoozed", "Snoozed"


REVIEW_OPEN = (
    ReviewState.WAITING,
    ReviewState.TAKEN,
    ReviewState.PROPOSED,
    ReviewState.DIFFERING,
)
REVIEW_DECIDED = (
    ReviewState.FLAGGED,
    ReviewState.NOT_FLAGGED,
    ReviewState.INSUFFICIENT,
)


class ReviewAction(models.TextChoices):
    """What someone can do with a review."""

    TAKE = "take", "Take"
    RELEASE = "release", "Give back"
    ASSIGN = "assign", "Give to a colleague"
    URGE = "urge", "Mark as urgent"
    CALM = "calm", "No longer urgent"
    PROPOSE = "propose", "Propose"
    WITHDRAW = "withdraw", "Withdraw the proposal"
    CONFIRM = "confirm", "Confirm"
    RETURN = "return", "Return"
    READ = "read", "Blind reading"
    AGREE = "agree", "Agree with the other reading"
    ADJUDICATE = "adjudicate", "Decide between two readings"
    SNOOZE = "snooze", "Snooze"
    WAKE = "wake", "Due again"
    CHANGE = "change", "The notice changed"
    REOPEN = "reopen", "Open again"
    UNDO = "undo", "Undo"


class Outcome(models.TextChoices):
    """What a review can come to. "Flagged" speaks of indicators, not of guilt."""

    FLAGGED = "flagged", "Likely politically motivated"
    NOT_FLAGGED = "not_flagged", "Not flagged"
    INSUFFICIENT = "insufficient", "Insufficient information"


class ReasonCode(models.TextChoices):
    """The main reason of a step, as reviewers count them.

    Which ones a step takes says `cases.review.table.REASONS`.
    """

    POLITICAL_CHARGE = "political_charge", "The charge is political, speech or protest"
    PROTECTED_PERSON = "protected_person", "Refugee or asylum status"
    EARLIER_DECISION = "earlier_decision", "An authority found misuse before"
    VAGUE_FACTS = "vague_facts", "No concrete act, time or place"
    PRIVATE_DISPUTE = "private_dispute", "Private or business dispute"
    RULE_BREACH = "rule_breach", "A condition of the notice is not met"
    ORDINARY_CRIME = "ordinary_crime", "Ordinary crime, concrete facts"
    FAIR_PROCESS = "fair_process", "Courts or the CCF have upheld it"
    NOT_ENOUGH = "not_enough", "Too little is known"
    OTHER = "other", "Other, see the text"
    # Of what is returned.
    SOURCE_MISSING = "source_missing", "A source is missing"
    FACTS_UNCLEAR = "facts_unclear", "Facts are unclear or wrong"
    RULE_UNCLEAR = "rule_unclear", "The rule does not carry it"
    EXPLANATION_WEAK = "explanation_weak", "The innocent explanation is not answered"
    # Of what is opened again.
    NEW_FACTS = "new_facts", "New facts"
    MISTAKE = "mistake", "A mistake was made"
    ASKED_FOR = "asked_for", "Somebody asked for it"


class WhyHere(models.TextChoices):
    """Why a notice stands in the inbox."""

    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    NO_LONGER_LISTED = "no_longer_listed", "No longer publicly listed"
    BACK = "back", "Listed again"
    DUE = "due", "Due again"
    RETURNED = "returned", "Returned"
    BY_HAND = "by_hand", "Opened again"


class BulkKind(models.TextChoices):
    """What can be done with many notices at once. Flagging is not among it."""

    ASSIGN = "assign", "Give to a colleague"
    TAG = "tag", "Tag"
    SNOOZE = "snooze", "Snooze"
    DISMISS = "dismiss", "Propose not flagged"
    TRANSLATE = "translate", "Ask for a translation"


class BulkState(models.TextChoices):
    """How far work on many notices is."""

    PREVIEW = "preview", "Shown before it is done"
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Being done"
    DONE = "done", "Done"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


class BulkItemState(models.TextChoices):
    """What became of one notice among many."""

    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    SKIPPED = "skipped", "Skipped"
    UNDONE = "undone", "Undone"
    KEPT = "kept", "Left as it is now"


class DeskAlertKind(models.TextChoices):
    """What somebody is told inside the app of a notice they work on."""

    MENTIONED = "mentioned", "mentioned you"
    ASSIGNED = "assigned", "gave this to you"
    RETURNED = "returned", "returned your proposal"
    RECHECK = "recheck", "will be due again"


class CaseState(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class CaseLevel(models.TextChoices):
    """Who may learn that a case file exists."""

    ORGANISATION = "organisation", "Organisation"
    RESTRICTED = "restricted", "Named people"
    WALLED = "walled", "Ethical wall"


class MemberRole(models.TextChoices):
    """How someone is named on a file. The keeper looks after a wall with the lead."""

    LEAD = "lead", "Lead"
    KEEPER = "keeper", "Keeper"
    MEMBER = "member", "Member"


# A file cannot be without them, so their access has no last day.
STANDING_ROLES = (MemberRole.LEAD, MemberRole.KEEPER)


class LoweringState(models.TextChoices):
    """Where the wish to let more people see a file stands."""

    ASKED = "asked", "Waits for a second person"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused"


class GlassState(models.TextChoices):
    """Where a break of the glass stands; an open one also ends by its time."""

    ASKED = "asked", "Waits for a second administrator"
    OPEN = "open", "Open"
    REFUSED = "refused", "Refused"
    ENDED = "ended", "Ended"


class AlertKind(models.TextChoices):
    """What the people who look after a file are told."""

    GLASS_ASKED = "glass_asked", "An administrator asks to break the glass"
    GLASS_BARRED = "glass_barred", "A barred administrator tried to break the glass"
    GLASS_BROKEN = "glass_broken", "The glass was broken"
    GLASS_ENDED = "glass_ended", "The glass is whole again"
    OTHER_FILE = "other_file", "A colleague opened another file on the same person"
    LOWERING_ASKED = "lowering_asked", "Somebody asks to let more people see it"
    WALL_ALONE = "wall_alone", "Needs another lead or keeper: one has left it"


class NoteKind(models.TextChoices):
    """Kinds of entry in a chronology."""

    EVENT = "event", "Event"
    PROCEDURE = "procedure", "Step of a procedure"
    CONTACT = "contact", "Contact"
    NOTE = "note", "Note"


class ExportProfile(models.TextChoices):
    """What an export may contain."""

    INTERNAL = "internal", "Internal"
    COUNSEL = "counsel", "Counsel"
    CCF = "ccf", "CCF"
    PUBLIC = "public", "Public"


class ExportFormat(models.TextChoices):
    PDF = "pdf", "PDF"
    JSON = "json", "JSON"


class ExportState(models.TextChoices):
    UNSIGNED = "unsigned", "Waits for a signature"
    REFUSED = "refused", "Not signed"
    QUEUED = "queued", "Waiting"
    RENDERING = "rendering", "Being made"
    CHECKING = "checking", "Being checked"
    READY = "ready", "Ready"
    BLOCKED = "blocked", "Blocked"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Expired"


# States in which nobody has signed a public copy: nothing of it is ever made there.
EXPORT_UNSIGNED = (ExportState.UNSIGNED, ExportState.REFUSED)


class FollowKind(models.TextChoices):
    COUNTRY = "country", "Country"
    PERSON = "person", "Person"
    FILTER = "filter", "Saved filter"


class Rhythm(models.TextChoices):
    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every Monday"


class DeliveryState(models.TextChoices):
    """How far the mail of a digest is (`design/reliability.md`, section 3)."""

    DUE = "due", "Due"
    CLAIMED = "claimed", "Being composed"
    EMPTY = "empty", "Nothing to send"
    COMPOSED = "composed", "Composed"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    RETRY = "retry", "Will be tried again"
    REFUSED = "refused", "Refused"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "May or may not have arrived"


class RetentionKind(models.TextChoices):
    """What a rule can say how long to keep."""

    CASE_FILE = "case_file", "Closed case files"
    RAW_RECORD = "raw_record", "Records as feeds sent them"
    IMPORT_FILE = "import_file", "Files of imports"
    EXPORT = "export", "Entries about copies of case files"
    DIGEST = "digest", "Texts of digests"
    AUDIT_WORDS = "audit_words", "Words in the audit log"
    ACCOUNT = "account", "Closed accounts"


class ExpiryState(models.TextChoices):
    AHEAD = "ahead", "Ahead"
    DONE = "done", "Gone"
    CALLED_OFF = "called_off", "Called off"


class ErasureScope(models.TextChoices):
    """How much goes."""

    FILE = "file", "The whole case file"
    PERSON = "person", "Protected facts about the person that its people recorded"
