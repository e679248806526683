"""The charts: volume, failures, outcomes, verdicts, how long askers waited, and scores."""

from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from bot.domain.log_words import WrongFilter
from bot.store.database import Engine
from bot.store.jobs import now
from bot.web.chart_span import CHOICES, Span, span_of
from bot.web.charts import PERCENTILES, ChartMaker, Charts
from bot.web.remember import Remembered


def add_chart_pages(app: FastAPI, *, engine: Engine, templates: Jinja2Templates) -> None:
    """/charts."""
    make = ChartMaker(engine)
    charts = Remembered[Span, Charts](lambda span: make(span, now()), seconds=30, most=50)

    @app.get("/charts")
    def page(request: Request) -> Response:
        given = request.query_params
        if given and "" in given.values():  # a form sends its empty fields too
            words = urlencode({name: value for name, value in given.items() if value}, safe=":")
            return RedirectResponse(f"/charts?{words}" if words else "/charts", 303)
        span, problem = span_of({}, now()), ""
        try:
            span = span_of(given, now())
        except WrongFilter as error:
            problem = str(error)
        context = {
            "span": span,
            "choices": CHOICES,
            "problem": problem,
            "percentiles": PERCENTILES,
            "charts": None if problem else charts(span),
        }
        return templates.TemplateResponse(request, "charts.html", context, 400 if problem else 200)
