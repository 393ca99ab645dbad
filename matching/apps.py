from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = _("Matching with other registers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audit.retention import register_class
        from jobs.engine import register
        from jobs.facts import tell_with
        from jobs.polling import look_for_overdue
        from jobs.services import ask_before_going_on
        from matching import assets, retention
        from matching import checks as checks  # registers the check
        from matching.linking import candidates, duplicates
        from matching.run_facts import facts_of
        from matching.snapshots.retiring import why_not_on
        from matching.snapshots.uploads import import_overdue
        from matching.sources.choice import POPULATION_HANDLER

        register(POPULATION_HANDLER)
        register(assets.HANDLER)
        register(candidates.HANDLER)
        register(duplicates.HANDLER)
        register_class(*retention.CLASSES)
        tell_with(facts_of)
        look_for_overdue(import_overdue)
        ask_before_going_on(why_not_on)
