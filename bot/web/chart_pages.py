"""The charts: volume, outcomes, verdicts, how long askers waited, and scores."""

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.templating import Jinja2Templates

from bot.store.database import Engine
from bot.store.jobs import now
from bot.web.charts import PERCENTILES, SPANS, Charts, charts_of
from bot.web.remember import Remembered


def add_chart_pages(app: FastAPI, *, engine: Engine, templates: Jinja2Templates) -> None:
    """/charts."""
    by_name = {span.name: span for span in SPANS}

    def find(name: str) -> Charts:
        return charts_of(engine, by_name[name], now())

    charts = Remembered(find, seconds=30)

    @app.get("/charts")
    def page(request: Request, span: str = "7d") -> Response:
        if span not in by_name:
            raise HTTPException(404)
        context = {"span": by_name[span], "spans": SPANS, "charts": charts(span), "percentiles": PERCENTILES}
        return templates.TemplateResponse(request, "charts.html", context)
