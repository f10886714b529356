"""What happens to organisations and people. Pure."""

from xinglin.kernel.events import happens
from xinglin.kernel.phrases import say

happens("roster.organisation_proposed", say("{actor} proposed the organisation {subject}."), "kind", "credit_code")
happens("roster.organisation_admitted", say("{actor} admitted {subject} to the register."))
