from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.token import ApiToken
from accounts.models.user import User, UserManager

__all__ = ["ApiToken", "AuditEntry", "AuditHead", "User", "UserManager"]
