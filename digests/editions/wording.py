"""What the paper says in its own voice, natively in each language. Pure.

These lines are made of counts and names, and Korean particles follow the word before them, so they
are functions here and not entries of a message catalogue.
"""

from collections.abc import Sequence
from datetime import date

from digests.text.korean import josa

MINUTES = {"ko": 500, "en": 1100}  # characters a minute of quiet reading


_CITIES = {
    "Asia/Seoul": "서울",
    "Asia/Tokyo": "도쿄",
    "Asia/Shanghai": "상하이",
    "Asia/Singapore": "싱가포르",
    "Europe/London": "런던",
    "Europe/Paris": "파리",
    "Europe/Berlin": "베를린",
    "America/New_York": "뉴욕",
    "America/Chicago": "시카고",
    "America/Los_Angeles": "로스앤젤레스",
    "Australia/Sydney": "시드니",
    "UTC": "협정 세계시",
}


class Wording:
    """The paper's voice in one language; its subclasses say each line."""

    language = ""
    sections: dict[str, str]
    marks: dict[str, str]
    labels: dict[str, str]
    levels: tuple[tuple[float, str], ...]

    def minutes(self, texts: Sequence[str]) -> int:
        """How long reading `texts` takes, at least one minute."""
        return max(1, round(sum(map(len, texts)) / MINUTES[self.language]))

    def day(self, day: date) -> str:
        """The date as a headline."""
        raise NotImplementedError

    def week(self, first: date, last: date) -> str:
        """The week as a headline."""
        raise NotImplementedError

    def number(self, number: int) -> str:
        """The number of the edition."""
        raise NotImplementedError

    def subject(self, headline: str, others: int) -> str:
        """The subject line of a digest led by `headline`."""
        raise NotImplementedError

    def preheader(self, headlines: Sequence[str], count: int, minutes: int) -> str:
        """What inboxes show after the subject."""
        raise NotImplementedError

    def lede(self, counts: Sequence[tuple[str, int]], count: int, outlets: int) -> str:
        """The shape of the day, from stories a section (largest first) and outlets of the lead story."""
        raise NotImplementedError

    def thin(self, count: int, fillers: int) -> str:
        """The lede of a thin day."""
        raise NotImplementedError

    def weekly(self, count: int) -> str:
        """The lede of a weekly digest."""
        raise NotImplementedError

    def funnel(self, articles: int, stories: int, count: int, minutes: int) -> str:
        """From articles to stories to this digest."""
        raise NotImplementedError

    def more(self, count: int) -> str:
        """The line to the stories that only the web has."""
        raise NotImplementedError

    def reason(self, why: str, of: str) -> str:
        """Why a story is in the digest, from a choice's code and the name it is about; may be empty."""
        raise NotImplementedError

    def standing(self, outlets: int, *, has_primary: bool, is_unverified: bool) -> str:
        """How a story stands in its sources; may be empty."""
        raise NotImplementedError

    def others(self, count: int) -> tuple[str, str]:
        """The words before and in the link to further sources."""
        raise NotImplementedError

    def hour(self, hour: int) -> str:
        """An hour of the day."""
        raise NotImplementedError

    def full_day(self, day: date) -> str:
        """The date as a headline, with its year."""
        raise NotImplementedError

    def importance(self, importance: float) -> str:
        """How much a story weighs, from the sum that tagging stored (most lie between -1 and 3)."""
        return next((name for least, name in self.levels if importance >= least), self.levels[-1][1])

    def zone(self, zone: str) -> str:
        """A time zone by its city."""
        return zone.rpartition("/")[2].replace("_", " ")


class Korean(Wording):
    """The paper's Korean."""

    language = "ko"
    sections = {  # noqa: RUF012
        "lead": "머리기사",
        "models": "모델·연구",
        "tools": "에이전트·도구",
        "industry": "산업·인프라",
        "society": "정책·사회",
        "other": "그 밖의 소식",
    }
    marks = {  # noqa: RUF012
        "unverified": "검증 전",
        "single_source": "한 곳 보도",
        "rehash": "다시 나온 소식",
        "update": "이어지는 소식",
        "opinion": "의견",
        "interview": "인터뷰",
        "contradiction": "숫자 엇갈림",
        "corrected": "바로잡음",
        "language:en": "영어 기사",
        "language:ko": "한국어 기사",
        "language:xx": "외국어 기사",
    }
    labels = {"primary": "1차"}  # noqa: RUF012
    levels = ((2, "매우 높음"), (1, "높음"), (0, "보통"), (-9, "낮음"))

    def day(self, day: date) -> str:
        """1월 5일 월요일."""
        return f"{day.month}월 {day.day}일 {'월화수목금토일'[day.weekday()]}요일"

    def week(self, first: date, last: date) -> str:
        """12월 29일–1월 4일 한 주."""
        end = f"{last.day}일" if first.month == last.month else f"{last.month}월 {last.day}일"
        return f"{first.month}월 {first.day}일–{end}, 한 주의 소식"

    def number(self, number: int) -> str:
        """제128호."""
        return f"제{number}호"

    def subject(self, headline: str, others: int) -> str:
        """누리랩, 410B 모델 공개 외 10건."""
        return f"{headline} 외 {others}건" if others else headline

    def preheader(self, headlines: Sequence[str], count: int, minutes: int) -> str:
        """Headlines of what follows, then how many and how long."""
        told = f"오늘 {count}건, {minutes}분이면 읽습니다."
        return f"{' / '.join(headlines)} — {told}" if headlines else told

    def lede(self, counts: Sequence[tuple[str, int]], count: int, outlets: int) -> str:
        """오늘은 모델·연구 소식이 4건으로 가장 많고, …."""
        if count == 1 or not counts:
            return "오늘은 한 건입니다. 이 소식 하나만 챙기시면 됩니다."
        (first, most), *rest = counts
        lead = f"머리기사는 매체 {outlets}곳이 함께 전한 소식입니다. " if outlets > 1 else ""
        if not rest:
            return f"{lead}그 밖에는 {first} 소식 {most}건을 골랐습니다."
        names = [name for name, _count in rest[:2]]
        if most > rest[0][1]:
            follow = f"{josa(names[0], '과/와')} {names[1]}" if len(names) > 1 else names[0]
            return f"{lead}이어서 {first} 소식이 {most}건으로 가장 많고, {follow} 소식이 뒤를 잇습니다."
        return f"{lead}이어서 {', '.join([first, *names])} 소식이 고루 실렸습니다."

    def thin(self, count: int, fillers: int) -> str:
        """Says plainly that little happened, and what was done about it."""
        if not count:
            return "오늘은 고르신 주제에 새 소식이 없습니다. 내일 아침에 다시 찾아뵙겠습니다."
        if fillers == count:
            return f"오늘은 고르신 주제에 새 소식이 없어, 다른 주제에서 눈여겨볼 {count}건을 골랐습니다."
        if fillers:
            return f"오늘은 고르신 주제에 소식이 적어, 다른 주제에서 눈여겨볼 {fillers}건을 보탰습니다."
        return f"오늘은 고르신 주제에 소식이 적습니다. 있는 그대로 {count}건만 전합니다."

    def weekly(self, count: int) -> str:
        """The week's best."""
        return f"지난 한 주에서 놓치면 아쉬운 소식 {count}건을 골랐습니다."

    def funnel(self, articles: int, stories: int, count: int, minutes: int) -> str:
        """기사 412건을 읽고 …."""
        read = f"읽는 데 {minutes}분."
        if not articles or not stories:
            return f"{count}건, {read}"
        if stories < articles and stories == count:
            return f"기사 {articles:,}건을 읽고, 겹치는 것을 합쳐 {count:,}건에 담았습니다. {read}"
        if stories < articles:
            return (
                f"기사 {articles:,}건을 읽고 겹치는 것을 {josa(f'{stories:,}묶음', '으로/로')} 합쳐 "
                f"{count:,}건을 골랐습니다. {read}"
            )
        return f"기사 {articles:,}건을 읽고 {count:,}건을 골랐습니다. {read}"

    def more(self, count: int) -> str:
        """오늘 호의 다른 소식 12건은 웹에 있습니다."""
        return f"이 호의 다른 소식 {count:,}건은 웹에서 보실 수 있습니다."

    def reason(self, why: str, of: str) -> str:
        """Each code in a short sentence."""
        return {
            "pinned": "편집자가 먼저 읽을 소식으로 골랐습니다.",
            "followed": f"챙겨 보시는 {josa(f'‘{of}’', '이/가')} 나오는 소식입니다.",
            "publisher": f"챙겨 보시는 매체 {josa(f'‘{of}’', '이/가')} 전한 소식입니다.",
            "keyword": f"등록하신 낱말 {josa(f'‘{of}’', '이/가')} 나옵니다.",
            "topic": f"구독 주제 ‘{of}’에서 골랐습니다.",
            "fill": "구독 주제와는 다르지만 오늘 눈여겨볼 소식이라 넣었습니다.",
            "most": f"구독 주제 ‘{of}’에서 오늘 가장 눈에 띈 소식입니다.",
            "ranked": "오늘 소식 가운데 중요도가 높아 골랐습니다.",
        }.get(why, "")

    def standing(self, outlets: int, *, has_primary: bool, is_unverified: bool) -> str:
        """How many outlets told it, and whether the source itself is there."""
        if is_unverified:
            return "발표한 쪽의 자료 하나뿐이어서 ‘검증 전’ 표시를 붙였습니다."
        if outlets > 1 and has_primary:
            return f"매체 {outlets}곳이 함께 다뤘고, 1차 출처가 있습니다."
        if outlets > 1:
            return f"매체 {outlets}곳이 함께 다뤘습니다."
        if has_primary:
            return "1차 출처가 직접 밝힌 내용입니다."
        return ""

    def others(self, count: int) -> tuple[str, str]:
        """외 3곳."""
        return "외", f"{count}곳"

    def full_day(self, day: date) -> str:
        """2026년 1월 5일 월요일."""
        return f"{day.year}년 {self.day(day)}"

    def hour(self, hour: int) -> str:
        """오전 7시."""
        if hour in (0, 12):
            return "자정" if hour == 0 else "정오"
        return f"오전 {hour}시" if hour < 12 else f"오후 {hour - 12}시"

    def zone(self, zone: str) -> str:
        """서울."""
        return _CITIES.get(zone) or super().zone(zone)


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
        return (
            f"{headline}{_some(others, ', and one more story', ', and {} more stories')}"
            if others
            else headline
        )

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
            return f"{lead}The rest of the day is {first.lower()}: {stories}."
        names = [name.lower() for name, _count in rest[:2]]
        if most > rest[0][1]:
            return f"{lead}{first} leads the rest with {stories}, followed by {' and '.join(names)}."
        spread = f"{', '.join([first.lower(), *names[:-1]])} and {names[-1]}"
        return f"{lead}The rest is spread evenly over {spread}."

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
            "ranked": "Among the most important stories of the day.",
        }.get(why, "")

    def standing(self, outlets: int, *, has_primary: bool, is_unverified: bool) -> str:
        """How many outlets told it, and whether the source itself is there."""
        if is_unverified:
            return "Rests on the announcement alone, hence “Unverified”."
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


_WORDINGS: dict[str, Wording] = {"ko": Korean(), "en": English()}


def wording(language: str) -> Wording:
    """The voice of `language`; Korean where there is none of its own."""
    return _WORDINGS.get(language, _WORDINGS["ko"])
