"""What happens in transfer: one file per subject, each with its sentences. Pure."""

from xinglin.transfer.events import achievements, funds, income, ip, projects, transfers  # noqa: F401
