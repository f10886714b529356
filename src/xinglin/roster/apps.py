from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "xinglin.roster"
    label = "roster"

    def ready(self) -> None:
        # Registers the wing's kinds of dossier with the house.
        from xinglin.roster import dossiers  # noqa: F401
