from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StagesConfig(AppConfig):
    name = "stages"
    verbose_name = _("Stages and decisions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audit.retention import register_hold
        from grievances.services import when_decided
        from jobs.services import ask_before_signing
        from registration.registry_lookup import look_up_with
        from stages import retention
        from stages.conflicts import refresh_after_objection
        from stages.guards import why_not_signed
        from stages.registry_lookup import people_in_registry

        look_up_with(people_in_registry)
        when_decided(refresh_after_objection)
        ask_before_signing(why_not_signed)
        register_hold(retention.hold)
