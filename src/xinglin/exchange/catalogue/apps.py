from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "xinglin.exchange.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        # Registers the sub-wing's kinds of dossier with the house.
        from xinglin.exchange.catalogue import dossiers  # noqa: F401
