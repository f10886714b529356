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
happens("catalogue.codes_seen", say("{codes} new local codes of {subject} were queued."), "codes")
happens("catalogue.mapping_confirmed", say("{actor} confirmed that {subject} means {item}."), "code", "item", "chosen")
happens("catalogue.mapping_rejected", say("{actor} decided that {subject} means no standard item."), "code")
happens("catalogue.mapping_reopened", say("{actor} took the decision on {subject} back."), "code")
happens("catalogue.window_set", say("{actor} set {item} to {days} days in “{region}” from {from_day}: {source}."),
        "item", "region", "days", "from_day", "enabled", "source")  # fmt: skip
happens("catalogue.price_set", say("{actor} set the price of {item} at {place} from {from_day}: {list}."),
        "item", "place", "fen", "from_day", "list")  # fmt: skip
happens("catalogue.mark_granted", say("{actor} granted {subject} from {from_day} to {until}."),
        "item", "scope", "from_day", "until")  # fmt: skip
happens("catalogue.mark_suspended", say("{subject} does not count from {from_day}: {reason}."),
        "from_day", "reason", "automatic")  # fmt: skip
happens("catalogue.mark_resumed", say("{subject} counts again from {from_day}."), "from_day")
happens("catalogue.mark_revoked", say("{actor} revoked {subject} from {from_day}: {reason}."), "from_day", "reason")
happens("catalogue.evaluation_recorded",
        say("{actor} recorded a quality evaluation of {item} in {programme}: {outcome}."),
        "item", "programme", "outcome", "day")  # fmt: skip
happens("catalogue.list_imported", say("{actor} imported {kind}: {rows} rows, {created} new, {refused} refused."),
        "kind", "rows", "created", "changed", "refused")  # fmt: skip
