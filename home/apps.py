from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from home.earlier import offer_earlier
        from registration.offers import offer_with

        offer_with(offer_earlier)
