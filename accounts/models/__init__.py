from accounts.models.carried import CarriedForm
from accounts.models.consent import Consent
from accounts.models.contact import ContactKind, MessageCode, Purpose
from accounts.models.grant import Role, RoleGrant
from accounts.models.recovery import RecoveryRequest
from accounts.models.session import OpenSession
from accounts.models.slip import RecoverySlip
from accounts.models.spending import LimitCounter
from accounts.models.user import User

__all__ = [
    "CarriedForm",
    "Consent",
    "ContactKind",
    "LimitCounter",
    "MessageCode",
    "OpenSession",
    "Purpose",
    "RecoveryRequest",
    "RecoverySlip",
    "Role",
    "RoleGrant",
    "User",
]
