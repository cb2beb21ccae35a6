"""What a linter finds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One fault: its code, whether it blocks, where it stands, and the fault in a sentence.

    `item_id` names the item it is about, if any. A waived finding stays on record and blocks nothing.
    """

    code: str
    is_blocking: bool
    where: str
    message: str
    item_id: int | None = None
    is_waived: bool = False

    def as_json(self) -> dict[str, Any]:
        """The finding as stored on the edition."""
        return {
            "code": self.code,
            "is_blocking": self.is_blocking,
            "where": self.where,
            "message": self.message,
            "item": self.item_id,
            "is_waived": self.is_waived,
        }

    def of(self, item_id: int, waived: Mapping[str, Any]) -> "Finding":
        """The same finding about `item_id`, waived where a curator said so."""
        return replace(self, item_id=item_id, is_waived=self.code in waived)


def blocking(code: str, where: str, message: str) -> Finding:
    """A finding that keeps a story out of the edition."""
    return Finding(code, True, where, message)  # noqa: FBT003


def warning(code: str, where: str, message: str) -> Finding:
    """A finding to look at."""
    return Finding(code, False, where, message)  # noqa: FBT003
