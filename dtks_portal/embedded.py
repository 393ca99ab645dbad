from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Services:
    database_url: str
    owner_url: str
    redis_url: str


def ensure_services(*, var: Path, database_url: str, owner_url: str, redis_url: str) -> Services:
    return Services(database_url, owner_url or database_url, redis_url)
