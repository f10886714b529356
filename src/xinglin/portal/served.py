"""What `xinglin serve` loads in each server process: the portal, which ends when its supervisor does."""

from xinglin.kernel.collecting import settle
from xinglin.kernel.parents import die_with_parent

die_with_parent()

from xinglin.portal.wsgi import application  # noqa: E402 - a process whose parent is gone loads nothing

settle()

__all__ = ["application"]
