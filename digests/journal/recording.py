"""The one way to write an act down."""

from typing import Any

from django.contrib.auth.models import User
from django.db import models

from digests.journal.models import Act


def record(
    actor: User | None,
    verb: str,
    target: models.Model,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    undoes: Act | None = None,
) -> Act:
    """Store that `actor` did `verb` to `target`; call it in the transaction of the act itself.

    `before` and `after` hold JSON values of the fields the act changed, enough to undo it.
    `actor` is None when the service itself acted.
    """
    return Act.objects.create(
        actor=actor,
        verb=verb,
        target=target,
        before=before or {},
        after=after or {},
        reason=reason,
        undoes=undoes,
    )
