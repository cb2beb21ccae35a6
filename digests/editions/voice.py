"""What the paper says in its own voice, whatever the language. Pure.

These lines are made of counts and names, and Korean particles follow the word before them, so they
are functions here and not entries of a message catalogue.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date

MINUTES = {"ko": 500, "en": 1100}  # characters a minute of quiet reading


class Wording(ABC):
    """The paper's voice in one language; its subclasses say each line."""

    language = ""
    sections: dict[str, str]
    marks: dict[str, str]
    labels: dict[str, str]
    levels: tuple[tuple[float, str], ...]

    def minutes(self, texts: Sequence[str]) -> int:
        """How long reading `texts` takes, at least one minute."""
        return self.minutes_for(sum(map(len, texts)))

    def minutes_for(self, characters: int) -> int:
        """How long reading so many characters takes, at least one minute."""
        return max(1, round(characters / MINUTES[self.language]))

    @abstractmethod
    def day(self, day: date) -> str:
        """The date as a headline."""

    @abstractmethod
    def week(self, first: date, last: date) -> str:
        """The week as a headline."""

    @abstractmethod
    def number(self, number: int) -> str:
        """The number of the edition."""

    @abstractmethod
    def subject(self, headline: str, others: int) -> str:
        """The subject line of a digest led by `headline`."""

    @abstractmethod
    def empty(self, day: str) -> str:
        """The subject line of a short note without a story."""

    @abstractmethod
    def preheader(self, headlines: Sequence[str], count: int, minutes: int) -> str:
        """What inboxes show after the subject."""

    @abstractmethod
    def lede(self, counts: Sequence[tuple[str, int]], count: int, outlets: int) -> str:
        """The shape of the day, from stories a section (largest first) and outlets of the lead story."""

    @abstractmethod
    def thin(self, count: int, fillers: int) -> str:
        """The lede of a thin day."""

    @abstractmethod
    def weekly(self, count: int) -> str:
        """The lede of a weekly digest."""

    @abstractmethod
    def funnel(self, articles: int, stories: int, count: int, minutes: int) -> str:
        """From articles to stories to this digest."""

    @abstractmethod
    def more(self, count: int) -> str:
        """The line to the stories that only the web has."""

    @abstractmethod
    def reason(self, why: str, of: str) -> str:
        """Why a story is in the digest, from a choice's code and the name it is about; may be empty."""

    @abstractmethod
    def standing(
        self, outlets: int, *, has_primary: bool, is_unverified: bool, is_one_origin: bool = False
    ) -> str:
        """How a story stands in its sources; may be empty.

        Of one origin are outlets that all tell the same press release, or belong to one family.
        """

    @abstractmethod
    def others(self, count: int) -> tuple[str, str]:
        """The words before and in the link to further sources."""

    @abstractmethod
    def hour(self, hour: int) -> str:
        """An hour of the day."""

    @abstractmethod
    def full_day(self, day: date) -> str:
        """The date as a headline, with its year."""

    def importance(self, importance: float) -> str:
        """How much a story weighs, from the sum that tagging stored (most lie between -1 and 3)."""
        return next((name for least, name in self.levels if importance >= least), self.levels[-1][1])

    def zone(self, zone: str) -> str:
        """A time zone by its city."""
        return zone.rpartition("/")[2].replace("_", " ")
