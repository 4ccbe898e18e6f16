"""The two ways in which a message does not go: it may go later, or it never will."""

from __future__ import annotations

from casework.domain.letters import Trouble


class NotDelivered(Exception):
    """A message did not go; why is a code, in which nothing of a person can stand."""

    def __init__(self, trouble: Trouble) -> None:
        """Keep why."""
        super().__init__(trouble.value)
        self.trouble = trouble

    @property
    def all_wait(self) -> bool:
        """Whether everything else that goes this way would meet the same trouble now."""
        return False


class TryAgain(NotDelivered):
    """It did not go this time, or nobody knows whether it did."""

    @property
    def all_wait(self) -> bool:
        """Whether everything else that goes this way would meet the same trouble now."""
        return self.trouble in {Trouble.DOWN, Trouble.LATE, Trouble.REFUSED}


class Never(NotDelivered):
    """It cannot go, however often it is tried: the receiver will not have it."""
