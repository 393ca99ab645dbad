from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = _("Runs and messages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from audit.retention import register_class
        from jobs import checks as checks  # registers the check
        from jobs import retention

        register_class(*retention.CLASSES)
