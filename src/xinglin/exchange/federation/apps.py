from django.apps import AppConfig


class FederationConfig(AppConfig):
    name = "xinglin.exchange.federation"
    label = "federation"

    def ready(self) -> None:
        # Registers the sub-wing's kinds of dossier with the house.
        from xinglin.exchange.federation import dossiers  # noqa: F401
