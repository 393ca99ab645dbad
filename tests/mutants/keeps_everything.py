"""A page of the form keeps whatever is posted to it."""

from registration.forms.base import PageForm

PageForm.typed = lambda form, posted: {name: posted.getlist(name) for name in posted}
