from accounts.models.audit import AuditEntry, AuditHead
from accounts.models.user import User, UserManager

__all__ = ["AuditEntry", "AuditHead", "User", "UserManager"]
