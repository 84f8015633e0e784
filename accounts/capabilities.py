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
    PROPOSE = "propose an outcome"
    SIGN = "sign or return a colleague's proposal"
    OPEN_CASE = "open a case file"
    WRITE_CASE = "write in case files that name them"
    SEE_COUNSEL_NOTES = "read counsel's notes"
    EXPORT_INTERNAL = "export a case file for internal use"
    EXPORT_COUNSEL = "export a case file for counsel or the CCF"
    FOLLOW = "follow countries, people and filters"
    SEE_USERS = "see and change users and roles"
    VERIFY_AUDIT = "verify the audit log"
    SEE_HEALTH = "see the state of the system"


_C = Capability

ROLE_CAPABILITIES: Mapping[str, frozenset[Capability]] = MappingProxyType(
    {
        Role.ANALYST: frozenset(
            {
                _C.SEE_PUBLIC_NOTICES,
                _C.SEE_FINDINGS,
                _C.IMPORT,
                _C.SEE_RUNS,
                _C.RECORD_FACTS,
                _C.PROPOSE,
                _C.OPEN_CASE,
                _C.WRITE_CASE,
                _C.EXPORT_INTERNAL,
                _C.FOLLOW,
                _C.VERIFY_AUDIT,
            }
        ),
        Role.REVIEWER: frozenset(
            {
                _C.SEE_PUBLIC_NOTICES,
                _C.SEE_FINDINGS,
                _C.IMPORT,
                _C.SEE_RUNS,
                _C.RECORD_FACTS,
                _C.PROPOSE,
                _C.SIGN,
                _C.OPEN_CASE,
                _C.WRITE_CASE,
                _C.EXPORT_INTERNAL,
                _C.FOLLOW,
                _C.VERIFY_AUDIT,
            }
        ),
        Role.LAWYER: frozenset(
            {
                _C.SEE_PUBLIC_NOTICES,
                _C.SEE_FINDINGS,
                _C.RECORD_FACTS,
                _C.OPEN_CASE,
                _C.WRITE_CASE,
                _C.SEE_COUNSEL_NOTES,
                _C.EXPORT_INTERNAL,
                _C.EXPORT_COUNSEL,
                _C.FOLLOW,
                _C.VERIFY_AUDIT,
            }
        ),
        Role.ADVOCACY: frozenset({_C.SEE_PUBLIC_NOTICES, _C.FOLLOW}),
        Role.ADMINISTRATOR: frozenset(
            {_C.SEE_RUNS, _C.FOLLOW, _C.SEE_USERS, _C.VERIFY_AUDIT, _C.SEE_HEALTH}
        ),
    }
)


def capabilities_of(role: str) -> frozenset[Capability]:
    """Return what `role` may do; an unknown role may do nothing."""
    return ROLE_CAPABILITIES.get(role, frozenset())


def roles_with(capability: Capability) -> list[str]:
    """Return the roles that hold `capability`, for the page that refuses an act."""
    return [role for role, held in ROLE_CAPABILITIES.items() if capability in held]
