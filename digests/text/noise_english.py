"""What is not the article, in English pages: rules as data, in the forms that `noise` explains."""
# ruff: noqa: E501 - a pattern reads best in one piece

import re

from digests.text.noise import EMAIL, rule

_ANY = re.IGNORECASE
_PERSON = r"(?:[A-Z][\w.'’-]{0,20}\s?(?:and\s|,\s|&\s)?){1,8}"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
_AGENCY = (
    r"(?:Reuters|AP|AFP|Bloomberg|Yonhap|UPI|Xinhua|Kyodo|ANI|PTI|IANS|CNBC|CNN|Thomson Reuters Foundation)"
)
_JOB = r"(?:reporter|correspondent|editor|writer|journalist|columnist|contributor|producer|editor-in-chief)"
_PICTURE = r"(?:photos?|images?|pictures?|illustrations?|graphics?|videos?|screenshots?|credits?|source)"

INLINE = (
    # SEOUL, Dec. 28 (Reuters) -   SAN FRANCISCO (AP) —   SEOUL, Dec. 28, 2025 /PRNewswire/ --
    rule(
        "dateline",
        rf"^(?:[A-Z][A-Za-z.]{{1,20}}[ ,/]{{1,2}}){{0,5}}(?:{_MONTH} \d{{1,2}}(?:, \d{{4}})?,? )?",
        rf"(?:\({_AGENCY}\)|/[A-Z][A-Za-z ]{{3,20}}/|\((?:GLOBE NEWSWIRE|BUSINESS WIRE|Business Wire)\))\s?(?:--|[-–—])\s?",
    ),
    rule("byline", r"\((?:Additional r|R)eporting by [^()\n]{3,200}\)"),
    rule("byline", rf"(?<=[.\s])(?:Email|Contact|E-mail):?\s{EMAIL}\.?$", needs="@"),
    # Gaon's headquarters in Seoul. | Photo: Ann Lee
    rule(
        "caption",
        rf"(?:\s?[|·•–—]\s?|(?<=[.)])\s?|^)(?i:{_PICTURE})(?: (?:credits?|by|courtesy of))?:\s?[^.:\n]{{2,60}}\.?$",
    ),
    rule("chrome", r"Your browser does not support the\s?(?:audio|video) (?:element|tag)\.?", flags=_ANY),
    rule("chrome", r"\(?(?:https?://)?pic\.twitter\.com/\w{6,14}\)?"),
)

LINE = (
    rule("embargo", r"(?:for immediate release|embargoed until.{0,60})[.:]?", flags=_ANY),
    rule(
        "caption", rf"{_PICTURE}\s?(?:credits?|courtesy|source|by)?\s?(?:of\s)?[:|/]\s?.{{1,100}}", flags=_ANY
    ),
    rule("caption", rf"{_PICTURE}\s(?:credits?|courtesy|by)\b.{{0,100}}", flags=_ANY),
    rule("caption", rf"(?:[©ⓒ]|\(c\))\s?{_PERSON}"),
    rule(
        "caption",
        r".{0,120}(?:getty images|shutterstock|istockphoto|unsplash|afp via getty|reuters/.{1,30}|ap photo/.{1,30})\)?\.?",
        flags=_ANY,
    ),
    rule(
        "byline", rf"(?:By|BY|by|Written by|Words by|Reported by|Story by)\s{_PERSON}(?:[|·•–—-].{{0,60}})?"
    ),
    rule(
        "byline",
        rf"(?:[A-Z][\w.'’-]{{0,20}}\s){{1,3}}?(?:[A-Z][\w.'’-]{{0,20}})?(?:\s?[,|·•–—]\s?)(?:senior |staff |chief |lead |ai |tech |technology ){{0,3}}{_JOB}.{{0,40}}",
        flags=_ANY,
    ),
    rule("byline", rf"(?:senior |staff |chief |lead |ai |tech |technology ){{1,3}}{_JOB}", flags=_ANY),
    rule(
        "dateline",
        rf"(?:(?:updated|published|posted)\s?(?:on|at)?:?\s)?{_MONTH}\s\d{{1,2}},\s\d{{4}}"
        r"(?:\s?(?:at|,|/|[|·•])?\s?\d{1,2}:\d{2}.{0,12})?",
        flags=_ANY,
    ),
    rule(
        "chrome",
        r"(?:advertisement|sponsored(?: content| post)?|story continues below(?: advertisement)?"
        r"|share(?: this)?(?: article| story| post)?|save|copy link|print|comments?(?: \(\d+\))?|\d+ comments?"
        r"|\d+ min(?:ute)?s?(?: read)?|table of contents|skip to (?:main )?content|most popular|trending(?: now)?"
        r"|recommended(?: videos| reading)?|you may also like|related(?: articles?| stories| posts| reading| content)?"
        r"|read more|learn more|see also|more from .{1,40}|read next|up next|about the author|loading\.*"
        r"|listen to (?:this )?article.{0,20}|(?:sign|log) ?in|menu|search)[:.]?",
        flags=_ANY,
    ),
    rule(
        "related",
        r"(?:read more|related|further reading|also read|more on this|read next|don['’]t miss)\s?[:|–—-]\s?.{1,160}",
        flags=_ANY,
    ),
    rule(
        "newsletter",
        r"(?:sign up|subscribe|join|register)\b.{0,120}\b(?:newsletters?|inbox|daily briefing|weekly (?:digest|roundup)"
        r"|mailing list)\b.{0,120}",
        flags=_ANY,
    ),
    rule(
        "newsletter",
        r"(?:enter your email.{0,80}|your email address|thank you for (?:signing up|subscribing).{0,40}"
        r"|by (?:signing up|subscribing|clicking|submitting|entering).{0,220}(?:terms|privacy|policy|conditions).{0,120}"
        r"|(?:you can )?unsubscribe (?:at )?any ?time.{0,40}|subscribe(?: now| today| here)?[.!]?|sign up(?: now| here)?[.!]?)",
        flags=_ANY,
    ),
    rule(
        "chrome",
        r"(?:(?:continue|keep) reading|read (?:the )?(?:full|rest|whole)\b.{0,60}|(?:submitted|posted) by\s?(?:/u/)?\S{1,40}(?: to .{1,40})?"
        r"|\[link\]\s?\[[\d,]{0,8}\s?comments?\]|(?:article|comments|original) url: \S{1,300}|points: \d+|# comments: \d+)"
        r"\s?(?:\.\.\.|…|→|»)?",
        flags=_ANY,
    ),
    rule("chrome", r"(?:follow|like|find|join) (?:us|me|him|her) on .{1,100}", flags=_ANY),
)

SENTENCE = (
    rule(
        "affiliate",
        r"\b(?:[Ww]e|[Tt]he (?:publisher|site)|[A-Z]\w{2,20}) (?:may|might|will|could|can)(?: also)? (?:earn|receive|get|be paid)"
        r"\s(?:us\s)?(?:an?\s)?(?:\w{1,12}\s){0,2}commissions?\b",
        needs="commission",
    ),
    rule(
        "affiliate",
        r"\b(?:earn|receive) (?:an? )?(?:small |affiliate |referral ){1,2}commissions?\b",
        flags=_ANY,
    ),
    rule("affiliate", r"\b(?:contains?|includes?|uses?)\b.{0,20}\baffiliate links?\b", flags=_ANY),
    rule("affiliate", r"\bas an amazon associate\b", flags=_ANY),
    rule(
        "byline",
        rf"^(?:[A-Z][\w.'’-]{{0,20}}\s){{1,4}}(?:is|was)\s(?:an?|the|our|[A-Z][\w.'’ ]{{0,40}})\s?(?:[\w.'’-]{{1,20}}\s){{0,4}}{_JOB}\b"
        r"(?=[\s.,]|$)(?!\sof\b.{0,40}\bsaid)",
    ),
    rule(
        "byline",
        r"^(?:[A-Z][\w.'’-]{0,20}\s){2,4}(?:covers|writes about|reports on)\s.{1,60}\s(?:for|at)\s[A-Z]",
    ),
    rule(
        "byline", r"^(?:reporting|writing|editing|additional reporting|compiled|reported) by [A-Z].{0,120}$"
    ),
    rule(
        "byline",
        r"^(?:you can )?(?:reach|contact|email|e-mail|follow) (?:him|her|them|us|the (?:author|reporter)|[A-Z]\w{1,20}) (?:at|on|via)\b",
        flags=_ANY,
    ),
    rule("newsletter", r"^(?:sign up|subscribe)\b.{0,80}\b(?:newsletters?|inbox)\b", flags=_ANY),
    rule(
        "newsletter",
        r"^(?:this (?:story|article|post) (?:first |originally )?appeared in .{0,60}newsletter)",
        flags=_ANY,
    ),
    rule("post_footer", r"^the post .{1,200} appeared first on ", flags=_ANY),
    rule("post_footer", r"\bwas originally published in .{1,80} on Medium, where people are continuing\b"),
    rule("chrome", r"^(?:got|have) a (?:news |story )?tip\b", flags=_ANY),
    rule("chrome", r"^(?:click|tap) here to\b", flags=_ANY),
)

TAIL = (
    rule(
        "related",
        r"(?:related (?:articles|stories|posts|content|reading)|more from .{1,40}|recommended (?:stories|articles|reading)"
        r"|you may also like|about the authors?|most popular|read next|most read|editor['’]s picks):?",
        flags=_ANY,
    ),
)
