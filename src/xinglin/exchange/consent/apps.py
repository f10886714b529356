from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "xinglin.exchange.consent"
    label = "consent"

    def ready(self) -> None:
        # Registers the sub-wing's kinds of dossier with the house.
        from xinglin.exchange.consent import dossiers  # noqa: F401
