"""Investment leads (招商线索): lead, contact, visit, memorandum, settled or lost (domain 1 row 23)."""

from __future__ import annotations

from xinglin.kernel.phrases import say
from xinglin.kernel.words import Word


class LeadStage(Word):
    LEAD = "lead", say("Lead")
    CONTACT = "contact", say("In contact")
    VISIT = "visit", say("Visited")
    MEMORANDUM = "memorandum", say("Memorandum signed")
    SETTLED = "settled", say("Settled here")
    LOST = "lost", say("Lost")


class LeadField(Word):
    DRUGS = "drugs", say("Drugs and biologics")
    DEVICES = "devices", say("Medical devices")
    DIAGNOSTICS = "diagnostics", say("Diagnostics")
    SERVICES = "services", say("Health services")
    DIGITAL = "digital", say("Digital health")
    MATERIALS = "materials", say("Materials and ceramics")
    OTHER = "other", say("Another field")


class LossReason(Word):
    ELSEWHERE = "elsewhere", say("Settled in another place")
    MONEY = "money", say("Money was not raised")
    LAND = "land", say("No suitable site")
    POLICY = "policy", say("Policy conditions not met")
    SILENT = "silent", say("No answer any more")
    OTHER = "other", say("Another reason")
