"""A page of the form keeps whatever is posted to it."""

from typing import Any

from registration.forms import base

form: Any = base.PageForm
form.typed = lambda page, posted: {name: posted.getlist(name) for name in posted}
