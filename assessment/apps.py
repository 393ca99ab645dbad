from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    name = "assessment"
    verbose_name = _("Cleaning and findings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assessment import assessing, cleaning
        from jobs.engine import register

        register(cleaning.HANDLER)
        register(assessing.HANDLER)
