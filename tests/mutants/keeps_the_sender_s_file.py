"""Photos are kept as they were sent, with the place they were taken at and all that was hung on to them."""

from typing import Any

from registration.attachments import looking as looked
from tests.registration.pictures import paper, with_place

looking: Any = looked
looking.as_jpeg = lambda image, *, most_bytes=None: with_place(paper()) + b"<script>"
