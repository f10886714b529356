"""What happens (catalogue), in one sentence each. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("catalogue.site_opened", say("{actor} opened {subject} in the exchange as number {number}."),
        "number", "region")  # fmt: skip
happens("catalogue.site_renamed", say("{actor} brought the name and city of {subject} up to date."),
        "number", "region")  # fmt: skip
happens("catalogue.version_published",
        say("{actor} published version {number} of the catalogue: {items} items, {added} added, {changed} changed, "
            "{disabled} disabled, {enabled} enabled."),
        "number", "items", "added", "changed", "disabled", "enabled")  # fmt: skip
happens("catalogue.item_added", say("{actor} added the item {code} with the number {number}."), "code", "number")
happens("catalogue.item_switched", say("{actor} switched {subject} on or off: {reason}."), "on", "reason")
happens("catalogue.level_switched", say("{actor} switched the level {subject} on or off: {reason}."), "on", "reason")
