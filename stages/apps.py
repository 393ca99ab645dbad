from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StagesConfig(AppConfig):
    name = "stages"
    verbose_name = _("Stages and decisions")
    default_auto_field = "django.db.models.BigAutoField"
