from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "public"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import challenges
        from public import checks  # noqa: F401 – registers the check
        from public.captcha import CaptchaField

        challenges.provide(CaptchaField)
        from registration.receipts import checked_at

        checked_at("public:receipt_check")
