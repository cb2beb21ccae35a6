"""What is not the article, in Korean pages: rules as data, applied by `scrubbing`.

A rule says what it removes (`kind`) and by which pattern; text that no rule names is never touched.
Patterns are bounded, so that cleaning is linear in the length of the text. The English rules stand in
`noise_english`, the shapes that span lines in `shapes`.

INLINE    is cut out of a line; the sentence around it stays
LINE      is a whole line, or a whole sentence at either end of one; unless it `takes_sentences`, it is
          never applied to what holds a Korean sentence ("...다."): that is what noise gets glued to
SENTENCE  is a sentence, wherever it stands
TAIL      is a line after which nothing is the article's any more
"""
# ruff: noqa: E501 - a pattern reads best in one piece

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One kind of noise and its pattern; `needs` is in every text it matches, and quick to look for."""

    kind: str
    pattern: re.Pattern[str]
    takes_sentences: bool = False
    needs: str = ""


def rule(
    kind: str,
    *parts: str,
    flags: re.RegexFlag = re.NOFLAG,
    takes_sentences: bool = False,
    needs: str = "",
) -> Rule:
    """A rule whose pattern is written in `parts`."""
    return Rule(kind, re.compile("".join(parts), flags), takes_sentences, needs)


EMAIL = r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
NAME = r"[가-힣]{2,4}"
NAMES = rf"(?:{NAME}[\s·,]{{1,2}}){{1,4}}"
REPORTER = (
    r"(?:[가-힣A-Za-z]{0,8}\s?"
    r"(?:기자|특파원|에디터|통신원|논설위원|앵커|객원기자|칼럼니스트|편집위원|편집장|리포터))"
)
PHOTO = (
    r"(?:사진|이미지|자료|그래픽|출처|캡처|영상|일러스트|그림|표|도표|썸네일|포토|포스터|제공|합성|삽화)"
    r"(?:\s?(?:자료|제공|출처|설명|캡처|편집|합성|생성|원본|사진|이미지))?"
)
TITLE = (
    r"(?:CEO|CTO|COO|CFO|대표|대표이사|회장|부회장|사장|부사장|장관|차관|교수|소장|원장|총장|의장|의원|위원장"
    r"|총괄|본부장|센터장|연구원|박사)"
)
_DAY = r"\d{4}[-./]\s?\d{1,2}[-./]\s?\d{1,2}\.?"
_HOUR = r"(?:\s(?:오전|오후)?\s?\d{1,2}:\d{2}(?::\d{2})?)?"
_STAMP = r"(?:date|입력|등록|승인|발행|기사입력|최종수정|수정|업데이트|작성)"

INLINE = (
    # Remains of a word processor and of a CMS, glued to the first sentence.
    rule("bookmark", r"\[bookmark:\s?[^\]\n]{1,60}\]"),
    rule("dateline", rf"^{_STAMP}\s?:?\s?{_DAY}{_HOUR}(?=\s|$)"),
    rule(
        "embargo",
        r"^[\[(<※*]{0,2}\s?(?:엠바고|보도\s?시점|배포\s?시점)\s?[\])>]?\s?[:：=]?\s?",
        rf"(?:(?:{_DAY}|\d{{1,2}}월\s?\d{{1,2}}일)(?:\s?\([^)\n]{{1,4}}\))?(?:\s?(?:오전|오후))?(?:\s?\d{{1,2}}(?:시|:\d{{2}}))?",
        r"(?:\s?(?:이후|부터|조간|석간)){0,2}(?:\s?(?:보도|사용)(?:\s?가능)?)?|(?:배포\s?)?즉시|없음)(?=\s|$)",
    ),
    # (서울=뉴스1) 김민석 기자 =   [서울=뉴시스]홍길동 기자 =   (세종·서울=연합뉴스) 홍길동 김철수 기자 =
    rule(
        "byline",
        rf"[(\[【（](?!{PHOTO}\s?=)[가-힣A-Za-z·]{{2,14}}\s?=\s?[가-힣A-Za-z0-9]{{2,12}}[)\]】）]\s?",
        rf"(?:{NAMES}{REPORTER}(?:\s?,\s?{NAME}\s?{REPORTER}){{0,3}}\s?=?\s?)?=?\s?",
    ),
    # [디지털데일리 홍길동 기자]  (홍길동 기자)  [아이티데일리=홍길동 기자]
    rule("byline", rf"[\[【(][가-힣A-Za-z0-9&·]{{0,14}}[\s=|]{{0,3}}{NAME}\s?{REPORTER}\s?[\])】]\s?=?"),
    # home 조희준 기자 x@y.kr   홍길동 기자 x@y.kr   x@y.kr 홍길동 기자
    rule(
        "byline",
        rf"[(\[/]?(?:home\s|글\s?[=·]\s?|by\s)?{NAMES}{REPORTER}[\s=,|/]{{0,3}}[(\[<]?{EMAIL}[)\]>]?",
        needs="@",
    ),
    rule("byline", rf"{EMAIL}[\s/|]{{0,3}}{NAME}\s?{REPORTER}", needs="@"),
    rule("byline", rf"(?<=[.\s])/\s?{NAME}\s?{REPORTER}(?:\s{EMAIL})?(?=\s|$)"),
    rule("email", rf"(?<=[다요.\s])\s?[(\[<]?{EMAIL}[)\]>]?\s?$", needs="@"),
    # The mark of a photo, whatever stands around it: (사진=가온) [사진: 본지DB] (자료=…) (사진)
    rule("caption", rf"[(\[【（<〈]\s?{PHOTO}\s?[=:：|]\s?[^()\[\]<>\n]{{1,60}}[)\]】）>〉]"),
    rule("caption", r"(?<=[가-힣])[(\[](?:사진|아래\s?사진|위\s?사진|사진\s?(?:왼쪽|오른쪽|가운데))[)\]]"),
    rule(
        "caption",
        r"[(\[]\s?(?:사진|이미지|그래픽)?\s?(?:AI|인공지능|챗GPT|ChatGPT)(?:로|가|이)?\s?",
        r"(?:생성|제작|합성)한?\s?(?:이미지|사진)?\s?[)\]]",
    ),
    rule("caption", r"/\s?(?:사진|이미지|자료)(?:\s?제공)?\s?[=:]\s?[가-힣A-Za-z0-9 ]{2,20}(?=\s|$)"),
    # The code of a stock behind a company's name.
    rule(
        "stock_code",
        r"(?<=[가-힣A-Za-z])\s?[(\[](?:(?:코스피|코스닥|KOSPI|KOSDAQ|KRX)\s?[:,]?\s?)?\d{6}[)\]]",
    ),
    rule(
        "stock_code",
        r"(?<=[\w)])\s?\((?:NASDAQ|NYSE|Nasdaq|TSX|LSE|HKEX|KRX|나스닥|뉴욕증권거래소)\s?:\s?[A-Z0-9.]{1,8}\)",
    ),
    rule("rights", r"(?<=다\.)\s?[<〈]?\s?[ⓒ©]\s?[^.\n]{1,60}$"),
    # Chrome.
    rule(
        "chrome",
        r"기사를 읽어드립니다\.?\s?(?:Your browser does not support the\s?audio element\.?)?\s?(?:\d:\d\d)?",
    ),
    rule("empty", r"\(\s?\)|\[\s?\]|‘\s?’|“\s?”"),
)

_ABOUT_ARTICLE = r"(?:단순\s)?(?:참고|자료|관련|본|해당|이)?\s?(?:사진|이미지|그림|영상)?[은는이]?\.?\s?(?:본|이|해당)?\s?(?:기사|본문|내용)"

LINE = (
    rule("embargo", r"[\[(<*※■]?\s?엠바고\s?[\])>]?\s?[:：=]?\s?(?!기간|가|를|는|의|로).{0,80}"),
    rule(
        "embargo",
        r"[\[(<*※■]?\s?(?:보도\s?시점|배포\s?시점|배포\s?일시?|보도\s?일시)\s?[\])>]?\s?[:：=].{0,80}",
    ),
    rule(
        "embargo",
        r"[\[(<*※■]?\s?(?:엠바고\s?[:：]\s?)?(?:배포|보도)?\s?(?:즉시|바로)\s?(?:보도|사용|배포)(?:가|이)?\s?"
        r"(?:가능|바랍니다|부탁).{0,12}",
        takes_sentences=True,
    ),
    rule("embargo", r"[\[<]?보도\s?(?:참고\s?)?자료[\]>]?"),
    # 기사 이해를 돕기 위해 AI로 제작한 이미지   단순 자료 사진. 기사 이해를 …   기사와 무관한 사진
    rule(
        "caption",
        rf"{_ABOUT_ARTICLE}(?:의|와|과)?\s?(?:내용\s|본문\s)?(?:에\s대한\s)?(?:이해를\s돕기\s위(?:해|한)"
        r"|(?:직접\s|특정\s내용과\s)?(?:관련|관계)\s?없|무관)[^\n]{0,70}",
        takes_sentences=True,
    ),
    rule(
        "caption",
        r"(?:사진|이미지)[은는].{0,30}(?:관련\s?없음|관련\s?없습니다|무관함|무관합니다|무관)[.)]?",
        takes_sentences=True,
    ),
    rule(
        "caption",
        r"[(\[]?(?:AI|인공지능|챗GPT|ChatGPT|미드저니|나노\s?바나나|제미나이|달리)[가-힣]{0,3}\s"
        r"(?:생성|제작|만든|그린|합성)[가-힣]{0,2}\s?(?:이미지|사진|그림|일러스트)[)\]]?\.?",
    ),
    rule("caption", rf"[▲△▶(\[<〈/*]{{0,2}}\s?(?:{PHOTO}\s?[)\]>〉]?\s?[=:：|]|사진\s?/)\s?.{{1,80}}"),
    rule("caption", r"[<\[(〈](?:사진|이미지|그림|자료|표)(?:\s?설명)?\s?\d{0,2}[>\])〉].{0,100}"),
    rule(
        "caption",
        r"[▲△▶]\s?.{1,120}(?:사진|제공|모습|전경|이미지|화면|캡처|출처.{0,20}|[=:：]\s?.{1,20}[)\]]|[ⓒ©].{1,20})",
    ),
    rule("caption", r".{2,90}[.)\]/|]\s?(?:[가-힣A-Za-z0-9·]{2,14}\s){1,2}제공\.?"),
    rule("caption", r"(?!서비스|무료|정보|기능|혜택|지원|기회)[가-힣A-Za-z0-9·]{2,14}\s?제공\.?"),
    rule(
        "caption",
        r"[(\[▲△]{0,2}\s?(?:사진\s?)?(?:왼쪽|오른쪽|좌측|우측|가운데|앞줄|뒷줄|윗줄|맨\s?왼쪽|시계\s?방향)"
        r"(?:\s왼쪽|\s오른쪽|으로)?\s?부터[)\]]?.{0,160}",
    ),
    # A heading over a picture: no verb, and its last noun is a kind of picture.
    rule(
        "caption",
        r"[▲△]?[^“”\"]{0,80}(?:이미지|사진|전경|모습|개념도|개요도|흐름도|구조도|구성도|조감도|모식도|순서도|체계도|배치도"
        r"|설명도|도식|도표|그래프|인포그래픽|포스터|로고|캡처|스크린샷|썸네일|일러스트|예시|화면|장면|과정 개요)\s?\.?",
    ),
    rule(
        "caption",
        r".{0,40}(?:개요|기술력|결과|현황|성과|구조|경험|방법|과정|일정|체계|사업)\s(?:요약|상세|비교|구조|개요|표)\.?",
    ),
    # 정재헌 CEO   김성훈 업스테이지 대표   (홍길동(왼쪽) 가온 대표)
    rule(
        "caption", rf"[▲△]?\s?{NAME}(?:\([^)\n]{{1,6}}\))?\s(?:[가-힣A-Za-z0-9&]{{2,14}}\s){{0,2}}{TITLE}\.?"
    ),
    # By-lines that stand alone.
    rule("byline", rf"(?:home\s|글\s?[=·]?\s?|/|=|■|◇)?\s?{NAMES}{REPORTER}[.=]?(?:\s?{EMAIL})?"),
    rule(
        "byline", rf"(?:[가-힣A-Za-z0-9&]{{2,12}}[\s=|/·]{{1,3}}){NAME}\s{REPORTER}(?:[\s|/]{{0,3}}{EMAIL})?"
    ),
    rule("byline", rf"[(\[<]?{EMAIL}[)\]>]?"),
    rule("byline", rf"기자\s{NAME}(?:\s{EMAIL})?"),
    rule(
        "dateline",
        rf"(?:{NAME}\s?{REPORTER}\s?)?(?:{_STAMP}?\s?:?\s?\[?{_DAY}\]?{_HOUR}(?:\s?송고)?[\s|,·/]{{0,3}}){{1,3}}",
    ),
    # What ends a press release and a wire's story.
    rule(
        "contact",
        r"[■▶▷※☎*\[(<]{0,2}\s?(?:보도\s?|미디어\s?|언론\s?|홍보\s?)?(?:문의|문의처|연락처|담당자)\s?[\])>]?\s?[:：].{1,120}",
    ),
    rule("end", r"[\[(<〈-]{0,2}\s?끝\s?[\])>〉.-]{0,2}|#{2,5}|\*{3,5}"),
    rule("chrome", r"[◎☞]\s?(?:공감언론|.{0,20}기자).{0,60}|제보는\s.{1,60}"),
    # Rights.
    rule(
        "rights",
        r"[<〈(\[]?.{0,60}(?:무단\s?(?:전재|복제|배포|복사|사용)|재배포\s?금지|저작권자\s?[ⓒ©(]|All rights reserved"
        r"|AI\s?학습\s?(?:및\s?활용\s?|이용\s?)?금지).{0,120}",
        flags=re.IGNORECASE,
    ),
    rule("rights", r"[<〈(]?\s?(?:저작권자\s?)?[ⓒ©].{1,80}"),
    # Chrome.
    rule(
        "chrome",
        r"[\s▶▷☞※■●◆◇\[(<]{0,4}(?:관련\s?기사|관련\s?뉴스|이\s?기사\s?어때요|함께\s?보면\s?좋은.{0,10}|추천\s?기사|인기\s?기사"
        r"|많이\s?본\s?(?:뉴스|기사)|핫이슈|주요\s?뉴스|실시간\s?뉴스|더\s?보기|기사\s?원문|원문\s?보기|원문\s?링크"
        r"|네이버에서.{0,20}구독(?:하기)?|.{0,15}구독하기|기사\s?제보|제보하기|카카오톡(?:으로|에서)?\s?.{0,20}(?:제보|채널|구독).{0,10}"
        r"|프린트|인쇄|스크랩|공유(?:하기)?|글자\s?크기.{0,20}|폰트\s?크기.{0,20}|좋아요|싫어요|댓글.{0,10}|기자\s?구독|기자\s?페이지"
        r"|다른\s?기사\s?보기|이전\s?기사|다음\s?기사|SNS\s?기사보내기|페이스북|트위터|카카오스토리|카카오톡|URL\s?복사"
        r"|본문\s?듣기|음성\s?재생|광고|바로\s?가기)(?:\([^)\n]{0,20}\))?[\])\s:>]{0,4}",
    ),
    rule("related", r"[\s▶▷☞※■●◆◇\[(<]{0,4}(?:관련|추천|인기)\s?(?:기사|뉴스)[\])>]?\s?[:：]?\s.{1,120}"),
    rule(
        "chrome", r"[▶▷☞■]\s?.{0,100}(?:바로\s?가기|구독|확인하기|보러\s?가기|제보|채널\s?추가|신청).{0,20}"
    ),
    rule("chrome", r"[▶▷☞■]?\s?(?:카카오톡|전화|이메일|메일|홈페이지|라인|네이버|유튜브)\s?[:：]\s?.{1,80}"),
)

SENTENCE = (
    rule(
        "affiliate",
        r"이 (?:포스팅|글|기사|콘텐츠)[은는이].{0,40}(?:수수료|원고료|제휴).{0,30}(?:받|제공|지급)",
    ),
    rule("chrome", r"^(?:기사를 읽어드립니다|클릭하면 .{0,20}이동합니다|.{0,20}에서도 만나보실 수 있습니다)"),
)

_WORDS = r"용어\s?(?:설명|해설|풀이|사전)"
TAIL = (
    rule("glossary", rf"[<〈\[【]\s?{_WORDS}\s?[>〉\]】].{{0,400}}", takes_sentences=True),
    rule("glossary", rf"[■◆◇●※☞▶*]\s?{_WORDS}\s?(?:[:：].{{0,400}})?", takes_sentences=True),
    rule("glossary", rf"{_WORDS}\s?[:：]?"),
    rule("related", r"[\[<【▶▷■◆☞]{1,2}\s?(?:관련|추천|인기)\s?(?:기사|뉴스)\s?[\]>】:]?"),
    rule("related", r"(?:관련\s?기사|관련\s?뉴스|추천\s?기사|인기\s?기사|많이\s?본\s?(?:뉴스|기사))\s?:?"),
)
# The same head glued to the last sentence ("…했다.<용어설명>■ 파운데이션 모델…").
GLUED_TAIL = re.compile(rf"[<〈\[【]\s?{_WORDS}\s?[>〉\]】]")
