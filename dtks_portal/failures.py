"""What a person sees when a page fails: 503 and "try again" when the database is away or too slow, else 500."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

RETRY_AFTER = 10  # seconds


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`. The pages ask neither database nor session, since those may be what failed."""
    failure = sys.exc_info()[1]
    if is_passing(failure):
        response = HttpResponse(loader.render_to_string("503.html"), status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response
    return HttpResponse(loader.render_to_string("500.html"), status=500)


def is_passing(failure: BaseException | None) -> bool:
    """Whether the same request may succeed in a moment: no connection, a query or a lock that took too long."""
    while failure is not None:
        if isinstance(failure, OperationalError | InterfaceError):
            return True
        failure = failure.__cause__ or failure.__context__
    return False
