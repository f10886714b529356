from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "xinglin.portal"
    label = "portal"

    def ready(self) -> None:
        from xinglin.portal import catalogues

        catalogues.compile_stale()
