from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "xinglin.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The background's entries must be known before Procrastinate, which stands later in the list, gets ready.
        from xinglin.kernel import worker  # noqa: F401

        autodiscover_modules("jobs")
