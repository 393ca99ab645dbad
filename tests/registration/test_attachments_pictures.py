"""What somebody sends never comes back as it was."""

import io

import pytest
from PIL import Image

from registration.attachments import pictures
from registration.attachments.pictures import LONGEST_SIDE, UnusablePicture, as_jpeg, open_upright, repaint
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
    monkeypatch.setattr(pictures, "as_jpeg", lambda image: jpeg((60, 40), exif=True))
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


def test_a_picture_fits_into_the_bytes_it_is_given():
    noisy = Image.effect_noise((1600, 1200), 90).convert("RGB")
    assert len(as_jpeg(noisy)) > 500_000
    kept = as_jpeg(noisy, most_bytes=100_000)
    assert len(kept) <= 100_000
    assert read(kept).size < (1600, 1200)


def test_the_second_picture_that_many_phones_hide_behind_the_first_is_gone():
    first, second = Image.new("RGB", (640, 480), "teal"), Image.new("RGB", (160, 120), "red")
    out = io.BytesIO()
    first.save(out, "MPO", save_all=True, append_images=[second])
    opened = open_upright(out.getvalue())
    assert opened.sent_size == (640, 480)
    assert read(as_jpeg(opened.image)).format == "JPEG"


def test_the_size_is_that_of_the_upright_picture_as_it_was_sent():
    assert open_upright(jpeg((6000, 3000), exif=True)).sent_size == (3000, 6000)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"%PDF-1.7 " + bytes(40), "PDF"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
        (b"\0\0\0\x18ftypmp42" + bytes(40), "video"),
        (gif(), r"(?i)beberapa gambar|several pictures"),
        (b"PK\x03\x04" + bytes(40), r"(?i)dokumen|document"),
        (jpeg((600, 400))[:-40], r"(?i)utuh|incomplete"),
    ],
)
def test_what_it_is_instead_is_said_with_what_to_do(sent: bytes, words: str):
    with pytest.raises(UnusablePicture, match=words):
        open_upright(sent)


def test_several_pictures_in_one_file_are_refused():
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(UnusablePicture, match=r"(?i)beberapa gambar|several pictures"):
        open_upright(out.getvalue())


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
