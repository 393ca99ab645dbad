from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StagesConfig(AppConfig):
    name = "stages"
    verbose_name = _("Stages and decisions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audit.retention import register_class, register_hold
        from grievances.services import when_decided
        from jobs.engine import register
        from jobs.facts import tell_with
        from jobs.polling import look_for_overdue
        from jobs.services import ask_about_signer, ask_before_going_on, ask_before_signing, ask_before_withdrawing
        from registration.registry_lookup import look_up_with
        from stages import conflict_run, retention
        from stages.closing import EXTRACTS
        from stages.conflicts import refresh_after_objection
        from stages.guards import why_not_signed
        from stages.registry_lookup import people_in_registry
        from stages.runs import phase_of, why_not_by, why_not_withdrawn
        from stages.telling import tell_overdue

        register(conflict_run.HANDLER)
        look_up_with(people_in_registry)
        when_decided(refresh_after_objection)
        ask_before_signing(conflict_run.why_not_signed)
        ask_before_signing(why_not_signed)
        ask_before_going_on(conflict_run.why_not_go_on)
        ask_about_signer(why_not_by)
        ask_before_withdrawing(why_not_withdrawn)
        tell_with(phase_of)
        tell_with(conflict_run.open_conflicts)
        look_for_overdue(tell_overdue)
        register_hold(retention.hold)
        register_class(EXTRACTS)
