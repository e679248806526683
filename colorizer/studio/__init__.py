"""The studio: a page on which a person corrects the colours of a photo or a film, and the HTTP API behind it.

`router.studio_router` serves both for one photo at a time and can be put into any FastAPI application, under any
prefix; `serve.py` (`colorizer serve`) and `local.py` (`colorizer studio FILE`) are two such applications.
`film_router.film_router` does the same for a film.
"""
