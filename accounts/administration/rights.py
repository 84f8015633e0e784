"""What each role and each person may do, in the order in which people look for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from accounts.capabilities import NEEDS_EXPORT_RIGHT, Capability, capabilities_of
from accounts.choices import Role
from accounts.models import User

_C = Capability
GROUPS: Mapping[str, tuple[Capability, ...]] = MappingProxyType(
    {
        "Notices": (
            _C.SEE_PUBLIC_NOTICES,
            _C.SEE_FINDINGS,
            _C.IMPORT,
            _C.SEE_RUNS,
            _C.RECORD_FACTS,
            _C.PROPOSE,
            _C.SIGN,
            _C.SCREEN_ALL,
            _C.SWITCH_RULES,
        ),
        "Case files": (
            _C.OPEN_CASE,
            _C.SEE_RESTRICTED_CASES,
            _C.SEE_WALLED_CASES,
            _C.WRITE_CASE,
            _C.GIVE_ACCESS,
            _C.LOWER_LEVEL,
            _C.SEE_PROTECTED_FACTS,
            _C.SEE_COUNSEL_NOTES,
            _C.BREAK_GLASS,
        ),
        "Copies of case files": (
            _C.EXPORT_INTERNAL,
            _C.EXPORT_COUNSEL,
            _C.EXPORT_PUBLIC,
        ),
        "Keeping and deleting": (
            _C.HOLD,
            _C.ASK_ERASURE,
            _C.ERASE,
            _C.SET_RETENTION,
        ),
        "For oneself": (_C.FOLLOW, _C.MAKE_TOKENS),
        "Running the place": (
            _C.SEE_USERS,
            _C.SEE_WHO_SEES,
            _C.SEE_HEALTH,
        ),
        "The audit log": (_C.READ_SETTINGS_LOG, _C.READ_LOG, _C.VERIFY_AUDIT),
    }
)


@dataclass(frozen=True, slots=True)
class Right:
    """One right of a person; `is_open` is False while an export is not allowed yet."""

    words: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One right, and for each role in their order whether it holds the right."""

    words: str
    held: tuple[bool, ...]
    if_allowed: bool


def rows_by_group() -> Iterator[tuple[str, list[Row]]]:
    """Yield the table of rights by role, group by group."""
    for group, capabilities in GROUPS.items():
        yield (
            group,
            [
                Row(
                    sentence(one),
                    tuple(one in capabilities_of(role) for role in Role),
                    one in NEEDS_EXPORT_RIGHT,
                )
                for one in capabilities
            ],
        )


def rights_of(user: User) -> list[tuple[str, list[Right]]]:
    """Return what the role of `user` opens, by group, without empty groups."""
    held = capabilities_of(user.role)
    return [
        (
            group,
            [
                Right(sentence(one), one not in NEEDS_EXPORT_RIGHT or user.may_export)
                for one in capabilities
                if one in held
            ],
        )
        for group, capabilities in GROUPS.items()
        if held.intersection(capabilities)
    ]


def sentence(capability: Capability) -> str:
    """Return the words of a right with a capital letter."""
    return f"{capability.value[0].upper()}{capability.value[1:]}"
