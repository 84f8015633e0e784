"""What each kind of copy may contain: an allow list of parts, each a named sentence.

A part that is not listed for a profile is not in its copies, and a new part is in none
until it is listed here (`design/security.md`, section 7).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from accounts.capabilities import Capability
from cases.choices import ExportProfile


class Part(Enum):
    """A part of a case file; the value reads well in a list of what is left out."""

    SUMMARY = "The organisation's own summary"
    FACTS = "Facts about the person, such as protection, profession and decisions"
    WHEREABOUTS = "Where the person and the family are, how to reach them, their safety"
    CLOSED_NOTICES = "Notices that are not on a public list"
    FINDINGS_FOR = "Indicators of misuse"
    FINDINGS_AGAINST = "Indicators against misuse"
    UNKNOWN = "What the screening could not know"
    DECISIONS = "The review decision and its reasons"
    STAFF = "Names of colleagues"
    CHRONOLOGY = "The chronology"
    CONTACTS = "Contacts with the person"
    NOTES = "Notes"
    COUNSEL_NOTES = "Notes for lawyers only"
    MEMBERS = "The people with access to the file"
    SOURCES = "The records as received, by their hashes"


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of copy: its name, its mark, its parts and who may take it."""

    label: str
    # On top of every page; empty means the level of the file.
    heading: str
    mark: str
    parts: frozenset[Part]
    capability: Capability
    needs_consent: bool = False

    @property
    def left_out(self) -> tuple[str, ...]:
        """What it never holds, in the order of a case file."""
        return tuple(part.value for part in Part if part not in self.parts)

    @property
    def contains(self) -> tuple[str, ...]:
        return tuple(part.value for part in Part if part in self.parts)


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        ExportProfile.INTERNAL: Profile(
            label="Internal copy",
            heading="",
            mark=(
                "For colleagues who may read this file in the app. Do not forward it; "
                "destroy it when it is no longer needed."
            ),
            parts=frozenset(Part),
            capability=Capability.EXPORT_INTERNAL,
        ),
        ExportProfile.COUNSEL: Profile(
            label="Copy for counsel",
            heading="Privileged and confidential",
            mark=(
                "Prepared for legal advice. If it was not meant for you, give it back "
                "unread and say so at once."
            ),
            parts=frozenset(Part) - {Part.MEMBERS},
            capability=Capability.EXPORT_COUNSEL,
        ),
        ExportProfile.CCF: Profile(
            label="Copy for the CCF",
            heading="Confidential: for the CCF",
            mark=(
                "For the Commission for the Control of INTERPOL's Files. Which parts "
                "may go on to a national bureau is for the person's counsel to say."
            ),
            parts=frozenset(
                {
                    Part.FACTS,
                    Part.CLOSED_NOTICES,
                    Part.FINDINGS_FOR,
                    Part.CHRONOLOGY,
                    Part.SOURCES,
                }
            ),
            capability=Capability.EXPORT_COUNSEL,
        ),
        ExportProfile.PUBLIC: Profile(
            label="Public copy",
            heading="Public",
            mark="Holds only what INTERPOL itself has published.",
            parts=frozenset({Part.SOURCES}),
            capability=Capability.EXPORT_PUBLIC,
            needs_consent=True,
        ),
    }
)
