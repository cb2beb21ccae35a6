"""Shapes that the cleaner knows beside the rules of noise: broken lines, posts, footnotes, ends."""
# ruff: noqa: E501 - a pattern reads best in one piece

import re

from digests.text.noise import TITLE

# A tail without a mark of its own stands in the last part of a text: a glossary at its head is an
# article about words.
TAIL_FROM = 0.4

# A photo's sentence: someone with an office (이/가), in a line of their own, doing what cameras see.
_WHO = (
    rf"(?:{TITLE}|관계자|참석자|관람객|관객|모델|직원|학생|시민|연구진|임직원|어린이|선수|방문객|팀장|상무|전무|이사|담당"
    r"|총리|대통령|수석)(?:들)?(?:\([^)\n]{1,12}\))?"
)
_SEEN = (
    r"(?:(?:발표|설명|소개|인사말|환영사|축사|개회사|기조연설|기조강연|연설|강연|발언|모두발언|답변|질의응답|시연|기념\s?촬영|촬영"
    r"|포즈|악수|토론|체험|관람|대화|인터뷰|이야기|브리핑|사인|서명|박수|건배|기념사진)"
    r"(?:[을를]?\s?(?:하고|취하고|나누고|갖고|진행하고|듣고|치고|찍고)|하고)"
    r"|(?:둘러|살펴|지켜|바라|들여다)보고|들어\s?보이고)"
)
PHOTO_SENTENCE = re.compile(
    rf"(?!.*(?:라고|다고)\s)[^“”\"\n]{{0,110}}{_WHO}[이가][\s(].{{0,90}}{_SEEN}\s있다\.?"
)
PHOTO_SENTENCE_AT_MOST = 200

# An embedded post: "— Sam Altman (@sama)" under its paragraphs, and its date; or all in one line.
POST_AUTHOR = re.compile(r"[—–-]{1,2}\s?.{1,60}\(@\w{1,20}\)(?:\s.{0,30})?")
POST_IN_ONE = re.compile(r"[—–]\s?[^—–\n]{1,60}\(@\w{1,20}\)(?:\s.{0,30})?$")
POST_DATE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\s\d{1,2},\s\d{4}"
)

FOOTNOTE = re.compile(r"(?:주\s?)?(?P<number>\d{1,2})\)\s?(?=[A-Za-z가-힣(‘'\"“]).{2,400}")
FOOTNOTE_MARK = re.compile(r"(?<=[가-힣A-Za-z)’”\"'])\s?(?:주\s?)?(?<!\d)(?P<number>\d{1,2})\)(?!\d)")

# A line that goes on from a line broken by a link: particles that begin no word, closing marks.
GOES_ON = re.compile(
    r"(?:[’”)\]」』,.…]|(?:에|에서|에서는|에게|에는|에도|에만|에서도|으로|로|을|를|은|는|와|과|의|가|라는|이라는|라고|이라고"
    r"|라며|이라며|이며|이자|에\s?따르면|에서의|으로는|로는|으로도|로도|까지|부터|보다|처럼|께서|한테|이란|란)(?=[\s,.])"
    r"|에\s따르면)"
)
CLOSES = "’”)」』"
OPENS = re.compile(r"[‘“(\[「『]$")
ENDED = re.compile(r"[.!?。…:;\"”’」』]$")
STOPPED = re.compile(r"[.!?。…]$")
# A line that cannot be a heading's end: a particle, a verb that leads to a noun, a date.
UNFINISHED = re.compile(r"(?:[은는을를의에와과]|에서|으로|지난|이번|및|하고|하며|면서|통해|위해|대한|\d일)$")

# What stands where the text should.
BLOCKED = re.compile(
    r"(?:subscribe (?:now )?to (?:continue|read|keep reading)"
    r"|this (?:article|content|post|story) is (?:for|only available|available only|exclusive|reserved).{0,30}(?:subscribers?|members?)"
    r"|to continue reading|already a (?:subscriber|member)\?|(?:sign|log) in to (?:read|continue|view)|enable javascript"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|checking your browser|just a moment\.\.\.|access denied|403 forbidden"
    r"|are you a robot|unusual traffic|disable your ad ?blocker|turn on javascript|enable cookies"
    r"|유료\s?(?:회원|구독자|독자)(?:께만|에게만|만|\s?전용)|유료\s?(?:기사|콘텐츠)(?:입니다|이며|로)|구독\s?후\s?(?:이용|열람|읽)"
    r"|(?:구독자|회원)\s?(?:전용|만\s?(?:볼|읽|열람|이용))"
    r"|로그인\s?(?:후|이)\s?(?:이용|열람|읽|확인|필요)|전문은\s?.{0,20}(?:구독|로그인|가입)|결제\s?후"
    r"|월\s?[\d,]{3,9}\s?원(?:으로|에|이면)?.{0,20}(?:구독하|읽어|보세요|이용하)|정기\s?구독(?:하|을\s신청|\s?안내))",
    re.IGNORECASE,
)
# A whole article names a paywall too; a notice has little else to say.
BLOCKED_UNDER = 400
BLOCKED_BESIDE = 160

TRUNCATED = re.compile(
    r"(?:\.\.\.|…|\[\s?(?:\.\.\.|…|\+\d+ chars)\s?\]|\(\s?(?:\.\.\.|…)\s?\)"
    r"|(?:continue reading|read (?:the )?(?:more|full (?:story|article|post))|keep reading|이어서\s?보기|더\s?보기|더\s?읽기|자세히\s?보기"
    r"|기사\s?더\s?보기|전문\s?보기)\s?(?:\.\.\.|…|→|»|>{1,2})?)$",
    re.IGNORECASE,
)
