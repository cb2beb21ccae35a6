"""The content: from feed to digest. Knows no subscriber and sends nothing.

    feed ─▶ article ─▶ story ─▶ edition ─▶ digest ─▶ delivery ─▶ inbox
    sources          stories   editions             newsletter.delivery

1. `digests.sources` polls feeds politely and stores each entry as a cleaned article.
2. `digests.stories` tags the articles, and tells each event once, ranked and summarised.
3. `digests.editions` freezes a date's ranked stories, and chooses and renders from them
   the digest that fits a set of preferences.
4. `newsletter.delivery` sends each reader's digest at the reader's own hour.

`digests.text` holds pure functions over text and URLs; `digests.journal` keeps what
people and clocks did. Imports go down this list only (import-linter holds it).
"""
