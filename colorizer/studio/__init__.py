"""The studio: a page on which a person corrects a photo's colours, and the HTTP API behind it.

`router.studio_router` serves both for one photo at a time and can be put into any FastAPI application, under any
prefix; `serve.py` (`colorizer serve`) and `local.py` (`colorizer studio PHOTO`) are two such applications.
"""
