"""Titles and names that strangers wrote to run in an operator's browser: none does, on any page that shows them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page
from sqlalchemy import Engine

from bot.domain.outcomes import Outcome
from bot.domain.silence import Reason
from bot.store import audit, moderator_answers, silences
from bot.store.audit import Actor
from bot.store.files import JobFiles
from bot.store.jobs import now
from bot.store.operator_tables import ModeratorAnswer
from tests.browsing import follow, visit
from tests.web.made_jobs import answer, receive, refuse

TEXTS = [
    "<script>alert(1)</script>", "<ScRiPt src=//evil.test/x.js></ScRiPt>", "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<svg><script>alert&#40;1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<body onload=alert(1)>", "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>", "<video><source onerror=alert(1)>",
    "<math><mi xlink:href='javascript:alert(1)'>",
    '"><script>alert(1)</script>', "'><script>alert(1)</script>", '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "` onclick=alert(1) `", "javascript:alert(1)", "{{ 7 * 7 }}{% raw %}", "{{ cycler.__init__.__globals__ }}",
    "<style>*{background:url(//evil.test/x)}</style>", "<link rel=stylesheet href=//evil.test/x.css>",
    "<base href=//evil.test/>", "<meta http-equiv=refresh content='0;url=//evil.test/'>",
    "<form action=//evil.test><button>",
    "<object data=//evil.test/x.swf>", "<!--<img src='--><img src=x onerror=alert(1)>'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "\u202e<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;", "%3Cscript%3Ealert(1)%3C/script%3E",
    "\ufeff<script\x0b>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "</option></select><img src=x onerror=alert(1)>",
]  # fmt: skip


@pytest.fixture
def written(engine: Engine, files: JobFiles) -> int:
    """Every text in every place that a stranger fills; returns how many jobs there are."""
    for number, text in enumerate(TEXTS, start=1):
        texts = {"title": text, "author": text[:50], "body": text, "subreddit": text[:50], "permalink": f"/r/{text}"}
        job = receive(engine, number, **texts)
        if number % 3:
            refuse(engine, job, Outcome.BAD_URL, f"{text} is no URL")
        else:
            answer(engine, job, files)
        silences.silence(engine, silences.USER, text[:50], Reason.ASKED)
        audit.record(engine, Actor(text), "retry", text, text)
        mail = ModeratorAnswer(id=f"m{number}", subreddit=text[:50], author=text[:50], body=text, sent_at=now())
        moderator_answers.keep(engine, mail)
    return len(TEXTS)


@pytest.mark.slow
def test_no_text_of_a_stranger_runs_in_the_operators_browser(
    written: int, address: str, password: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(base_url=address)  # complains of whatever the Content-Security-Policy has to refuse
    ran, asked = [], []

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.on("request", lambda request: asked.append(request.url))
    visit(page, "/login")
    page.get_by_label("Operator's password").fill(password)
    follow(page.get_by_role("button", name="Log in"), f"{address}/log")
    pages = ["/log", "/people", "/subreddits", "/status", "/audit", "/charts", "/hosts", "/bulk/retry?id=1&id=2"]
    for path in [*pages, *(f"/log/{number}" for number in range(1, written + 1))]:
        visit(page, path)
        assert page.url == address + path
        assert page.locator("iframe, object, base, meta[http-equiv]").count() == 0, path
    shown = page.locator("main").inner_text()
    assert TEXTS[-1] in shown, "the text is there, as text"
    assert ran == []
    assert [url for url in asked if not url.startswith(address)] == []
