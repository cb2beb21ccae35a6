"""What is not the article: rules as data, in the order they are applied by `cleaning`.

Each rule says what it removes (`kind`) and by which pattern. Text that no rule names is never touched.
Patterns are bounded, so that cleaning is linear in the length of the text.

INLINE  cut out of a line; the sentence around it stays
LINE    the whole line goes, when nothing else is on it
SENTENCE the sentence goes, the rest of its paragraph stays
TAIL    this line and everything after it goes, when it stands in the last part of the text
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One kind of noise, its pattern, and what stands in its place."""

    kind: str
    pattern: re.Pattern[str]
    instead: str = ""


def _rule(kind: str, pattern: str, instead: str = "", flags: re.RegexFlag = re.NOFLAG) -> Rule:
    return Rule(kind, re.compile(pattern, flags), instead)


_EMAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
_NAME = r"[가-힣]{2,4}"
_REPORTER = r"(?:[가-힣A-Za-z]{0,8}\s?(?:기자|특파원|에디터|인턴기자|선임기자|전문기자|통신원|논설위원|앵커))"
_PHOTO = r"(?:사진|이미지|자료|그래픽|출처|캡처|영상|일러스트|그림|표|도표|제공|썸네일|포토|Photo|Image)"
_WHOLE = re.NOFLAG
_ANY = re.IGNORECASE

INLINE = (
    # Word and CMS remains glued to the first sentence.
    _rule("bookmark", r"\[bookmark:\s?[^\]\n]{1,60}\]"),
    _rule(
        "dateline",
        r"^(?:date|입력|등록|승인|기사입력|최종수정|업데이트)\s?:?\s?\d{4}[-./]\s?\d{1,2}[-./]\s?\d{1,2}\.?"
        r"(?:\s\d{1,2}:\d{2}(?::\d{2})?)?(?=\s|$)",
    ),
    # (서울=뉴스1) 김민석 기자 =   [서울=뉴시스]홍길동 기자 =   【서울=뉴시스】   (세종=연합뉴스) 홍길동 김철수 기자 =
    _rule(
        "byline",
        rf"[(\[【（](?!{_PHOTO})(?:[가-힣A-Za-z·]{{2,12}}\s?=\s?)[가-힣A-Za-z0-9]{{2,12}}[)\]】）]\s?"
        rf"(?:(?:{_NAME}[\s·,]{{1,2}}){{1,4}}{_REPORTER}\s?=?\s?)?=?\s?",
    ),
    # [디지털데일리 홍길동 기자]  [홍길동 기자]  [아이티데일리=홍길동 기자]
    _rule("byline", rf"[\[【(][가-힣A-Za-z0-9&·]{{0,14}}[\s=|]{{0,3}}{_NAME}\s?{_REPORTER}\s?[\])】]\s?=?"),
    # home 조희준 기자 x@y.kr   홍길동 기자 x@y.kr   x@y.kr 홍길동 기자   (홍길동 기자, x@y.kr)
    _rule(
        "byline",
        rf"[(\[]?(?:home\s|글\s?[=·]\s?|by\s)?(?:{_NAME}[\s·,]{{1,2}}){{1,3}}{_REPORTER}[\s=,|/]{{0,3}}"
        rf"[(\[<]?{_EMAIL}[)\]>]?",
    ),
    _rule("byline", rf"{_EMAIL}[\s/|]{{0,3}}{_NAME}\s?{_REPORTER}"),
    _rule("byline", rf"(?<=[.\s])/\s?{_NAME}\s?{_REPORTER}(?:\s{_EMAIL})?(?=\s|$)"),
    _rule("email", rf"(?<=[다요.\s])\s?{_EMAIL}\s?$"),
    # A mark of a photo, whatever stands around it: (사진=유니트리) (사진:본지DB) [사진=연합뉴스] (자료=…)
    _rule(
        "caption",
        rf"[(\[【（<]\s?{_PHOTO}(?:\s?[가-힣]{{0,4}})?\s?[=:：]\s?[^()\[\]\n]{{1,60}}[)\]】）>]",
    ),
    _rule(
        "caption",
        r"[(\[]\s?(?:사진|이미지|그래픽)?\s?(?:AI|인공지능)(?:로|가|이)?\s?(?:생성|제작)한?\s?(?:이미지|사진)?\s?[)\]]",
    ),
    _rule("caption", r"/\s?사진\s?[=:]\s?[가-힣A-Za-z0-9 ]{2,20}(?=\s|$)"),
    # The code of a stock behind a company's name, and nothing that is a year or an amount.
    _rule("stock_code", r"(?<=[가-힣A-Za-z])\s?\((?:(?:코스피|코스닥|KOSPI|KOSDAQ|KRX)\s?[:,]?\s?)?\d{6}\)"),
    _rule("stock_code", r"(?<=[\w)]) ?\((?:NASDAQ|NYSE|Nasdaq|TSX|LSE|HKEX|KRX)\s?:\s?[A-Z0-9.]{1,8}\)"),
    # Chrome.
    _rule(
        "chrome",
        r"기사를 읽어드립니다\.?\s?(?:Your browser does not support the\s?audio element\.?)?\s?(?:0:00)?",
    ),
    _rule("chrome", r"Your browser does not support the (?:audio|video) (?:element|tag)\.?", flags=_ANY),
    _rule("chrome", r"\(?pic\.twitter\.com/\w{6,14}\)?"),
    _rule("empty", r"\(\s?\)|\[\s?\]|‘\s?’|“\s?”"),
)

LINE = (
    _rule("embargo", r"[\[(<*※]?\s?엠바고\s?[:：=].{0,80}"),
    _rule("embargo", r"(?:for immediate release|embargoed until.{0,60})\.?", flags=_ANY),
    # 기사 이해를 돕기 위해 AI로 제작한 이미지   단순 자료 사진. 기사 이해를 …   기사와 무관한 사진
    _rule(
        "caption",
        r"(?:단순\s)?(?:참고|자료|관련)?\s?(?:사진|이미지)?\.?\s?(?:이\s)?기사(?:의|와)?\s(?:내용\s|본문\s)?"
        r"(?:이해를\s돕기\s위(?:해|한)|(?:직접\s)?(?:관련|관계)\s?없는|무관한)[^.\n]{0,40}\.?",
    ),
    _rule("caption", r"(?:본문과|기사와|사진은)\s.{0,30}(?:관련\s?없음|무관함|무관)[.)]?"),
    _rule(
        "caption",
        r"(?:AI|인공지능|챗GPT|ChatGPT|미드저니|나노\s?바나나)[가-힣]{0,3}\s(?:생성|제작|만든)[가-힣]{0,2}\s?(?:이미지|사진|그림)\.?",
    ),
    _rule("caption", rf"[▲△▶(\[]?\s?{_PHOTO}\s?[=:：]\s?.{{1,60}}"),
    _rule("caption", r"[▲△]\s?.{1,120}[가-힣A-Za-z)\]](?<!다)"),
    _rule(
        "caption",
        r"[(\[]?(?:사진\s?)?(?:왼쪽|오른쪽|좌측|우측|가운데|앞줄|뒷줄|윗줄|맨\s?왼쪽|시계방향)(?:\s왼쪽|\s오른쪽)?부터[)\]]?.{0,160}",
    ),
    # A heading over a picture: no verb, and its last noun is a kind of picture.
    _rule(
        "caption",
        r".{0,70}(?:이미지|사진|전경|모습|개념도|개요도|흐름도|구조도|구성도|조감도|모식도|순서도|체계도"
        r"|도식|도표|그래프|인포그래픽|포스터|로고|캡처|스크린샷|썸네일|일러스트|예시|화면|과정 개요)\s?\.?",
    ),
    _rule(
        "caption",
        r".{0,40}(?:개요|기술력|결과|현황|성과|구조|경험|방법|과정|일정|체계)\s(?:요약|상세|비교|구조|개요|표)\.?",
    ),
    _rule(
        "caption",
        rf"(?:[가-힣A-Za-z0-9]{{2,12}}\s)?{_NAME}\s(?:CEO|CTO|COO|CFO|대표|대표이사|회장|부회장|사장|부사장|장관|교수|소장|원장|총장|의원|총괄|센터장)\.?",
    ),
    _rule(
        "caption",
        r"(?:photo|image|picture|illustration|graphic|video|source|screenshot)\s?(?:credits?|courtesy|source|by)?\s?(?:of\s)?[:|/]\s?.{1,100}",
        flags=_ANY,
    ),
    _rule("caption", r"(?:image|photo)\s(?:credits?|courtesy|by)\b.{0,100}", flags=_ANY),
    _rule("caption", r"(?:credits?|©|ⓒ)\s?:?\s?(?:[A-Z][\w.&'-]{0,20}[\s/|,]{0,3}){1,8}"),
    _rule(
        "caption",
        r".{0,120}(?:getty images|shutterstock|istockphoto|unsplash|afp via getty|reuters/.{1,30}|ap photo/.{1,30})\)?\.?",
        flags=_ANY,
    ),
    # By-lines that stand alone.
    _rule(
        "byline",
        rf"(?:home\s|글\s?[=·]?\s?|/|=|■|◇)?\s?(?:{_NAME}[\s·,]{{1,2}}){{1,3}}{_REPORTER}[.=]?(?:\s?{_EMAIL})?",
    ),
    _rule(
        "byline",
        rf"(?:[가-힣A-Za-z0-9&]{{2,12}}[\s=|/·]{{1,3}}){_NAME}\s{_REPORTER}(?:[\s|/]{{0,3}}{_EMAIL})?",
    ),
    _rule("byline", rf"[(\[<]?{_EMAIL}[)\]>]?"),
    _rule("byline", rf"기자\s{_NAME}(?:\s{_EMAIL})?"),
    _rule(
        "byline",
        r"(?:by|written by|words by|reported by|story by)\s(?:[A-Z][\w.'’-]{0,20}\s?(?:and\s|,\s|&\s)?){1,8}(?:[|·•–—-].{0,60})?",
        flags=_WHOLE,
    ),
    _rule("byline", r"(?:By|BY)\s(?:[A-Z][\w.'’-]{0,20}\s?(?:and\s|,\s|&\s)?){1,8}(?:[|·•–—-].{0,60})?"),
    _rule(
        "dateline",
        r"(?:date\s)?(?:입력|등록|승인|발행|기사입력|최종수정|수정|업데이트)?\s?:?\s?\[?\d{4}[-./]\s?\d{1,2}[-./]\s?\d{1,2}\.?\]?(?:\s(?:오전|오후)?\s?\d{1,2}:\d{2}(?::\d{2})?)?",
    ),
    _rule(
        "dateline",
        r"(?:(?:updated|published|posted)\s?(?:on|at)?:?\s)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?\s\d{1,2},\s\d{4}(?:\s?(?:at|,|/|[|·•])?\s?\d{1,2}:\d{2}.{0,12})?",
        flags=_ANY,
    ),
    # Rights.
    _rule(
        "rights",
        r".{0,60}(?:무단\s?(?:전재|복제|배포|복사)|재배포\s?금지|저작권자|Copyrights?\s?[ⓒ©(]|All rights reserved|AI\s?학습\s?(?:및\s?활용\s?)?금지).{0,120}",
        flags=_ANY,
    ),
    _rule(
        "rights",
        r"[ⓒ©<]\s?(?:저작권|copyright|[가-힣A-Za-z0-9 .]{2,30}[,.]?\s?(?:무단|All)).{0,100}",
        flags=_ANY,
    ),
    # Chrome of Korean pages.
    _rule(
        "chrome",
        r"[\s▶▷☞※■●◆◇\[(]{0,4}(?:관련\s?기사|관련\s?뉴스|이\s?기사\s?어때요|함께\s?보면\s?좋은|추천\s?기사|인기\s?기사|많이\s?본\s?(?:뉴스|기사)|핫이슈|주요\s?뉴스|실시간\s?뉴스|바로\s?가기|더\s?보기|기사\s?원문|원문\s?보기|원문\s?링크|네이버에서.{0,20}구독|구독하기|기사\s?제보|제보하기|카카오톡.{0,30}(?:제보|채널|구독).{0,30}|프린트|스크랩|공유하기|글자\s?크기.{0,20}|폰트\s?크기.{0,20}|좋아요|댓글.{0,10}|기자\s?구독|기자\s?페이지|다른\s?기사\s?보기|이전\s?기사|다음\s?기사|SNS\s?기사보내기|페이스북|트위터|카카오스토리|카카오톡|URL\s?복사|본문\s?듣기|음성\s?재생|광고)(?:\([^)\n]{0,20}\))?[\])\s:>]{0,4}",
    ),
    _rule(
        "chrome", r"[▶▷☞]\s?.{1,100}(?:바로\s?가기|구독|확인하기|보러\s?가기|제보|채널\s?추가|신청).{0,20}"
    ),
    _rule("chrome", r"\[?(?:속보|단독)?\s?(?:ON AIR|LIVE)\]?"),
    # Chrome of English pages.
    _rule(
        "chrome",
        r"(?:advertisement|sponsored(?: content| post)?|story continues below(?: advertisement)?|share this (?:article|story|post)|share|save|copy link|print|comments?(?: \(\d+\))?|\d+ comments?|\d+ min(?:ute)?s? read|table of contents|skip to (?:main )?content|most popular|trending(?: now)?|recommended(?: videos| reading)?|you may also like|related(?: articles?| stories| posts| reading| content)?|read more|learn more|see also|more from .{1,40}|read next|up next|about the author|loading\.*|listen to (?:this )?article.{0,20})[:.]?",
        flags=_ANY,
    ),
    _rule(
        "chrome",
        r"(?:read more|related|see also|further reading|also read|more on this|read next|watch|don['’]t miss)\s?[:|–—-]\s?.{1,160}",
        flags=_ANY,
    ),
    _rule(
        "newsletter",
        r"(?:(?:sign up|subscribe|join|get|register)\b.{0,120}\b(?:newsletters?|inbox|daily briefing|weekly (?:digest|roundup)|mailing list)\b.{0,120})",
        flags=_ANY,
    ),
    _rule(
        "newsletter",
        r"(?:enter your email.{0,80}|your email address|by (?:signing up|subscribing|clicking|submitting|entering).{0,220}(?:terms|privacy|policy|agree|conditions).{0,120}|thank you for (?:signing up|subscribing).{0,40}|unsubscribe (?:at )?any ?time.{0,40}|subscribe(?: now| today| here)?[.!]?|sign up(?: now| here)?[.!]?)",
        flags=_ANY,
    ),
    _rule("chrome", r"(?:follow|like|find|join) (?:us|me|him|her) on .{1,100}", flags=_ANY),
)

SENTENCE = (
    _rule(
        "affiliate",
        r"(?:may|might|will|could|can)?\s?(?:earn|receive|get)s?\b.{0,30}\b(?:affiliate|commission)",
        flags=_ANY,
    ),
    _rule("affiliate", r"\b(?:contains?|includes?|uses?)\b.{0,20}\baffiliate links?\b", flags=_ANY),
    _rule("affiliate", r"이 (?:포스팅|글|기사)[은는이].{0,40}(?:수수료|원고료|제휴).{0,30}(?:받|제공|지급)"),
    _rule(
        "byline",
        r"^(?:[A-Z][\w.'’-]{0,20}\s){1,4}(?:is|was) (?:a|an|the|our|[A-Z][\w.'’]{0,20})\b.{0,60}\b(?:reporter|correspondent|editor|writer|journalist|columnist|contributor)\b",
    ),
    _rule(
        "byline",
        r"^(?:reporting|writing|editing|additional reporting|compiled|reported) by [A-Z].{0,120}",
        flags=_ANY,
    ),
    _rule(
        "byline",
        r"^(?:you can )?(?:reach|contact|email|follow) (?:him|her|them|the (?:author|reporter)|[A-Z]\w{1,20}) (?:at|on|via)\b",
        flags=_ANY,
    ),
    _rule("newsletter", r"^(?:sign up|subscribe)\b.{0,80}\b(?:newsletter|inbox)\b", flags=_ANY),
    _rule("post_footer", r"^the post .{1,200} appeared first on ", flags=_ANY),
    _rule(
        "chrome", r"^(?:기사를 읽어드립니다|클릭하면 .{0,20}이동합니다|.{0,20}에서도 만나보실 수 있습니다)"
    ),
)

TAIL = (
    _rule("glossary", r"[<〈\[【■◆※]?\s?(?:용어\s?설명|용어\s?해설|용어\s?풀이|용어\s?사전)\s?[>〉\]】:]?"),
    _rule(
        "related",
        r"[\[<【▶▷■◆☞]?\s?(?:관련\s?기사|관련\s?뉴스|추천\s?기사|인기\s?기사|많이\s?본\s?(?:뉴스|기사))\s?[\]>】]?",
    ),
    _rule("newsletter", r"(?:sign up for|subscribe to) (?:our|the|my) .{0,40}newsletters?[.!]?", flags=_ANY),
    _rule(
        "related",
        r"(?:related (?:articles|stories|posts|content)|more from .{1,40}|recommended (?:stories|articles)|you may also like|about the authors?|most popular|read next):?",
        flags=_ANY,
    ),
)
# The same heads glued to the last sentence ("…했다.<용어설명>■ 파운데이션 모델…").
GLUED_TAIL = re.compile(r"[<〈\[【]\s?용어\s?(?:설명|해설|풀이|사전)\s?[>〉\]】]")
# A tail stands in the last part of a text: a glossary at its head is an article about words.
TAIL_FROM = 0.4

# A standing figure of a photo: someone with an office, somewhere, doing what cameras see.
_OFFICE = r"(?:대표|대표이사|CEO|CTO|회장|부회장|사장|부사장|장관|차관|교수|총장|원장|소장|의장|위원장|총리|대통령|총괄|센터장|본부장|연구원|박사|의원|수석|상무|전무|이사|팀장|담당|관계자|참석자|관람객|모델|직원|학생)(?:들|진)?[이가은는와과]?"
_SEEN = r"(?:발표|설명|소개|인사말|환영사|축사|기조연설|기조강연|연설|강연|발언|답변|질의응답|시연|기념\s?촬영|촬영|포즈|악수|토론|체험|관람|대화|인터뷰|이야기|모두발언|브리핑)"
PHOTO_SENTENCE = re.compile(
    rf".{{0,90}}{_OFFICE}[\s(].{{0,70}}{_SEEN}(?:[을를]?\s?(?:하고|취하고|나누고|갖고|진행하고|듣고)|하고)\s있다\.?"
)

# An embedded post: "— Sam Altman (@sama)" under an English paragraph, and its date.
POST_AUTHOR = re.compile(r"[—–-]{1,2}\s?.{1,60}\(@\w{1,20}\)(?:\s.{0,30})?")
POST_DATE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\s\d{1,2},\s\d{4}"
)

FOOTNOTE = re.compile(r"(?P<number>\d{1,2})\)\s?(?=[A-Za-z가-힣(‘'\"“]).{2,40}[:：].{2,240}")

# A line that goes on from a line broken by a link: particles that begin no word, closing marks.
GOES_ON = re.compile(
    r"(?:[’”)\]」』,.…]|(?:에|에서|에서는|에게|에는|에도|에만|에서도|으로|로|을|를|은|는|와|과|의|가|라는|이라는|라고|이라고|라며|이라며|이며|이자"
    r"|에\s?따르면|에서의|으로는|로는|으로도|로도|까지|부터|보다|처럼|께서|한테|이란|란)(?=[\s,.])|에\s따르면)"
)
OPENS = re.compile(r"[‘“(\[「『]$")
ENDED = re.compile(r"[.!?。…:;\"”’」』]$")

# What stands where the text should.
BLOCKED = re.compile(
    r"(?:subscribe (?:now )?to (?:continue|read|keep reading)|this (?:article|content|post|story) is (?:for|only available|available only|reserved)"
    r".{0,30}(?:subscribers?|members?)|to continue reading|already a (?:subscriber|member)\?|sign in to (?:read|continue)"
    r"|log in to (?:read|continue)|enable javascript|verify(?:ing)? (?:that )?you are (?:a )?human|checking your browser"
    r"|just a moment\.\.\.|access denied|403 forbidden|are you a robot|unusual traffic|please disable your ad ?blocker"
    r"|유료\s?(?:회원|구독자|기사|콘텐츠)|구독\s?후\s?(?:이용|열람|읽)|구독자\s?전용|회원\s?전용|로그인\s?후\s?(?:이용|열람|읽|확인)"
    r"|전문은\s?.{0,20}(?:구독|로그인|가입)|결제\s?후|월\s?[\d,]+원.{0,20}구독|정기\s?구독)",
    re.IGNORECASE,
)
# A whole article names a paywall too; a notice has little else to say.
BLOCKED_UNDER = 400

TRUNCATED = re.compile(
    r"(?:\.\.\.|…|\[\s?(?:\.\.\.|…|\+\d+ chars)\s?\]|\((?:\.\.\.|…)\)|(?:continue reading|read (?:the )?(?:more|full (?:story|article))|더\s?보기|이어서\s?보기"
    r"|자세히\s?보기|기사\s?더\s?보기|전문\s?보기)\s?(?:\.\.\.|…|→|»|>>?)?)$",
    re.IGNORECASE,
)
