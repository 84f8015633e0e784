"""Everything that an exported case file says, as plain data.

`compose.py` fills a `CaseDocument` from the database by the allow list of a profile;
`pdf.py` and `as_json.py` only set it. So what is not in here cannot be in an export.

Two kinds of strings: `str` is written by this app (labels, dates, country names);
`Text` came from outside or was typed by a person, and may be in any language.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

DISCLAIMER = (
    "INTERPOL presumes the person innocent; the CCF, not this app, decides compliance."
)


@dataclass(frozen=True, slots=True)
class Text:
    """Words as received or typed; `lang` is an ISO 639 code, empty if not known."""

    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled line; `source` says where the fact comes from."""

    label: str
    value: Text
    source: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """One way the person's name is written."""

    value: Text
    script: str
    kind: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """`latin` heads the file; `names` holds every other spelling, originals first."""

    latin: str
    names: tuple[Name, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge as received, with its translation if there is one."""

    original: Text
    language: str
    translation: Text | None
    translated_by: str


@dataclass(frozen=True, slots=True)
class Warrant:
    """One issuing country's basis in a notice."""

    title: str
    rows: tuple[Row, ...]
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert about the person; `status` says whether it is publicly listed."""

    title: str
    number: str
    kind: str
    status: str
    rows: tuple[Row, ...]
    warrants: tuple[Warrant, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One indicator or counter-indicator that holds.

    `strength` is 1 to 3, `level` one of alleged, documented, authority; each is also
    there in words. `verified` is false while the article has not been read in the
    primary text.
    """

    code: str
    title: str
    reason: str
    articles: tuple[str, ...]
    verified: bool
    strength: int
    strength_in_words: str
    level: str
    level_in_words: str
    quote: Text | None
    quoted_from: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the screening found in one notice; `outputs` are never one number."""

    notice: str
    made: str
    outputs: tuple[Row, ...]
    findings_for: tuple[Finding, ...]
    findings_against: tuple[Finding, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the human decision: what, by whom, when and why."""

    what: str
    who: str
    when: str
    reasons: str
    text: Text


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of the review of one notice and how it was reached."""

    notice: str
    outcome: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the chronology; `when` shows as much of the date as is known."""

    when: str
    kind: str
    text: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Note:
    """A note of a colleague on the file."""

    author: str
    when: str
    text: Text
    counsel_only: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A person with access to the file, why and until when."""

    name: str
    role: str
    reason: Text
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Source:
    """A record as received, with the SHA-256 of its bytes."""

    label: str
    received: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A whole case file for one reader.

    A section that the profile does not hold is `None` and leaves no heading; an empty
    one says that nothing is recorded. `left_out` names what the profile never holds,
    in the same words whether or not this file has any of it. Raises nothing itself;
    `generated_at` must be aware.
    """

    code_name: str
    level: str
    mark: str
    profile: str
    recipient: Text
    purpose: Text
    requested_by: str
    generated_at: datetime
    generated: str
    copy: str
    audit_seq: int
    audit_head: str
    demo: bool
    person: Person
    summary: tuple[str, ...]
    own_summary: Text | None
    left_out: tuple[str, ...]
    notices: tuple[Notice, ...] = ()
    assessments: tuple[Assessment, ...] | None = None
    shows_against: bool = True
    decisions: tuple[Decision, ...] | None = None
    chronology: tuple[Event, ...] | None = None
    notes: tuple[Note, ...] | None = None
    members: tuple[Member, ...] | None = None
    sources: tuple[Source, ...] | None = None
    disclaimer: str = DISCLAIMER


def fingerprint(document: CaseDocument) -> str:
    """Return a hash of all that the document says, but for the moment it was made."""
    timeless = replace(
        document,
        generated_at=datetime.fromtimestamp(0, UTC),
        generated="",
        audit_seq=0,
        audit_head="",
    )
    return hashlib.sha256(repr(timeless).encode()).hexdigest()
