"""Small shapes the models of matching share."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


def tied(at: str, by: str, name: str) -> models.CheckConstraint:
    """A moment and its actor belong together: both are there or neither."""
    neither = Q(**{at: None, by: ""})
    both = Q(**{f"{at}__isnull": False}) & ~Q(**{by: ""})
    return models.CheckConstraint(condition=neither | both, name=name)
