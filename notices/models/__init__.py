from notices.models.context import ContextEntry, CopiedText
from notices.models.country import Country, NationalBureau
from notices.models.feed import Feed, FeedRun, RunError
from notices.models.identity import (
    IdentityPair,
    IdentityStep,
    Merge,
    MergeMember,
    SuggestionRun,
)
from notices.models.judgement import Judgement, JudgementSeal
from notices.models.matter import Matter, MatterPerson
from notices.models.notice import Charge, Notice, NoticeGrant, Sighting, Warrant
from notices.models.person import Person, PersonFact, PersonName
from notices.models.rescreening import RulesSwitch, ScreeningRun
from notices.models.screening import Finding, Screening
from notices.models.translation import Translation
from notices.models.version import NoticeChange, NoticeVersion, RawRecord

__all__ = [
    "Charge",
    "ContextEntry",
    "CopiedText",
    "Country",
    "Feed",
    "FeedRun",
    "Finding",
    "IdentityPair",
    "IdentityStep",
    "Judgement",
    "JudgementSeal",
    "Matter",
    "MatterPerson",
    "Merge",
    "MergeMember",
    "NationalBureau",
    "Notice",
    "NoticeChange",
    "NoticeGrant",
    "NoticeVersion",
    "Person",
    "PersonFact",
    "PersonName",
    "RawRecord",
    "RulesSwitch",
    "RunError",
    "Screening",
    "ScreeningRun",
    "Sighting",
    "SuggestionRun",
    "Translation",
    "Warrant",
]
