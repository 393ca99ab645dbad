from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A missing or wrong key stops the start, not the first family that registers."""
        from identity.keyring import index_keys, seal_keys

        seal_keys()
        index_keys()
