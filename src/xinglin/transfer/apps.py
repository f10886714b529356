from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "xinglin.transfer"
    label = "transfer"

    def ready(self) -> None:
        # Registers the wing's kinds of dossier with the house.
        from xinglin.transfer import dossiers  # noqa: F401
