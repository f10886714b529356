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
            # A wing may have figures, and its rooms dated rules; they are imported here so that they are registered.
            if not wing.name.startswith("xinglin."):
                continue
            if importlib.util.find_spec(f"{wing.name}.figures"):
                importlib.import_module(f"{wing.name}.figures")
            for name in (f"{wing.name}.queries", f"{wing.name}.actions"):
                if importlib.util.find_spec(name):
                    room = importlib.import_module(name)
                    for part in pkgutil.iter_modules(room.__path__, f"{name}."):
                        importlib.import_module(part.name)
