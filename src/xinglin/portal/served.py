"""What `xinglin serve` loads in each server process: the portal, which ends when its supervisor does."""

from xinglin.kernel.collecting import loading, look_less_often
from xinglin.kernel.parents import die_with_parent

die_with_parent()

with loading():  # after the line above: a process whose parent is gone loads nothing
    from django.urls import get_resolver

    from xinglin.portal.wsgi import application

    _ = get_resolver().url_patterns  # or whoever comes first waits for them

look_less_often()

__all__ = ["application"]
