from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Registration")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from registration.converters import ReferenceConverter

        register_converter(ReferenceConverter, "reference")
        from accounts import leaving as leaving_accounts
        from audit.retention import register_class, register_hold
        from jobs.printing.making import register_maker
        from jobs.titles import name_scopes_with
        from registration import leaving, receipt_page, retention
        from registration.models import Phase

        register_maker(receipt_page.KIND, receipt_page.paper_of)
        name_scopes_with(Phase.objects.names_of)
        register_class(*retention.CLASSES)
        register_hold(retention.hold)
        leaving_accounts.register(tells=leaving.tells, erases=leaving.erases)
