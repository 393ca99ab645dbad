"""Parsing on all cores: child processes that read chunks and answer with lines of COPY, over pipes.

Plain children, not `multiprocessing`: its pools are forbidden inside Celery's own, and their processes outlive a parent
that is killed. These end when their pipe does. The index key travels over the pipe, never in arguments.
"""

import json
import os
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from typing import IO

from matching.snapshots.columns import Shape
from matching.snapshots.parsing import Chunk, Parsed, Parser
from matching.snapshots.problems import Problem
from matching.snapshots.reading import ENCODINGS

ASK = struct.Struct(">QQBB")  # length of the data, first line, encoding, is it sure
ANSWER = struct.Struct(">QQQQ")  # length of the text, rows, number of problems, length of the problems kept
PIPE_BYTES = 1 << 20
MOST = 8
CHILD = (sys.executable, "-m", "matching.snapshots.pool")


class ChildDied(RuntimeError):
    """A parsing process has ended by itself: killed, or out of memory."""


def cores() -> int:
    """How many processes may parse at once on this machine."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST)


def parsed(chunks: Iterator[Chunk], shape: Shape, key: bytes, *, processes: int) -> Iterator[Parsed]:
    """Parse chunks, in their order. `processes` 0 does it here. Raises ChildDied."""
    if processes <= 0:
        yield from map(Parser(shape, key).parse, chunks)
        return
    with ExitStack() as stack:
        children = [stack.enter_context(_child(shape, key)) for _number in range(processes)]
        busy: deque[subprocess.Popen[bytes]] = deque()
        for chunk in chunks:
            if len(busy) < processes:
                _ask(children[len(busy)], chunk)
                busy.append(children[len(busy)])
                continue
            child = busy.popleft()
            done = _answer(child)
            _ask(child, chunk)  # before the answer is used, so that no child waits for the database
            busy.append(child)
            yield done
        for child in busy:
            yield _answer(child)


@contextmanager
def _child(shape: Shape, key: bytes) -> Iterator["subprocess.Popen[bytes]"]:
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    child = subprocess.Popen(CHILD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)  # noqa: S603
    try:
        _widen(child)
        _write(child, json.dumps({**asdict(shape), "key": key.hex()}).encode() + b"\n")
        yield child
    finally:
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                _open(pipe).close()
        child.wait()


def _widen(child: "subprocess.Popen[bytes]") -> None:
    """Room for a whole answer, so that a child goes on while nobody reads yet (Linux only)."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        for pipe in (child.stdin, child.stdout):
            fcntl.fcntl(_open(pipe), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _ask(child: "subprocess.Popen[bytes]", chunk: Chunk) -> None:
    head = ASK.pack(len(chunk.data), chunk.first_line, ENCODINGS.index(chunk.encoding), chunk.is_sure)
    _write(child, head + chunk.data)


def _write(child: "subprocess.Popen[bytes]", data: bytes) -> None:
    try:
        _open(child.stdin).write(data)
        _open(child.stdin).flush()
    except BrokenPipeError:
        raise ChildDied from None


def _answer(child: "subprocess.Popen[bytes]") -> Parsed:
    answers = _open(child.stdout)
    head = answers.read(ANSWER.size)
    if len(head) < ANSWER.size:
        raise ChildDied
    length, rows, count, kept = ANSWER.unpack(head)
    text, problems = answers.read(length), answers.read(kept)
    if len(text) + len(problems) < length + kept:
        raise ChildDied
    return Parsed(text, rows, count, [Problem(*one) for one in json.loads(problems)] if kept else [])


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ChildDied
    return pipe


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """What a child does until its parent closes the pipe or is gone."""
    told = json.loads(questions.readline() or b"null")
    if told is None:
        return
    key = bytes.fromhex(told.pop("key"))
    parser = Parser(Shape(**{**told, "positions": tuple(told["positions"])}), key)
    while len(head := questions.read(ASK.size)) == ASK.size:
        length, first_line, encoding, is_sure = ASK.unpack(head)
        data = questions.read(length)
        if len(data) < length:
            return
        done = parser.parse(Chunk(first_line, data, ENCODINGS[encoding], bool(is_sure)))
        kept = [(one.line, one.column, one.code) for one in done.problems]
        problems = json.dumps(kept).encode() if kept else b""
        answers.write(ANSWER.pack(len(done.text), done.rows, done.problem_count, len(problems)) + done.text + problems)
        answers.flush()


if __name__ == "__main__":
    with suppress(BrokenPipeError, KeyboardInterrupt):
        serve(sys.stdin.buffer, sys.stdout.buffer)
