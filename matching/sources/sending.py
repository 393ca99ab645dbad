"""Sending one question to a register and reading its answer as JSON, strictly. What cannot be believed is no answer."""

import json
import logging
from typing import Any

from jobs.outbound import Lost, post
from matching.sources import configured
from matching.sources.configured import Service
from matching.sources.protocol import NoAnswer

log = logging.getLogger(__name__)


def send(service: Service, question: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
    """POST a question and return the object that came back with status 200. Raises NoAnswer."""
    body = json.dumps(question, ensure_ascii=False).encode()
    told = {
        "Content-Type": "application/json; charset=utf-8",
        "Accept": "application/json",
        "User-Agent": "dtks-portal",
    }
    try:
        status, content = post(service.place, body, {**told, **(headers or {})}, bounds=configured.bounds())
    except Lost as error:
        log.warning("Register %s at %s gave no answer: %s", service.kind, service.place.host, error)
        raise NoAnswer("transport", may_try_again=True) from None
    if status != 200:
        log.warning("Register %s at %s said %d", service.kind, service.place.host, status)
        raise NoAnswer(f"status {status}", may_try_again=status >= 500)
    return read_object(content)


def read_object(content: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8 without repeated names. Raises NoAnswer for anything else."""
    try:
        told = json.loads(content.decode("utf-8"), object_pairs_hook=_no_repeats, parse_constant=_no_constants)
    except (ValueError, RecursionError):
        raise NoAnswer("no JSON") from None
    if not isinstance(told, dict):
        raise NoAnswer("no object")
    return told


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two equal names, one would win silently: an answer with both says nothing."""
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError
    return told


def _no_constants(name: str) -> Any:
    raise ValueError
