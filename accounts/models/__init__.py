from accounts.models.grant import Role, RoleGrant
from accounts.models.recovery import RecoveryRequest
from accounts.models.spending import LimitCounter
from accounts.models.user import User

__all__ = ["LimitCounter", "RecoveryRequest", "Role", "RoleGrant", "User"]
