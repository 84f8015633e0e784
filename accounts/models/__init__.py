from accounts.models.audit import AnchorMail, AuditEntry, AuditHead
from accounts.models.factor import LostFactor
from accounts.models.session import BrowserSession
from accounts.models.token import ApiToken
from accounts.models.user import User, UserManager

__all__ = [
    "AnchorMail",
    "ApiToken",
    "AuditEntry",
    "AuditHead",
    "BrowserSession",
    "LostFactor",
    "User",
    "UserManager",
]
