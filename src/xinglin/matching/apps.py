from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "xinglin.matching"
    label = "matching"

    def ready(self) -> None:
        # Registers the wing's kinds of dossier with the house.
        from xinglin.matching import dossiers  # noqa: F401
