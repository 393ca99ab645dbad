"""The account itself, and the second factor of staff."""

from typing import Any

from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy, translate_url
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import second_factor
from accounts.access import citizen_required, signed_in_user
from accounts.forms import EnrolForm, LanguageForm, NewRecoveryCodesForm, PasswordConfirmForm
from accounts.masking import mask_contact
from accounts.totp import LAST_STEP, in_groups
from audit.services import record
from identity.nik import mask_nik


@never_cache
@citizen_required
@require_http_methods(["GET", "POST"])
def account_detail(request: HttpRequest) -> HttpResponse:
    """Who I am here, and in which language the portal writes to me."""
    user = signed_in_user(request)
    form = LanguageForm(request.POST or None, initial={"language": user.language})
    if request.method == "POST" and form.is_valid():
        user.language = form.cleaned_data["language"]
        user.save(update_fields=["language"])
        with override(user.language):
            messages.success(request, _("Saved."))
        return redirect(translate_url(request.path, user.language))
    context = {
        "account": user,
        "form": form,
        "nik": mask_nik(user.nik) if user.nik else "",
        "phone": mask_contact("phone", user.phone),
        "email": mask_contact("email", user.email),
        "has_open_slip": user.recovery_slips.open().exists(),
    }
    return render(request, "accounts/account_detail.html", context)


@method_decorator([sensitive_post_parameters("code"), never_cache], name="dispatch")
class SecondFactorEnrol(ActivateTOTPView):  # type: ignore[misc]
    """Staff connect their authenticator app. Until then, this page is all they reach."""

    form_class = EnrolForm
    template_name = "accounts/second_factor_enrol.html"
    success_url = reverse_lazy("accounts:recovery_codes_detail")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = signed_in_user(request)
        if not user.needs_second_factor:
            raise PermissionDenied
        if second_factor.is_enrolled(user):
            return redirect("accounts:recovery_codes_detail")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "secret": in_groups(context["form"].secret)}

    def get_success_url(self) -> str:
        return str(self.success_url)

    def form_valid(self, form: EnrolForm) -> HttpResponse:
        authenticator, _codes = activate_totp(self.request, form)
        authenticator.data[LAST_STEP] = form.step
        authenticator.save(update_fields=["data"])
        user = signed_in_user(self.request)
        record(by=user, verb="accounts.enrol_second_factor", subject=user)
        self.request.session.cycle_key()
        second_factor.mark_complete(self.request, user)
        return redirect(self.get_success_url())


@sensitive_post_parameters()
@never_cache
@citizen_required
@require_http_methods(["GET", "POST"])
def recovery_codes_detail(request: HttpRequest) -> HttpResponse:
    """Recovery codes are shown once, when they are made; new ones cost a code of the app, or a citizen's password."""
    user = signed_in_user(request)
    if not user.needs_second_factor and not user.sign_in_code:
        raise PermissionDenied
    form_class = NewRecoveryCodesForm if user.needs_second_factor else PasswordConfirmForm
    form = form_class(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        generate_recovery_codes(request)
        record(by=user, verb="accounts.new_recovery_codes", subject=user)
        return redirect("accounts:recovery_codes_detail")
    codes, may_show = view_recovery_codes(request)
    unused = codes.get_unused_codes() if codes else []
    context = {"form": form, "codes": unused if may_show else [], "number_left": len(unused)}
    return render(request, "accounts/recovery_codes_detail.html", context)
