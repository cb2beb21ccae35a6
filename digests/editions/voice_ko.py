"""The paper's Korean. Pure."""

from collections.abc import Sequence
from datetime import date

from digests.editions.voice import Wording
from digests.text.korean import josa

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

    def empty(self, day: str) -> str:
        """1월 5일 월요일, 오늘은 새 소식이 없습니다."""
        return f"{day}, 오늘은 새 소식이 없습니다"

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
        then = f"{lead}이어서 " if lead else "오늘은 "
        if not rest:
            return f"{lead}그 밖에는 {first} 소식 {most}건을 골랐습니다."
        names = [name for name, _count in rest[:2]]
        if most > rest[0][1]:
            follow = f"{josa(names[0], '과/와')} {names[1]}" if len(names) > 1 else names[0]
            return f"{then}{first} 소식이 {most}건으로 가장 많고, {follow} 소식이 뒤를 잇습니다."
        return f"{then}{', '.join([first, *names])} 소식이 고루 실렸습니다."

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
            "most_of_day": f"오늘 ‘{of}’ 소식 가운데 가장 눈에 띄었습니다.",
            "of_day": f"오늘 나온 ‘{of}’ 소식이라 골랐습니다.",
            "new": "오늘 새로 나온 소식이라 골랐습니다.",
        }.get(why, "")

    def standing(
        self, outlets: int, *, has_primary: bool, is_unverified: bool, is_one_origin: bool = False
    ) -> str:
        """How many outlets told it, and whether the source itself is there."""
        if is_unverified:
            return "발표한 쪽의 자료 하나뿐이어서 ‘검증 전’ 표시를 붙였습니다."
        if outlets > 1 and is_one_origin:
            return f"매체 {outlets}곳이 같은 자료를 바탕으로 전했습니다."
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
