"""An HTTP API called in every way that its own description allows, and in some that it does not."""

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from tests.patience import PATIENCE


def call_everything(description, address, *, examples, without=(), prepare=lambda _: None, **options):
    """Call each operation of a description so many times; returns the paths that were called.

    without: paths that are left out. prepare: changes a case before it is sent. options: of each request. No answer may
    be a server's error.
    """
    schema = schemathesis.openapi.from_dict(description)
    called = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in without:
            continue

        @settings(
            max_examples=examples,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def call(case):
            prepare(case)
            answer = case.call(base_url=address, timeout=PATIENCE, **options)
            case.validate_response(answer, checks=[not_a_server_error])

        call()
        called.add(operation.path)
    return called
