"""The addresses of this room: `urlpatterns` in both languages, `machines` in none."""

from datetime import date

from django.urls import path, register_converter

from newsletter.web import archive, crawling, health, issue, mailbox, pages, syndication, urls_joining


class DayConverter:
    """A date as addresses write it: 2026-01-05."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """The date; ValueError, which is no such page, for the 30th of February."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """The date in digits."""
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("archive/", archive.archive, name="archive"),
    path("about/", pages.about, name="about"),
    path("privacy/", pages.privacy, name="privacy"),
    path("<day:day>/", issue.edition, name="edition"),
    path("<day:day>/<slug:key>/", issue.story, name="story"),
    *urls_joining.urlpatterns,
    path("i/<str:token>/", issue.my_issue, name="my_issue"),
    path("feed.atom", syndication.feed_atom, name="feed_atom"),
    path("feed.rss", syndication.feed_rss, name="feed_rss"),
    path("feed.json", syndication.feed_json, name="feed_json"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<str:name>/", mailbox.mailbox_mail, name="mailbox_mail"),
    path("mailbox/<str:name>/html/", mailbox.mailbox_html, name="mailbox_html"),
]

machines = [
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", crawling.robots, name="robots"),
    path("sitemap.xml", crawling.sitemap, name="sitemap"),
]
