from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AreasConfig(AppConfig):
    name = "areas"
    verbose_name = _("Areas")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from areas.loading import add_missing_areas_after_migrate

        post_migrate.connect(add_missing_areas_after_migrate, sender=self, dispatch_uid="areas.add_missing_areas")
