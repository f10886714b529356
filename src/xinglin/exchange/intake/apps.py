from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "xinglin.exchange.intake"
    label = "intake"

    def ready(self) -> None:
        # Registers the sub-wing's kinds of dossier with the house.
        from xinglin.exchange.intake import dossiers  # noqa: F401
