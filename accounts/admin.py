"""Accounts and roles in the Django admin. Numbers are masked, passwords and codes are not here, roles pass services."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import services
from accounts.access import signed_in_user
from accounts.identifiers import read_identifier
from accounts.masking import mask_email
from accounts.models import Consent, RecoverySlip, Role, RoleGrant, User
from areas.models import Area
from audit.admin_views import LooksAreRecorded, ReadOnly
from identity.nik import mask_nik
from identity.phones import mask_phone

MOST_FOUND = 20

if TYPE_CHECKING:
    _UserForm = forms.ModelForm[User]
    _GrantForm = forms.ModelForm[RoleGrant]
    _UserAdmin = admin.ModelAdmin[User]
    _GrantAdmin = admin.ModelAdmin[RoleGrant]
    _SlipAdmin = admin.ModelAdmin[RecoverySlip]
    _ConsentAdmin = admin.ModelAdmin[Consent]
    _GrantInline = admin.TabularInline[RoleGrant, User]
else:  # Django's classes take type parameters in the stubs only
    _UserForm = _GrantForm = forms.ModelForm
    _UserAdmin = _GrantAdmin = _SlipAdmin = _ConsentAdmin = admin.ModelAdmin
    _GrantInline = admin.TabularInline


class StaffAddForm(_UserForm):
    """A new officer or admin. The password is set by the person, with "Forgot your password?"."""

    address = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.all(), required=False)

    class Meta:
        model = User
        fields = ["username", "name"]

    def clean_username(self) -> str:
        username = User.normalize_username(self.cleaned_data["username"])
        if read_identifier(username).kind != "username":
            raise ValidationError(_("A username may not look like a number or an e-mail address."))
        if User.objects.filter(username=username).exists():
            raise ValidationError(_("Somebody has this username."))
        return username

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("role") == Role.OFFICER and cleaned.get("area") is None:
            self.add_error("area", _("An officer needs an area."))
        return cleaned


class RoleGrantForm(_GrantForm):
    request: HttpRequest
    use_required_attribute = False  # the person is searched for: HTML knows no required list without choices

    class Meta:
        model = RoleGrant
        fields = ["user", "role", "area"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        user, role, area = cleaned.get("user"), cleaned.get("role"), cleaned.get("area")
        if user is not None and user.pk == self.request.user.pk:
            raise ValidationError(_("Nobody gives roles to themselves."))
        if role == Role.OFFICER and area is None:
            self.add_error("area", _("An officer needs an area."))
        if user and RoleGrant.objects.filter(user=user, role=role, area=area, ended_at=None).exists():
            raise ValidationError(_("This person holds this role for this area already."))
        return cleaned


class FindForm(forms.Form):
    q = forms.CharField(max_length=254)


def _to_list(**query: str) -> HttpResponse:
    return redirect(f"{reverse('admin:accounts_user_changelist')}?{urlencode(query)}")


class GrantInline(_GrantInline):
    model = RoleGrant
    fk_name = "user"
    fields = ["role", "area", "granted_by", "granted_at", "ended_at"]
    readonly_fields = ["role", "area", "granted_by", "granted_at", "ended_at"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(LooksAreRecorded, _UserAdmin):
    list_display = ["__str__", "masked_nik", "masked_phone", "is_active", "last_login", "date_joined"]
    list_filter = ["is_active", "role_grants__role"]
    search_fields = ["name", "username"]
    change_list_template = "admin/accounts/user_change_list.html"
    inlines = [GrantInline]
    actions = ["reset_second_factor"]
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("NIK"))
    def masked_nik(self, user: User) -> str:
        return mask_nik(user.nik) if user.nik else "–"

    @admin.display(description=_("Phone"))
    def masked_phone(self, user: User) -> str:
        return mask_phone(user.phone) if user.phone else "–"

    @admin.display(description=_("E-mail"))
    def masked_email(self, user: User) -> str:
        return mask_email(user.email) if user.email else "–"

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ["username", "name", "address", "role", "area"]
        return [
            "username",
            "name",
            "masked_nik",
            "nik_claimed_at",
            "masked_phone",
            "phone_verified_at",
            "masked_email",
            "email_verified_at",
            "sign_in_code",
            "is_active",
            "is_superuser",
            "last_login",
            "date_joined",
            "deletion_due_at",
            "deleted_at",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return []
        own = ["is_active"] if obj.pk == request.user.pk else []
        return [name for name in self.get_fields(request, obj) if name != "is_active"] + own

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = StaffAddForm
        return super().get_form(request, obj, change, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[Any]:
        return [GrantInline] if obj is not None else []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            services.set_active(user=obj, is_active=obj.is_active, by=signed_in_user(request))
            return
        data = form.cleaned_data
        made = services.create_staff(
            username=data["username"], name=data["name"], email=data["address"], password=None,
            role=Role(data["role"]), area=data["area"], by=signed_in_user(request),
        )  # fmt: skip
        obj.pk = made.pk
        obj._state.adding = False

    def get_urls(self) -> list[URLPattern]:
        find = self.admin_site.admin_view(require_POST(self.find))
        return [path("cari/", find, name="accounts_user_find"), *super().get_urls()]

    def find(self, request: HttpRequest) -> HttpResponse:
        """Find people by name or username, or by a whole NIK, phone number or e-mail address.

        Posted, since what a search asks for in an address ends up in histories and logs.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = FindForm(request.POST)
        if not form.is_valid():
            self.message_user(request, _("Type a name, or a whole number or address."), messages.ERROR)
            return redirect("admin:accounts_user_changelist")
        typed = read_identifier(form.cleaned_data["q"])
        if typed.kind == "username":
            return _to_list(q=form.cleaned_data["q"])
        found = User.objects.filter(**{f"{typed.kind}_index__in": typed.indexes}).values_list("pk", flat=True)
        if not found:
            self.message_user(request, _("Nobody has given this number or address."), messages.WARNING)
            return redirect("admin:accounts_user_changelist")
        return _to_list(id__in=",".join(str(pk) for pk in found[:MOST_FOUND]))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """By name or username only: numbers and addresses do not belong into an address line."""
        if search_term.strip() and read_identifier(search_term).kind != "username":
            return queryset.none(), False
        found: tuple[QuerySet[User], bool] = super().get_search_results(request, queryset, search_term)
        return found

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Reset a lost second factor"))
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            try:
                services.reset_second_factor(user=user, by=signed_in_user(request))
            except services.OwnRole:
                self.message_user(request, _("You cannot reset your own second factor."), messages.ERROR)
            else:
                self.message_user(request, _("%(user)s enrols a new one at the next sign-in.") % {"user": user})


@admin.register(RoleGrant)
class RoleGrantAdmin(_GrantAdmin):
    form = RoleGrantForm
    list_display = ["user", "role", "area", "granted_by", "granted_at", "ended_at"]
    list_filter = ["role", "ended_at"]
    search_fields = ["user__name", "user__username", "area__full_name"]
    autocomplete_fields = ["user"]
    list_select_related = ["user", "area", "granted_by"]
    actions = ["end_roles"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.request = request
        return form

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: Any, change: bool) -> None:
        grant = services.grant_role(user=obj.user, role=Role(obj.role), area=obj.area, by=signed_in_user(request))
        obj.pk = grant.pk
        obj._state.adding = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A grant is ended by the action, never rewritten."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("End the selected roles"), permissions=["end"])
    def end_roles(self, request: HttpRequest, queryset: QuerySet[RoleGrant]) -> None:
        ended = 0
        for grant in queryset.select_related("user"):
            try:
                services.end_role(grant=grant, by=signed_in_user(request))
                ended += 1
            except services.OwnRole:
                self.message_user(request, _("Nobody ends their own role."), messages.ERROR)
        if ended:
            text = ngettext("%(count)d role ended.", "%(count)d roles ended.", ended) % {"count": ended}
            self.message_user(request, text)

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_rolegrant")


@admin.register(RecoverySlip)
class RecoverySlipAdmin(ReadOnly, _SlipAdmin):
    """Which officer let whom in again, and when: looked at, never changed. Codes are not here."""

    list_display = ["user", "issued_by", "issued_at", "expires_at", "used_at", "cancelled_at"]
    list_filter = ["issued_at"]
    search_fields = ["issued_by__name", "issued_by__username"]
    list_select_related = ["user", "issued_by"]
    fields = ["user", "issued_by", "issued_at", "expires_at", "used_at", "cancelled_at"]
    list_per_page = 50
    show_full_result_count = False


@admin.register(Consent)
class ConsentAdmin(ReadOnly, LooksAreRecorded, _ConsentAdmin):
    """Which version of the privacy notice was agreed to, and when; whose agreement it is stands on its own page."""

    shows = "user"
    list_display = ["version", "language", "given_at"]
    list_filter = ["version", "language"]
    list_select_related = ["user"]
    fields = ["user", "version", "language", "given_at"]
    list_per_page = 50
    show_full_result_count = False
