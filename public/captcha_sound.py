"""The captcha read aloud: recorded digits joined with gaps, a change of speed and a hiss that differ per challenge."""

import random
import wave
from array import array
from functools import cache
from io import BytesIO
from pathlib import Path

from django.utils.crypto import salted_hmac

DIGITS = Path(__file__).parent / "digits"
RATE = 8000  # samples a second, one byte each
SILENCE = 128
HISS = 9  # largest step of the noise, out of 127


@cache
def recording(language: str, digit: str) -> bytes:
    """Samples of one spoken digit. Raises FileNotFoundError for a language without recordings."""
    with wave.open(str(DIGITS / language / f"{digit}.wav"), "rb") as spoken:
        return spoken.readframes(spoken.getnframes())


def speak(digits: str, *, language: str, seed: str) -> bytes:
    """A WAV file of `digits`, in Indonesian ("id") or English ("en").

    The same seed gives the same bytes, so that asking often does not average the noise away.
    """
    keyed = salted_hmac("public.captcha_sound", seed, algorithm="sha256").digest()
    chance = random.Random(keyed)  # noqa: S311 – shapes noise; the digits come from secrets
    sound = array("B")
    for digit in digits:
        sound.extend(_gap(chance))
        sound.extend(_stretched(recording(language, digit), chance.uniform(0.88, 1.12)))
    sound.extend(_gap(chance))
    noise = chance.randbytes(len(sound))
    hissing = (sample + step % (2 * HISS + 1) - HISS for sample, step in zip(sound, noise, strict=True))
    return _as_wav(bytes(min(255, max(0, sample)) for sample in hissing))


def _gap(chance: random.Random) -> bytes:
    return bytes([SILENCE]) * chance.randint(int(RATE * 0.25), int(RATE * 0.6))


def _stretched(samples: bytes, factor: float) -> bytes:
    length = int(len(samples) * factor)
    return bytes(samples[min(len(samples) - 1, int(position / factor))] for position in range(length))


def _as_wav(samples: bytes) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as spoken:
        spoken.setnchannels(1)
        spoken.setsampwidth(1)
        spoken.setframerate(RATE)
        spoken.writeframes(samples)
    return file.getvalue()
