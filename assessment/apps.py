from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "assessment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assessment import assessing, cleaning
        from jobs.engine import register

        register(cleaning.HANDLER)
        register(assessing.HANDLER)
