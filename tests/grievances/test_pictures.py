"""What somebody sends never comes back as it was."""

import io

import pytest
from PIL import Image

from grievances import pictures
from grievances.pictures import LONGEST_SIDE, UnusablePicture, repaint
from tests.grievances.images import gif, jpeg, png, webp


def read(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("sent", [jpeg(), jpeg(progressive=True), png(), png(mode="P"), png(mode="LA"), webp()])
def test_every_accepted_picture_becomes_a_jpeg_of_ours(sent: bytes):
    painted = repaint(io.BytesIO(sent))
    image = read(painted.content)
    assert (image.format, image.mode, painted.media_type) == ("JPEG", "RGB", "image/jpeg")
    assert painted.content != sent


def check_metadata_gone() -> None:
    sent = jpeg((60, 40), exif=True)
    assert b"RAHASIA" in sent
    painted = repaint(io.BytesIO(sent)).content
    assert b"RAHASIA" not in painted
    assert dict(read(painted).getexif()) == {}
    assert read(painted).size == (40, 60)  # turned as the camera meant it


def test_exif_and_comments_are_gone_and_the_picture_stands_upright():
    check_metadata_gone()


def test_mutant_passing_the_file_through_is_caught(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "_as_jpeg", lambda content: content)
    with pytest.raises(AssertionError):
        check_metadata_gone()


def test_what_is_transparent_becomes_white():
    assert read(repaint(io.BytesIO(png())).content).getpixel((5, 5)) == (255, 255, 255)


def test_something_hidden_behind_the_picture_is_gone():
    painted = repaint(io.BytesIO(jpeg() + b"<script>alert(1)</script>")).content
    assert b"script" not in painted


def test_large_photos_are_made_smaller():
    painted = repaint(io.BytesIO(jpeg((6000, 3000))))
    assert max(read(painted.content).size) == LONGEST_SIDE


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"not a picture",
        gif(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        jpeg()[:200],
        b"\xff\xd8\xff\xe0" + bytes(100),
        png()[:40] + bytes(60),
    ],
)
def test_anything_else_is_refused_with_words(sent: bytes):
    with pytest.raises(UnusablePicture) as refused:
        repaint(io.BytesIO(sent))
    assert len(str(refused.value)) > 20


def check_bomb_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = png((6000, 6000), mode="1")
    assert len(bomb) < 20_000
    loads: list[int] = []
    original = Image.Image.load

    def load(picture: Image.Image):
        loads.append(1)
        return original(picture)

    monkeypatch.setattr(Image.Image, "load", load)
    with pytest.raises(UnusablePicture, match=r"(?i)piksel|pixels"):
        repaint(io.BytesIO(bomb))
    assert loads == []


def test_a_decompression_bomb_is_refused_before_it_unfolds(monkeypatch: pytest.MonkeyPatch):
    check_bomb_refused(monkeypatch)


def test_mutant_without_the_pixel_limit_the_bomb_unfolds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "_refuse_too_many_pixels", lambda opened: None)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check_bomb_refused(monkeypatch)


def test_a_file_above_the_limit_is_refused_unread():
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= pictures.MAX_BYTES + 1
            self.taken += size
            return bytes(size)

    with pytest.raises(UnusablePicture, match="8 MB"):
        repaint(Endless())
