"""Residents: whom an account stands for, and where the notices of a person go."""

from __future__ import annotations

from xinglin.exchange.consent.models import Binding
from xinglin.exchange.consent.words import BindingStage, Standing
from xinglin.kernel.models import Account


def standing_of(person: int, account: Account) -> tuple[Standing, str]:
    """In which standing the account acts for a person, and what proved it."""
    bound = Binding.objects.filter(person=person, account_id=account.pk, stage=BindingStage.BOUND).first()
    return (Standing(bound.relation), bound.evidence) if bound else (Standing.SELF, "")


def accounts_of(person: int) -> list[Account]:
    """The open accounts that stand for a person."""
    keys = Binding.objects.filter(person=person, stage=BindingStage.BOUND).values_list("account_id", flat=True)
    return list(Account.objects.filter(pk__in=list(keys), is_active=True))
