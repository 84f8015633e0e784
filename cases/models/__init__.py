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
from cases.models.wall import CaseAlert, CaseBar, Glass, Lowering

__all__ = [
    "BeatTick",
    "CaseAlert",
    "CaseBar",
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
    "Glass",
    "Lowering",
    "Review",
    "ReviewTransition",
]
