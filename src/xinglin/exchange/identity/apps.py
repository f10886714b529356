from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "xinglin.exchange.identity"
    label = "identity"

    def ready(self) -> None:
        # Registers the sub-wing's kinds of dossier with the house.
        from xinglin.exchange.identity import dossiers  # noqa: F401
