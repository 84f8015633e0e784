"""The vocabularies of what is out there."""

from django.db import models


class NoticeKind(models.TextChoices):
    """Kinds of alert (`domain/rules.md`, 1.7)."""

    RED = "red", "Red notice"
    WANTED_DIFFUSION = "wanted_diffusion", "Wanted-person diffusion"
    BLUE = "blue", "Blue notice"
    GREEN = "green", "Green notice"
    YELLOW = "yellow", "Yellow notice"
    BLACK = "black", "Black notice"
    PURPLE = "purple", "Purple notice"
    ORANGE = "orange", "Orange notice"
    SILVER = "silver", "Silver notice"
    UN_SPECIAL = "un_special", "UN Security Council special notice"
    OTHER_DIFFUSION = "other_diffusion", "Other diffusion"
    TRAVEL_DOCUMENT = "travel_document", "Stolen or lost travel document entry"
    MESSAGE = "message", "Message between bureaus"


class Origin(models.TextChoices):
    """How we came to know of a notice."""

    PUBLIC_LIST = "public_list", "INTERPOL's public list"
    CLIENT = "client", "Client"
    COURT_FILE = "court_file", "Court file"
    CCF_REPLY = "ccf_reply", "Reply of the CCF"


class Confidentiality(models.TextChoices):
    """Who may learn that a notice exists."""

    PUBLIC = "public", "Public"
    ORGANISATION = "organisation", "Organisation"
    RESTRICTED = "restricted", "Named people"


class Listing(models.TextChoices):
    """What the feeds say about a public notice now."""

    LISTED = "listed", "Publicly listed"
    MISSING = "missing", "Missing from the last complete run"
    NO_LONGER_LISTED = "no_longer_listed", "No longer publicly listed"
    NEVER_LISTED = "never_listed", "Not from a public list"


class Detail(models.IntegerChoices):
    """How much a source says about a notice; less never overwrites more."""

    LIST_ROW = 1, "List row"
    TABLE = 2, "Table row"
    NESTED = 3, "Nested record"
    FULL = 4, "Full record"


class Sex(models.TextChoices):
    MALE = "M", "Male"
    FEMALE = "F", "Female"
    UNKNOWN = "U", "Not stated"


class NameKind(models.TextChoices):
    MAIN = "main", "Name"
    ALIAS = "alias", "Alias"
    BIRTH = "birth", "Name at birth"
    ORIGINAL = "original", "Original script"


class NameSource(models.TextChoices):
    FEED = "feed", "Feed"
    PERSON = "person", "Entered by a colleague"


class CountryKind(models.TextChoices):
    STATE = "state", "State"
    TERRITORY = "territory", "Territory"
    BODY = "body", "International body"
    GROUP = "group", "Group of states"
    UNMAPPED = "unmapped", "Code without a known name"


class FeedKind(models.TextChoices):
    """The shape of what a feed sends; the slug of its parser."""

    INTERPOL = "interpol", "INTERPOL public notices"
    OPENSANCTIONS = "opensanctions", "OpenSanctions"
    TABLE = "table", "CSV or XLSX table"


class RunState(models.TextChoices):
    """How far an import run is (`design/reliability.md`, section 3)."""

    RECEIVED = "received", "Waiting"
    READING = "reading", "Reading"
    COMPLETE = "complete", "Complete"
    INCOMPLETE = "incomplete", "Incomplete"
    FAILED = "failed", "Failed"
    UNDONE = "undone", "Undone"


RUN_OPEN = (RunState.RECEIVED, RunState.READING)


class ChangeKind(models.TextChoices):
    """What happened to a notice."""

    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    MISSING = "missing", "Missing from a complete run"
    NO_LONGER_LISTED = "no_longer_listed", "No longer publicly listed"
    BACK = "back", "Listed again"
    UNDONE = "undone", "Import undone"


class FactKind(models.TextChoices):
    """Structured facts about a person that the screening reads."""

    PROFESSION = "profession", "Profession or role"
    PROTECTION = "protection", "Refugee or asylum status"
    EXTRADITION = "extradition", "Extradition decision"
    CCF = "ccf", "Decision of the CCF"
    HUMAN_RIGHTS_BODY = "human_rights_body", "Finding of a human rights body"
    CONVICTION = "conviction", "Conviction or acquittal"
    WARRANT_STATE = "warrant_state", "State of the warrant"
    PENALTY = "penalty", "Penalty"
    CO_ACCUSED = "co_accused", "Outcome for a co-accused"
    TIMING = "timing", "Timing"
    LOCATION = "location", "Where the person is"
    FAMILY = "family", "Family"
    CONTACT = "contact", "How to reach the person"
    SAFETY = "safety", "Safety of the person"
    OTHER = "other", "Other fact"


# A leak of these gets people arrested: for analysts and lawyers named on a file of the
# person, whatever the level of the file (`design/security.md`, section 3).
PROTECTED_FACTS = (
    FactKind.PROTECTION,
    FactKind.LOCATION,
    FactKind.FAMILY,
    FactKind.CONTACT,
    FactKind.SAFETY,
)
# Of these the same, and only lawyers.
COUNSEL_FACTS = (FactKind.SAFETY,)
# No rule reads them: they are kept out of every screening.
UNSCREENED_FACTS = (
    FactKind.LOCATION,
    FactKind.FAMILY,
    FactKind.CONTACT,
    FactKind.SAFETY,
)


class Level(models.TextChoices):
    """How well a claim is established."""

    ALLEGED = "alleged", "Alleged"
    DOCUMENTED = "documented", "Documented"
    AUTHORITY = "authority", "Found by an authority"


class Band(models.TextChoices):
    """One output of the screening, in words."""

    NONE = "none", "None"
    SOME = "some", "Some"
    STRONG = "strong", "Strong"
    INSUFFICIENT = "insufficient", "Insufficient information"


class Verdict(models.TextChoices):
    """What a colleague says of one finding or of one suggestion of the screening."""

    AGREE = "agree", "agrees"
    DISAGREE = "disagree", "disagrees"
    ACCEPT = "accept", "accepted the suggestion"
    REJECT = "reject", "rejected the suggestion"
    ADD = "add", "added it by hand"


# What a person adds to the findings of the rules.
VERDICTS_THAT_FIND = (Verdict.ACCEPT, Verdict.ADD)
# What cannot stand without a reason.
VERDICTS_WITH_REASON = (Verdict.DISAGREE, Verdict.REJECT, Verdict.ADD)


class ContextKind(models.TextChoices):
    """What is on record about a state: dated events, and what sources say of it."""

    ELECTION = "election", "Election or referendum"
    COUP = "coup", "Coup or attempted coup"
    CHANGE_OF_POWER = "change_of_power", "Change of power"
    PROTEST = "protest", "Protests"
    CRACKDOWN = "crackdown", "Crackdown or mass arrests"
    TRIAL = "trial", "Trial of public interest"
    ASYLUM = "asylum", "Asylum granted abroad, in public"
    SUMMIT = "summit", "Summit, hearing or other fixed date"
    CONFLICT = "conflict", "Conflict or broken relations"
    MISUSE = "misuse", "Documented misuse of notices"
    COURTS = "courts", "Courts and prosecutors"
    REFORM = "reform", "Reform or improvement"


# What sources say of a state; everything else is a dated event.
RECORD_KINDS = (ContextKind.MISUSE, ContextKind.COURTS, ContextKind.REFORM)
EVENT_KINDS = tuple(one for one in ContextKind if one not in RECORD_KINDS)


class ScreeningScope(models.TextChoices):
    """Which notices a run of the screening goes through, and to what end."""

    EVERYTHING = "everything", "Every notice"
    TOUCHED = "touched", "Notices that a changed entry touches"
    DIFFERENCE = "difference", "What other rules would change"


class ScreeningState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    STOPPED = "stopped", "Stopped"
    COMPLETE = "complete", "Complete"
    FAILED = "failed", "Failed"


SCREENING_OPEN = (ScreeningState.WAITING, ScreeningState.RUNNING)
