from django.apps import AppConfig


class ChallengesConfig(AppConfig):
    name = "xinglin.challenges"
    label = "challenges"

    def ready(self) -> None:
        # Registers the wing's kinds of dossier with the house.
        from xinglin.challenges import dossiers  # noqa: F401
