"""The shape of a civil registry by the DCI interface: registry/sync/search."""

from datetime import UTC, datetime
from typing import Any

from matching.simulator.book import Book, Entry

SEXES = {"L": "male", "P": "female"}


def answer(asked: dict[str, Any], book: Book) -> dict[str, Any]:
    """The answer to one search request. A question it does not understand is refused."""
    try:
        request = asked["message"]["search_request"][0]
        found = _search(request["search_criteria"], book)
    except (KeyError, IndexError, TypeError):
        return _envelope(asked, "rjct", [])
    item = {
        "reference_id": request["reference_id"],
        "timestamp": _now(),
        "status": "succ",
        "data": {"reg_type": "ns:org:RegistryType:Civil", "reg_records": [_record(one) for one in found]},
        "pagination": {"page_size": 2, "page_number": 1, "total_count": len(found)},
    }
    return _envelope(asked, "succ", [item])


def subject_of(asked: dict[str, Any]) -> str:
    """Whom a question is about, for counting: the identifier, or "" where there is none."""
    try:
        query = asked["message"]["search_request"][0]["search_criteria"]["query"]
        return str(query["value"]) if isinstance(query, dict) else ""
    except (KeyError, IndexError, TypeError):
        return ""


def _search(criteria: dict[str, Any], book: Book) -> list[Entry]:
    if criteria["query_type"] == "idtype-value":
        found = book.find(str(criteria["query"]["value"]))
        if found is None:
            return []
        return [found, found] if found.status == "ganda" else [found]
    wanted = {}
    for line in criteria["query"]:
        for name in ("expression1", "expression2"):
            if name in line:
                wanted[line[name]["attribute_name"]] = line[name]["attribute_value"]
    return book.namesakes(wanted["name"], wanted["birth_date"])


def _record(one: Entry) -> dict[str, Any]:
    first, *more = one.name.split()
    return {
        "@type": "Person",
        "identifier": [{"identifier_type": "NIK", "identifier_value": one.nik}],
        "name": {"given_name": first, "second_name": " ".join(more[:-1]), "surname": more[-1] if more else ""},
        "sex": SEXES.get(one.sex, "unknown"),
        "birth_date": one.born or None,
        "death_date": "2020-01-01" if one.status == "meninggal" else None,
    }


def _envelope(asked: dict[str, Any], status: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    header, message = (told if isinstance(told := asked.get(name), dict) else {} for name in ("header", "message"))
    return {
        "signature": "",
        "header": {
            "version": "1.0.0",
            "message_id": header.get("message_id", ""),
            "message_ts": _now(),
            "action": "on-search",
            "status": status,
            "total_count": len(items),
            "sender_id": header.get("receiver_id", ""),
            "receiver_id": header.get("sender_id", ""),
            "is_msg_encrypted": False,
        },
        "message": {
            "transaction_id": message.get("transaction_id", ""),
            "correlation_id": "simulator",
            "search_response": items,
        },
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
