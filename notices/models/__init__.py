from notices.models.context import ContextEntry, CopiedText
from notices.models.country import Country, NationalBureau
from notices.models.feed import Feed, FeedRun, RunError
from notices.models.judgement import Judgement, JudgementSeal
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
    "Judgement",
    "JudgementSeal",
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
    "Translation",
    "Warrant",
]
