"""What `xinglin serve` loads in each server process: the portal, which ends when its supervisor does."""

import gc

from xinglin.kernel.parents import die_with_parent

die_with_parent()

from xinglin.portal.wsgi import application  # noqa: E402 - a process whose parent is gone loads nothing

# What was loaded stays: the collector of garbage need not walk it again and again while requests wait.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)

__all__ = ["application"]
