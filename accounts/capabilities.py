"""Which role may do what: the one table that every guard reads.

A capability opens a kind of act; being named on a case file opens that file. Both are
needed (`design/security.md`, section 3). Nothing here bypasses for superusers.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from accounts.choices import Role


class Capability(Enum):
    """An act that a role may be allowed; the value is its name in sentences."""

    SEE_PUBLIC_NOTICES = "see public notices"
    SEE_FINDINGS = "see non-public notices and findings"
    IMPORT = "import notices and undo an import"
    SEE_RUNS = "see feeds and import runs"
    RECORD_FACTS = "record facts about a person"
    SCREEN_ALL = "have every notice screened again"
    SWITCH_RULES = "switch on other rules for the screening, as one of two reviewers"
    PROPOSE = "propose an outcome"
    SIGN = "sign or return a colleague's proposal"
    OPEN_CASE = "open a case file and read those of the organisation"
    SEE_RESTRICTED_CASES = "read restricted case files that name them"
    SEE_WALLED_CASES = "read case files behind a wall that name them"
    WRITE_CASE = "write in case files that name them"
    GIVE_ACCESS = "add people to case files they lead and raise the level"
    LOWER_LEVEL = "let more people see a case file, together with a second person"
    SEE_PROTECTED_FACTS = (
        "read location, family, contacts and asylum in case files that name them"
    )
    SEE_COUNSEL_NOTES = "read counsel's notes"
    BREAK_GLASS = "open a walled case file in an emergency, with another administrator"
    EXPORT_INTERNAL = "export a case file for internal use"
    EXPORT_COUNSEL = "export a case file for counsel or the CCF"
    EXPORT_PUBLIC = "export a public copy of a case file, with the person's consent"
    HOLD = "put a case file under legal hold and lift the hold"
    ASK_ERASURE = "ask for the erasure of a case file"
    ERASE = "erase what was asked to be erased, as the second person"
    SET_RETENTION = "set how long things are kept"
    FOLLOW = "follow countries, people and filters"
    MAKE_TOKENS = "make access tokens for programs of their own"
    SEE_USERS = "see and change users and roles"
    SEE_WHO_SEES = "see who can open a given case file and why"
    SEE_HEALTH = "see the state of the system"
    READ_SETTINGS_LOG = "read the audit log about users and settings"
    READ_LOG = "read the whole audit log, entries about walled files as hashes"
    VERIFY_AUDIT = "verify the audit log"


_C = Capability
_READERS = (Role.ANALYST, Role.REVIEWER, Role.LAWYER)
_NAMEABLE = (*_READERS, Role.ADVOCACY)

# Whom each row of the table lets; a role that stands in no row may do nothing.
_ALLOWED: Mapping[Capability, tuple[Role, ...]] = {
    _C.SEE_PUBLIC_NOTICES: _NAMEABLE,
    _C.SEE_FINDINGS: _READERS,
    _C.IMPORT: (Role.ANALYST, Role.REVIEWER),
    _C.SEE_RUNS: (Role.ANALYST, Role.REVIEWER, Role.ADMINISTRATOR),
    _C.RECORD_FACTS: _READERS,
    _C.SCREEN_ALL: (Role.REVIEWER, Role.ADMINISTRATOR),
    _C.SWITCH_RULES: (Role.REVIEWER,),
    _C.PROPOSE: (Role.ANALYST, Role.REVIEWER),
    _C.SIGN: (Role.REVIEWER,),
    _C.OPEN_CASE: _READERS,
    _C.SEE_RESTRICTED_CASES: _NAMEABLE,
    _C.SEE_WALLED_CASES: _READERS,
    _C.WRITE_CASE: _READERS,
    # Reviewers too: whoever opens a file leads it, and a lead alone is a dead end.
    _C.GIVE_ACCESS: (Role.ANALYST, Role.REVIEWER, Role.LAWYER),
    _C.LOWER_LEVEL: (Role.LAWYER,),
    _C.SEE_PROTECTED_FACTS: (Role.ANALYST, Role.LAWYER),
    _C.SEE_COUNSEL_NOTES: (Role.LAWYER,),
    _C.BREAK_GLASS: (Role.ADMINISTRATOR,),
    _C.EXPORT_INTERNAL: _READERS,
    _C.EXPORT_COUNSEL: (Role.LAWYER,),
    _C.EXPORT_PUBLIC: _NAMEABLE,
    _C.HOLD: (Role.LAWYER,),
    _C.ASK_ERASURE: (Role.LAWYER,),
    _C.ERASE: (Role.ADMINISTRATOR,),
    _C.SET_RETENTION: (Role.ADMINISTRATOR,),
    _C.FOLLOW: (*_NAMEABLE, Role.ADMINISTRATOR),
    _C.MAKE_TOKENS: (*_NAMEABLE, Role.ADMINISTRATOR),
    _C.SEE_USERS: (Role.ADMINISTRATOR,),
    _C.SEE_WHO_SEES: (Role.ADMINISTRATOR,),
    _C.SEE_HEALTH: (Role.ADMINISTRATOR,),
    _C.READ_SETTINGS_LOG: (Role.ADMINISTRATOR,),
    _C.READ_LOG: (Role.AUDITOR,),
    _C.VERIFY_AUDIT: (*_READERS, Role.ADMINISTRATOR, Role.AUDITOR),
}

ROLE_CAPABILITIES: Mapping[str, frozenset[Capability]] = MappingProxyType(
    {
        role: frozenset(one for one, roles in _ALLOWED.items() if role in roles)
        for role in Role
    }
)

# What the role alone does not open: an administrator allows it to each person.
NEEDS_EXPORT_RIGHT = frozenset(
    {_C.EXPORT_INTERNAL, _C.EXPORT_COUNSEL, _C.EXPORT_PUBLIC}
)


def capabilities_of(role: str) -> frozenset[Capability]:
    """Return what `role` may do; an unknown role may do nothing."""
    return ROLE_CAPABILITIES.get(role, frozenset())


def roles_with(capability: Capability) -> list[str]:
    """Return the roles that hold `capability`, for the page that refuses an act."""
    return [role for role, held in ROLE_CAPABILITIES.items() if capability in held]


def exports(role: str) -> bool:
    """Tell whether `role` takes copies at all, once the person is allowed to."""
    return bool(capabilities_of(role) & NEEDS_EXPORT_RIGHT)
