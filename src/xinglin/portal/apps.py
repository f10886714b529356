import importlib
import importlib.util
import pkgutil

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "xinglin.portal"
    label = "portal"

    def ready(self) -> None:
        from django.apps import apps

        from xinglin import flows
        from xinglin.portal import catalogues

        flows.offer()
        catalogues.compile_stale()
        importlib.import_module("xinglin.portal.accounts.receivers")
        # Its dated rules are known before the first page asks for them.
        importlib.import_module("xinglin.portal.operator")
        for wing in apps.get_app_configs():
            # A wing may have figures, and its actions dated rules; they are imported here so that they are registered.
            if not wing.name.startswith("xinglin."):
                continue
            if importlib.util.find_spec(f"{wing.name}.figures"):
                importlib.import_module(f"{wing.name}.figures")
            if importlib.util.find_spec(f"{wing.name}.actions"):
                actions = importlib.import_module(f"{wing.name}.actions")
                for room in pkgutil.iter_modules(actions.__path__, f"{actions.__name__}."):
                    importlib.import_module(room.name)
