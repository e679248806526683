"""Steps of a visitor that wait for what they lead to: a browser drops keys and clicks until a page has been drawn."""

from playwright.sync_api import Locator, Page, Response


def drawn(page: Page) -> None:
    """Wait until the page that was loaded has been drawn. It must be one in which scripts may run."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def visit(page: Page, address: str) -> Response | None:
    """Open a page, ready to be used."""
    answer = page.goto(address)
    drawn(page)
    return answer


def follow(link: Locator, address: str) -> None:
    """Click on a link or button that leads to a page of that address (`*` and `**` stand for anything)."""
    link.click()
    arrive(link.page, address)


def arrive(page: Page, address: str) -> None:
    """Wait for the page that a step leads to, ready to be used."""
    page.wait_for_url(address)
    drawn(page)
