"""Forms of the accounts pages. The boundary: everything typed passes one of them."""

from accounts.forms.account import LanguageForm
from accounts.forms.codes import CodeForm, EnrolForm, NewRecoveryCodesForm
from accounts.forms.contacts import (
    ChooseSignInCodeForm,
    ContactCodeForm,
    ContactForm,
    PasswordConfirmForm,
    SignInCodeForm,
)
from accounts.forms.helping import FindAccountForm, KtpSeenForm, SlipForm
from accounts.forms.passwords import PasswordChangeForm, RecoveryCodeForm, RecoveryForm
from accounts.forms.signing import SignInForm, SignUpForm

__all__ = [
    "ChooseSignInCodeForm",
    "CodeForm",
    "ContactCodeForm",
    "ContactForm",
    "EnrolForm",
    "FindAccountForm",
    "KtpSeenForm",
    "LanguageForm",
    "NewRecoveryCodesForm",
    "PasswordChangeForm",
    "PasswordConfirmForm",
    "RecoveryCodeForm",
    "RecoveryForm",
    "SignInCodeForm",
    "SignInForm",
    "SignUpForm",
    "SlipForm",
]
