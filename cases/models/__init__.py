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
from cases.models.keeping import (
    Erasure,
    Expiry,
    ExpiryWarning,
    LegalHold,
    Restoration,
    RetentionRule,
    Tombstone,
)
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
    "Tombstone",
]
