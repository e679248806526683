"""No request breaks the HTTP API of the studio."""

import httpx
import pytest

from tests.described import call_everything


@pytest.mark.slow
def test_no_request_breaks_the_api(api, jpeg):
    known = httpx.post(f"{api}/photos", content=jpeg, timeout=None).json()["photo"]

    def prepare(case):
        if "photo" in (case.path_parameters or {}) and len(str(case.body)) % 4:
            case.path_parameters["photo"] = known

    description = httpx.get(f"{api}/openapi.json", timeout=None).json()
    called = call_everything(description, api, examples=12, prepare=prepare)
    assert {"/photos", "/colorize", "/photos/{photo}/paint", "/photos/{photo}/suggest"} <= called
