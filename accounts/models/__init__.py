from accounts.models.alarm import ReadingAlarm
from accounts.models.audit import AnchorMail, AuditEntry, AuditHead
from accounts.models.factor import LostFactor
from accounts.models.rights import AdministratorRequest
from accounts.models.session import BrowserSession
from accounts.models.token import ApiToken
from accounts.models.user import User, UserManager

__all__ = [
    "AdministratorRequest",
    "AnchorMail",
    "ApiToken",
    "AuditEntry",
    "AuditHead",
    "BrowserSession",
    "LostFactor",
    "ReadingAlarm",
    "User",
    "UserManager",
]
