"""What `xinglin serve` loads in each server process: the portal, which ends when its supervisor does."""

from xinglin.kernel.collecting import settle, undisturbed
from xinglin.kernel.parents import die_with_parent

die_with_parent()

with undisturbed():  # after the line above: a process whose parent is gone loads nothing
    from django.urls import get_resolver

    from xinglin.portal.wsgi import application

    _ = get_resolver().url_patterns  # or whoever comes first waits for them
    settle()

__all__ = ["application"]
