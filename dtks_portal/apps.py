from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "dtks_portal"

    def ready(self) -> None:
        from dtks_portal.grants import grant_to_application_role

        post_migrate.connect(grant_to_application_role, dispatch_uid="dtks_portal.grants")
