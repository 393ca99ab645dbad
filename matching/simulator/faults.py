"""What a simulated register does wrong, when it is told to: for a share of its calls, or for the next ones in order."""

import random
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

# latency is no fault of its own: each call takes so long. The last two are the civil registry's only.
FAULTS = ("error", "hang", "cut", "garbage", "redirect", "huge", "refused", "malformed", "unsigned", "forged")


def is_fault(name: object, share: object) -> bool:
    return name in FAULTS and isinstance(share, int | float) and 0 <= share <= 1


@dataclass
class Faults:
    """`shares` are {fault: part of the calls}, `plan` the faults ("" for none) of the next calls, `quota` calls in all
    before it says that its quota is used up, `latency` seconds for each call, `always` {NIK: fault}."""

    shares: dict[str, float] = field(default_factory=dict)
    plan: list[str] = field(default_factory=list)
    always: dict[str, str] = field(default_factory=dict)
    quota: int | None = None
    latency: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def change(self, told: dict[str, Any]) -> None:
        """From now on other things go wrong; calls are counted anew. Raises ValueError for what is no such thing."""
        shares, quota, latency = told.get("shares", {}), told.get("quota"), told.get("latency", 0.0)
        if not isinstance(shares, dict) or not all(is_fault(name, share) for name, share in shares.items()):
            raise ValueError
        if not (quota is None or isinstance(quota, int)) or not isinstance(latency, int | float):
            raise ValueError
        with self._lock:
            self.shares, self.quota, self.latency = dict(shares), quota, float(latency)
            self.calls.clear()

    def words(self) -> str:
        """What goes wrong now, for the person at the keyboard."""
        told = [f"{name} {share:.0%}" for name, share in self.shares.items()]
        told += [f"quota {self.quota}"] if self.quota is not None else []
        told += [f"latency {self.latency:g} s"] if self.latency else []
        return ", ".join(told) or "nothing goes wrong"

    def next(self, nik: str) -> str:
        """Count a call about somebody, and say what goes wrong with it."""
        with self._lock:
            self.calls[nik] += 1
            if self.quota is not None and self.calls.total() > self.quota:
                return "quota"
            if nik in self.always:
                return self.always[nik]
            if self.plan:
                return self.plan.pop(0)
        draw = random.random()  # noqa: S311
        for fault, share in self.shares.items():
            if draw < share:
                return fault
            draw -= share
        return ""
