"""A civil registry that speaks the interface of the Digital Convergence Initiative: POST registry/sync/search.

People with a NIK are searched by identifier (`idtype-value`), people without one by name and birth date (`predicate`).
The registry hands out records; they are compared here, by the rule of the comparison with an extract, and not kept.
What was not asked for is not believed: transaction, reference and identifier must be ours, and where the registry's
key is known, its signature must hold (signing.py).
"""

import uuid
from datetime import date
from typing import Any

from django.utils import timezone

from matching.population import score_names
from matching.sources.configured import Service
from matching.sources.protocol import Answer, NoAnswer, Person, results, weigh
from matching.sources.sending import send
from matching.sources.signing import keys_of, signer_of, verify
from matching.vocabulary import AGREES, DIFFERS, NO_NIK, RegisterStatus, SourceKind, Value

VERSION = "1.0.0"
REGISTER_TYPE = "ns:org:RegistryType:Civil"
SEXES = {"male": "L", "female": "P"}
PAGE = 2  # a second record is all that is needed to know that there are several


class CivilRegistry:
    """A `matching.sources.protocol.Register`."""

    kind = SourceKind.DCI
    knows_people_without_nik = True

    def __init__(self, service: Service, *, threshold: int) -> None:
        self._service = service
        self._threshold = threshold
        self._id_type = service.about.get("id_type") or "NIK"
        self._signer = signer_of(service.about)
        self._keys = keys_of(service.about)

    def compare(self, person: Person) -> Answer:
        criteria = self._by_identifier(person) if person.nik else self._by_name(person)
        envelope = self._envelope(criteria)
        headers = {"Authorization": f"Bearer {self._service.about['token']}"}
        told = send(self._service, envelope, headers)
        if self._keys:
            verify(told, self._keys)
        records = read_records(told, envelope["message"])
        if person.nik:
            return self._known_by_number(records, person)
        return self._known_by_name(records, person)

    def _envelope(self, criteria: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now().isoformat(timespec="seconds")
        request = {"reference_id": uuid.uuid4().hex, "timestamp": now, "search_criteria": criteria, "locale": "ind"}
        header = {
            "version": VERSION,
            "message_id": uuid.uuid4().hex,
            "message_ts": now,
            "action": "search",
            "sender_id": self._service.about["sender"],
            "receiver_id": self._service.about.get("receiver", "crvs"),
            "total_count": 1,
            "is_msg_encrypted": False,
        }
        message = {"transaction_id": uuid.uuid4().hex, "search_request": [request]}
        signature = self._signer.sign(header, message) if self._signer else ""
        return {"signature": signature, "header": header, "message": message}

    def _by_identifier(self, person: Person) -> dict[str, Any]:
        return _criteria("idtype-value", {"type": self._id_type, "value": person.nik})

    def _by_name(self, person: Person) -> dict[str, Any]:
        name = {"attribute_name": "name", "operator": "eq", "attribute_value": person.name}
        born = {"attribute_name": "birth_date", "operator": "eq", "attribute_value": person.birth_date.isoformat()}
        return _criteria("predicate", [{"seq_num": 1, "expression1": name, "condition": "and", "expression2": born}])

    def _known_by_number(self, records: list[dict[str, Any]], person: Person) -> Answer:
        if not records:
            return Answer(value=Value.NOT_FOUND, threshold=self._threshold)
        if any(person.nik not in _identifiers(record) for record in records):
            raise NoAnswer("another identifier")
        if len(records) > 1:
            return Answer(value=Value.DOUBLE, threshold=self._threshold, status=RegisterStatus.DOUBLE)
        if _text(records[0], "death_date", "deathdate"):
            return Answer(value=Value.DECEASED, threshold=self._threshold, status=RegisterStatus.DECEASED)
        return self._compared(records[0], person)

    def _known_by_name(self, records: list[dict[str, Any]], person: Person) -> Answer:
        """A namesake born on the same day is no identity: at best a match in part, for a person to look at."""
        if len(records) != 1:
            return Answer(value=Value.NOT_CHECKED, fields={"reason": NO_NIK})
        found = self._compared(records[0], person)
        value = Value.PARTIAL if found.value == Value.MATCH else found.value
        return Answer(value=value, fields=found.fields, threshold=self._threshold)

    def _compared(self, record: dict[str, Any], person: Person) -> Answer:
        theirs, born = _name(record), _birth_date(record)
        scored = score_names([(person.member_id, person.name, theirs)])
        score, folded = scored["scores"][0], scored["folded"][0]
        name = score >= self._threshold
        birth = None if born is None else born == person.birth_date
        told = SEXES.get(_text(record, "sex").casefold())
        sex = None if told is None else told == person.sex
        about = {"result": AGREES if name else DIFFERS, "score": score, "folded_equal": folded}
        return Answer(
            value=weigh(name=name, birth=birth, sex=sex, kk=None, area=None),
            fields={"name": about} | results(birth_date=birth, sex=sex),
            threshold=self._threshold,
        )


def read_records(told: dict[str, Any], asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of an answer to `asked`. Raises NoAnswer where it was refused, or answers something else."""
    header, message = told.get("header"), told.get("message")
    if not isinstance(header, dict) or not isinstance(message, dict) or header.get("status") != "succ":
        raise NoAnswer("refused")
    if message.get("transaction_id") != asked["transaction_id"]:
        raise NoAnswer("another transaction")
    responses = message.get("search_response")
    if responses == []:
        return []
    if not isinstance(responses, list) or len(responses) != 1 or not isinstance(responses[0], dict):
        raise NoAnswer("not one answer")
    one = responses[0]
    if one.get("reference_id") != asked["search_request"][0]["reference_id"] or one.get("status") != "succ":
        raise NoAnswer("another reference, or refused")
    data = one.get("data")
    records = data.get("reg_records") if isinstance(data, dict) else None
    records = [records] if isinstance(records, dict) else records
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise NoAnswer("no records")
    return records


def _criteria(query_type: str, query: Any) -> dict[str, Any]:
    return {
        "version": VERSION,
        "reg_type": REGISTER_TYPE,
        "query_type": query_type,
        "query": query,
        "pagination": {"page_size": PAGE, "page_number": 1},
    }


def _identifiers(record: dict[str, Any]) -> set[str]:
    """The numbers in a record; registries write the list, and its names, in two ways."""
    told = record.get("identifier", record.get("identifiers"))
    entries = told if isinstance(told, list) else [told]
    return {
        str(value)
        for entry in entries
        if isinstance(entry, dict)
        for value in (entry.get("value"), entry.get("identifier_value"))
        if value is not None
    }


def _name(record: dict[str, Any]) -> str:
    """The whole name, from its parts in an object of its own or in the record itself."""
    told = record.get("name")
    if isinstance(told, str):
        parts = [told]
    else:
        parts = [
            _text(told if isinstance(told, dict) else record, *names)
            for names in (("given_name",), ("second_name", "middle_name"), ("surname", "family_name"))
        ]
    name = " ".join(" ".join(parts).split())
    if not name or len(name) > 200:
        raise NoAnswer("no name")
    return name


def _birth_date(record: dict[str, Any]) -> date | None:
    told = _text(record, "birth_date", "birthdate")
    if not told:
        return None
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        raise NoAnswer("no date") from None


def _text(record: dict[str, Any], *names: str) -> str:
    """The first of these that the record holds; "" where it holds none."""
    told = next((record[name] for name in names if record.get(name) is not None), "")
    if not isinstance(told, str):
        raise NoAnswer("not a text")
    return told
