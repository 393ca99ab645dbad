"""Forms of the accounts pages. The boundary: everything typed passes one of them."""

from accounts.forms.account import LanguageForm
from accounts.forms.codes import CodeForm, EnrolForm, NewRecoveryCodesForm
from accounts.forms.passwords import PasswordChangeForm, RecoveryCodeForm, RecoveryForm
from accounts.forms.signing import SignInForm, SignUpForm

__all__ = [
    "CodeForm",
    "EnrolForm",
    "LanguageForm",
    "NewRecoveryCodesForm",
    "PasswordChangeForm",
    "RecoveryCodeForm",
    "RecoveryForm",
    "SignInForm",
    "SignUpForm",
]
