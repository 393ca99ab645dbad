"""Pictures for the tests."""

import io

from PIL import Image


def jpeg(size: tuple[int, int] = (60, 40), *, exif: bool = False, progressive: bool = False) -> bytes:
    image = Image.new("RGB", size, "teal")
    data = Image.Exif()
    if exif:
        data[0x010F] = "RAHASIA-KAMERA"
        data[0x0112] = 6  # turned by 90 degrees
        data.get_ifd(0x8825)[2] = (6.0, 10.0, 30.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=data, progressive=progressive, comment=b"RAHASIA-KOMENTAR" if exif else b"")
    return out.getvalue()


def png(size: tuple[int, int] = (60, 40), mode: str = "RGBA") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


def webp(size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, "WEBP")
    return out.getvalue()


def gif() -> bytes:
    out = io.BytesIO()
    Image.new("P", (10, 10)).save(out, "GIF")
    return out.getvalue()
