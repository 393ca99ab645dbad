from django.apps import AppConfig
from django.urls import register_converter


class RegistrationConfig(AppConfig):
    name = "registration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from registration.converters import ReferenceConverter

        register_converter(ReferenceConverter, "reference")
