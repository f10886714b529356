from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "xinglin.exchange.recognition"
    label = "recognition"

    def ready(self) -> None:
        # Registers the sub-wing's kinds of dossier with the house.
        from xinglin.exchange.recognition import dossiers  # noqa: F401
