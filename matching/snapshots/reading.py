"""A file as chunks of whole lines, in constant memory: unpacked where it is gzip, its encoding and shape detected."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, BinaryIO

from django.utils.translation import gettext_lazy as _

from matching.snapshots.columns import Shape, shape_of
from matching.snapshots.parsing import Chunk
from matching.snapshots.problems import ExtractRefused, Problem

BLOCK = 1 << 18
LONGEST_LINE = 1 << 16
GZIP_MARK = b"\x1f\x8b"
UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
ENCODINGS = ("utf-8", "cp1252")
ENCODING_NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}
DELIMITER_LABELS = {"comma": _("comma"), "semicolon": _("semicolon"), "tab": _("tab")}


@dataclass(frozen=True)
class FileOptions:
    """What a person says about a file; None means: find out. `mapping` is {our column: name in the file}."""

    encoding: str | None = None
    delimiter: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)


class ExtractFile:
    """One pass over a file. `encoding` is known after the first character that is not ASCII; `sha256` at the end."""

    def __init__(self, path: Path, source: str, options: FileOptions | None = None) -> None:
        self.path, self.source = path, source
        self.options = options or FileOptions()
        self.size = path.stat().st_size
        self.encoding = self.options.encoding
        self.is_compressed = False
        self.shape: Shape | None = None
        self.bytes_read = 0
        self.sha256 = ""
        self.line = 1

    @property
    def found(self) -> dict[str, object]:
        """What was detected, for people; no word of the file's own."""
        assert self.shape is not None  # noqa: S101 - a file without a shape is refused
        return {
            "encoding": ENCODING_NAMES[self.encoding or "utf-8"],
            "delimiter": DELIMITER_NAMES.get(self.shape.delimiter, self.shape.delimiter),
            "compressed": self.is_compressed,
            "absent": self.shape.absent,
            "ignored": self.shape.width - sum(place >= 0 for place in self.shape.positions),
        }

    def chunks(self) -> Iterator[Chunk]:
        """All lines but the header. Raises ExtractRefused where reading on makes no sense, and OSError."""
        with self.path.open("rb") as raw:
            hashing = _HashingReader(raw, self)
            buffered = io.BufferedReader(hashing, BLOCK)
            mark = buffered.peek(2)[:2]
            self.is_compressed = mark == GZIP_MARK
            blocks = _unpacked(buffered, self) if self.is_compressed else iter(lambda: buffered.read(BLOCK), b"")
            yield from self._whole_lines(blocks)
            self.sha256 = hashing.digest.hexdigest()

    def _whole_lines(self, blocks: Iterator[bytes]) -> Iterator[Chunk]:
        rest = b""
        for block in chain([self._after_header(blocks)], blocks):
            end = block.rfind(b"\n") + 1
            if not end:
                rest += block
                if len(rest) > LONGEST_LINE + BLOCK:
                    raise ExtractRefused([Problem(self.line, "", "long_line")])
                continue
            yield self._chunk(rest + block[:end])
            rest = block[end:]
        if rest:
            raise ExtractRefused([Problem(self.line, "", "cut")])

    def _after_header(self, blocks: Iterator[bytes]) -> bytes:
        """Read the first line; returns what follows it in the first blocks, as a chunk of its own would begin."""
        start = b""
        for block in blocks:
            start += block
            if b"\n" in block or len(start) > LONGEST_LINE:
                break
        if start[:2] in UTF16_MARKS or b"\0" in start[:100]:
            raise ExtractRefused([Problem(1, "", "utf16")])
        if start.startswith(UTF8_MARK):
            start = start[len(UTF8_MARK) :]
            self.encoding = self.encoding or "utf-8"
        header, newline, rest = start.partition(b"\n")
        if not newline and len(start) > LONGEST_LINE:
            raise ExtractRefused([Problem(1, "", "long_line")])
        self._learn_encoding(header)
        text = header.decode(self.encoding or "utf-8", "replace").rstrip("\r")
        self.shape = shape_of(text, self.source, delimiter=self.options.delimiter, mapping=self.options.mapping)
        self.line = 2
        return rest

    def _chunk(self, data: bytes) -> Chunk:
        self._learn_encoding(data)
        chunk = Chunk(self.line, data, self.encoding or "utf-8", is_sure=self.options.encoding is not None)
        self.line += data.count(b"\n")
        return chunk

    def _learn_encoding(self, data: bytes) -> None:
        if self.encoding is None and not data.isascii():
            try:
                data.decode("utf-8")
                self.encoding = "utf-8"
            except UnicodeDecodeError:
                self.encoding = "cp1252"


class _HashingReader(io.RawIOBase):
    """Hashes and counts what is read from a file."""

    def __init__(self, raw: BinaryIO, extract: ExtractFile) -> None:
        self.raw, self.extract = raw, extract
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        count = self.raw.readinto(buffer)  # type: ignore[attr-defined]
        if count:
            self.digest.update(memoryview(buffer)[:count])
            self.extract.bytes_read += count
        return int(count or 0)


def _unpacked(packed: IO[bytes], extract: ExtractFile) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=packed, mode="rb") as unpacking:
        while True:
            try:
                block = unpacking.read(BLOCK)
            except (EOFError, gzip.BadGzipFile, zlib.error):
                raise ExtractRefused([Problem(extract.line, "", "gzip")]) from None
            if not block:
                return
            yield block
