"""What happens (catalogue), in one sentence each. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("catalogue.site_opened", say("{actor} opened {subject} in the exchange as number {number}."),
        "number", "region")  # fmt: skip
happens("catalogue.site_renamed", say("{actor} brought the name and city of {subject} up to date."),
        "number", "region")  # fmt: skip
