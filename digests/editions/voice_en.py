"""The paper's English. Pure."""

from collections.abc import Sequence
from datetime import date

from digests.editions.voice import Wording


def _some(count: int, one: str, many: str) -> str:
    return one if count == 1 else many.format(f"{count:,}")


class English(Wording):
    """The paper's English."""

    language = "en"
    sections = {  # noqa: RUF012
        "lead": "Top story",
        "models": "Models & research",
        "tools": "Agents & tools",
        "industry": "Industry & infrastructure",
        "society": "Policy & society",
        "other": "Also today",
    }
    marks = {  # noqa: RUF012
        "unverified": "Unverified",
        "single_source": "One source",
        "rehash": "Seen before",
        "update": "Update",
        "opinion": "Opinion",
        "interview": "Interview",
        "contradiction": "Figures differ",
        "corrected": "Corrected",
        "language:en": "In English",
        "language:ko": "In Korean",
        "language:xx": "In another language",
    }
    labels = {"primary": "primary"}  # noqa: RUF012
    levels = ((2, "very high"), (1, "high"), (0, "normal"), (-9, "low"))

    def day(self, day: date) -> str:
        """Monday, January 5."""
        return f"{day:%A, %B} {day.day}"

    def week(self, first: date, last: date) -> str:
        """The week of December 29 – January 4."""
        end = f"{last.day}" if first.month == last.month else f"{last:%B} {last.day}"
        return f"The week of {first:%B} {first.day} – {end}"

    def number(self, number: int) -> str:
        """No. 128."""
        return f"No. {number}"

    def subject(self, headline: str, others: int) -> str:
        """Nuri Lab opens its 410B model, and 10 more stories."""
        if not others:
            return headline
        comma = "" if headline.endswith("…") else ","
        return f"{headline}{comma} and {_some(others, 'one more story', '{} more stories')}"

    def empty(self, day: str) -> str:
        """Monday, January 5: nothing new in your topics."""
        return f"{day}: nothing new in your topics"

    def preheader(self, headlines: Sequence[str], count: int, minutes: int) -> str:
        """Headlines of what follows, then how many and how long."""
        told = f"{_some(count, 'One story', '{} stories')}, {_some(minutes, 'a minute', '{} minutes')}."
        return f"{' / '.join(headlines)} — {told}" if headlines else told

    def lede(self, counts: Sequence[tuple[str, int]], count: int, outlets: int) -> str:
        """What the day is made of."""
        if count == 1 or not counts:
            return "Just one story today. It is the one to know."
        (first, most), *rest = counts
        lead = f"{outlets} outlets carried the top story. " if outlets > 1 else ""
        stories = _some(most, "one story", "{} stories")
        if not rest:
            return f"{lead}Then {stories} on {first.lower()}."
        names = [name.lower() for name, _count in rest[:2]]
        if most > rest[0][1]:
            leads = "leads the rest with" if lead else "leads today with"
            return f"{lead}{first} {leads} {stories}, followed by {' and '.join(names)}."
        spread = f"{', '.join([first.lower(), *names[:-1]])} and {names[-1]}"
        return (
            f"{lead}The rest is spread evenly over {spread}."
            if lead
            else f"Today spreads evenly over {spread}."
        )

    def thin(self, count: int, fillers: int) -> str:
        """Says plainly that little happened, and what was done about it."""
        if not count:
            return "Nothing new in your topics today. We will be back tomorrow morning."
        if fillers == count:
            return "Nothing new in your topics today, so here is the best of the others."
        if fillers:
            added = _some(fillers, "one story", "{} stories")
            return f"A quiet day in your topics, so we added {added} from others."
        return f"A quiet day in your topics: {_some(count, 'one story', '{} stories')}, and no padding."

    def weekly(self, count: int) -> str:
        """The week's best."""
        return (
            f"{_some(count, 'One story', '{} stories')} from the past week that you would not want to miss."
        )

    def funnel(self, articles: int, stories: int, count: int, minutes: int) -> str:
        """From articles to stories to yours."""
        read = _some(minutes, "A one-minute read.", "A {}-minute read.")
        if not articles or not stories:
            return f"{_some(count, 'One story', '{} stories')}. {read}"
        told = _some(articles, "We read one article", "We read {} articles")
        if stories < articles:
            told += _some(stories, ", found one story", ", found {} stories")
        return f"{told} and picked {_some(count, 'one', '{}')} for you. {read}"

    def more(self, count: int) -> str:
        """The rest is on the web."""
        return _some(
            count,
            "One more story of this edition is on the web.",
            "{} more stories of this edition are on the web.",
        )

    def reason(self, why: str, of: str) -> str:
        """Each code in a short sentence."""
        return {
            "pinned": "Our editors’ pick of the day.",
            "followed": f"You follow {of}.",
            "publisher": f"From {of}, which you follow.",
            "keyword": f"Mentions your keyword “{of}”.",
            "topic": f"From your topic “{of}”.",
            "fill": "Outside your topics, but worth knowing today.",
            "most": f"Today’s most notable story in your topic “{of}”.",
            "most_of_day": f"Today’s most notable story on “{of}”.",
            "of_day": f"From today’s news on “{of}”.",
            "new": "New today.",
        }.get(why, "")

    def standing(
        self, outlets: int, *, has_primary: bool, is_unverified: bool, is_one_origin: bool = False
    ) -> str:
        """How many outlets told it, and whether the source itself is there."""
        if is_unverified:
            return "Rests on the announcement alone, hence “Unverified”."
        if outlets > 1 and is_one_origin:
            return f"Told by {outlets} outlets, all from the same source."
        if outlets > 1 and has_primary:
            return f"Covered by {outlets} outlets, with the primary source among them."
        if outlets > 1:
            return f"Covered by {outlets} outlets."
        if has_primary:
            return "Straight from the primary source."
        return ""

    def others(self, count: int) -> tuple[str, str]:
        """And 3 more."""
        return "and", f"{count} more"

    def full_day(self, day: date) -> str:
        """Monday, January 5, 2026."""
        return f"{self.day(day)}, {day.year}"

    def hour(self, hour: int) -> str:
        """7 am."""
        if hour in (0, 12):
            return "midnight" if hour == 0 else "noon"
        return f"{hour} am" if hour < 12 else f"{hour - 12} pm"
