"""The rooms in their order: a room may know those on earlier lines, and nothing of its own line but itself."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ORDER: tuple[tuple[str, ...], ...] = (
    ("identity",),
    ("areas",),
    ("audit",),
    ("jobs",),
    ("accounts",),
    ("eligibility",),
    ("registration",),
    ("notices",),
    ("matching",),
    ("assessment",),
    ("grievances",),
    ("stages",),
    ("home", "desk", "public"),
    ("dtks_portal",),
)
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}
ROOMS = tuple(RANK)
SHELL = "dtks_portal"


def may_know(knower: str, known: str) -> bool:
    return knower == known or RANK[known] < RANK[knower]


def python_files(root: Path, room: str) -> list[Path]:
    """A room's own modules; migrations are history and are left out."""
    return sorted(path for path in (root / room).rglob("*.py") if "migrations" not in path.parts)


def template_files(root: Path) -> list[tuple[str, Path]]:
    """(room, path) of every template; what lies outside a room's folder belongs to the shell."""
    found = [
        (_room_of_template(path.relative_to(root / "templates")), path) for path in (root / "templates").rglob("*.*")
    ]
    for room in ROOMS:
        found += [(room, path) for path in (root / room / "templates").rglob("*.*")]
    return sorted((room, path) for room, path in found if path.suffix in {".html", ".txt", ".xml", ".svg"})


def _room_of_template(relative: Path) -> str:
    return relative.parts[0] if relative.parts[0] in RANK and len(relative.parts) > 1 else SHELL
