"""How an account presents itself: the name others see. What they may do is in grants."""

from __future__ import annotations

from typing import Annotated

from django.db import transaction

from xinglin.kernel import ledger
from xinglin.kernel.asks import Ask
from xinglin.kernel.models import Account
from xinglin.kernel.phrases import say
from xinglin.kernel.refusals import Refusal

LONGEST = 120


@transaction.atomic
def rename_oneself(*, display_name: Annotated[str, Ask("line", longest=LONGEST)], by: Account) -> Account:
    """Choose the name others see. The ledger keeps both, so that older entries can be read."""
    name = " ".join(display_name.split())
    if not name:
        raise Refusal("accounts.nameless", say("A name is needed."), field="display_name")
    account = Account.objects.select_for_update().get(pk=by.pk)
    before = str(account)
    if account.display_name != name:
        account.display_name = name
        account.save(update_fields=["display_name"])
        ledger.record("kernel.renamed", by=account, subject=account, data={"before": before, "after": name})
    return account
