from cases.models.case import CaseFile, CaseMember, CaseNote, CaseNotice
from cases.models.digest import (
    BeatTick,
    Digest,
    DigestDelivery,
    DigestItem,
    DigestSetting,
    Follow,
)
from cases.models.export import Export
from cases.models.review import Review, ReviewTransition

__all__ = [
    "BeatTick",
    "CaseFile",
    "CaseMember",
    "CaseNote",
    "CaseNotice",
    "Digest",
    "DigestDelivery",
    "DigestItem",
    "DigestSetting",
    "Export",
    "Follow",
    "Review",
    "ReviewTransition",
]
