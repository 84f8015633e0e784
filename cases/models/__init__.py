from cases.models.bulk import Bulk, BulkItem
from cases.models.case import CaseFile, CaseMember, CaseNote, CaseNotice
from cases.models.desk import (
    Comment,
    DeskAlert,
    Draft,
    Tagging,
    TranslationWish,
)
from cases.models.digest import (
    BeatTick,
    Digest,
    DigestDelivery,
    DigestItem,
    DigestSetting,
    Follow,
)
from cases.models.export import Export
from cases.models.keeping import (
    Erasure,
    Expiry,
    ExpiryWarning,
    LegalHold,
    Restoration,
    RetentionRule,
    Tombstone,
)
from cases.models.review import Review, ReviewTransition, SealedReading
from cases.models.view import SavedView
from cases.models.wall import CaseAlert, CaseBar, Glass, Lowering

__all__ = [
    "BeatTick",
    "Bulk",
    "BulkItem",
    "CaseAlert",
    "CaseBar",
    "CaseFile",
    "CaseMember",
    "CaseNote",
    "CaseNotice",
    "Comment",
    "DeskAlert",
    "Digest",
    "DigestDelivery",
    "DigestItem",
    "DigestSetting",
    "Draft",
    "Erasure",
    "Expiry",
    "ExpiryWarning",
    "Export",
    "Follow",
    "Glass",
    "LegalHold",
    "Lowering",
    "Restoration",
    "RetentionRule",
    "Review",
    "ReviewTransition",
    "SavedView",
    "SealedReading",
    "Tagging",
    "Tombstone",
    "TranslationWish",
]
