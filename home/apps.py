from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from home import my_data_paper
        from home.earlier import offer_earlier
        from jobs.printing.making import register_maker
        from registration.offers import offer_with

        offer_with(offer_earlier)
        register_maker(my_data_paper.KIND, my_data_paper.paper_of)
