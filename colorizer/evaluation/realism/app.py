"""The pages of a realism test. No page, address or picture tells which of two pictures is real before the answer."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Literal

from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from colorizer.evaluation.realism.results import Kind
from colorizer.evaluation.realism.study import Session, Stage, Study

_HERE = Path(__file__).parent
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def create_app(study: Study, *, show: float = 1.0, pause: float = 0.6) -> FastAPI:
    """The web application. show: seconds that each picture is seen; pause: seconds before each."""
    app = FastAPI(title="Real or recoloured?", docs_url=None, redoc_url=None, openapi_url=None)
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(study=study, show=show, pause=pause)
    templates = Jinja2Templates(env=environment)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")

    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(_HEADERS)
        return response

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        return templates.TemplateResponse(request, "error.html", {"message": error.detail}, error.status_code)

    def known(name: str) -> Session:
        try:
            return study.session(name)
        except KeyError as error:
            raise HTTPException(404, "This session is not known here. Please start again.") from error

    def back(session: Session) -> Response:
        return RedirectResponse(f"/sessions/{session.name}", 303)

    @app.get("/")
    def start(request: Request) -> Response:
        return templates.TemplateResponse(request, "start.html")

    @app.post("/sessions")
    def begin() -> Response:
        return back(study.begin())

    @app.get("/sessions/{name}")
    def page(request: Request, name: str) -> Response:
        session = known(name)
        if session.stage is Stage.END:
            return templates.TemplateResponse(request, "end.html")
        trial = study.show(session) if session.stage is Stage.TRIAL else session.trials[session.at]
        practising = trial.kind is Kind.PRACTICE
        told = {
            "session": session,
            "pictures": trial.pictures,
            "practising": practising,
            "number": session.at + 1 - (0 if practising else study.practice),
            "of": study.practice if practising else study.trials,
        }
        if session.stage is Stage.FEEDBACK:
            told["real"] = trial.real
        return templates.TemplateResponse(request, f"{session.stage}.html", told)

    @app.post("/sessions/{name}/answers")
    def answer(
        name: str,
        trial: Annotated[int, Form()],
        choice: Annotated[Literal["first", "second"], Form()],
        seconds: Annotated[float | None, Form(ge=0, le=86400)] = None,
    ) -> Response:
        session = known(name)
        study.answer(session, trial, ("first", "second").index(choice), seconds)
        return back(session)

    @app.post("/sessions/{name}/proceed")
    def proceed(name: str) -> Response:
        session = known(name)
        study.proceed(session)
        return back(session)

    @app.get("/pictures/{name}.jpg")
    def picture(name: str) -> Response:
        try:
            return Response(study.picture(name), media_type="image/jpeg")
        except KeyError as error:
            raise HTTPException(404) from error

    return app
