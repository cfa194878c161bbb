"""The write endpoints for absences, and the little of the older API that requests are passed through to."""

from __future__ import annotations

import email
import json
from datetime import datetime, timedelta

from ..tiny_http import Answer, Request, json_answer
from ..unknown import Unknown
from .company import Company, Json
from .problems import bad_request, conflict, not_found, unprocessable


def form_parts(request: Request) -> dict[str, tuple[str | None, bytes]]:
    """The parts of a multipart/form-data body by their names: file name and content."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = email.message_from_bytes(head + request.body)
    if message.get_content_type() != "multipart/form-data" or not message.is_multipart() or message.defects:
        raise bad_request("The body is no form")
    return {str(part.get_param("name", header="content-disposition")):
            (part.get_filename(), part.get_payload(decode=True)) for part in message.get_payload()}


def _member(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise bad_request(f"{name}.id is missing")
    return value["id"]


def _boundary(body: Json, name: str) -> tuple[datetime, str]:
    value = body.get(name)
    try:
        return datetime.fromisoformat(value["date_time"]), value.get("type", "")
    except (TypeError, KeyError, ValueError):
        raise bad_request(f"Provided value for {name} is not valid") from None


class Writing:
    def __init__(self, company: Company) -> None:
        self._company = company
        self.documents: list[dict[str, tuple[str | None, bytes]]] = []

    def create_absence(self, request: Request) -> Answer:
        """The end of a day-tracked period is the midnight after its last day, as it is read [assumed]."""
        try:
            body = json.loads(request.body)
        except ValueError:
            raise bad_request("The body is not JSON") from None
        person, type_id = _member(body, "person"), _member(body, "absence_type")
        start, first_half = _boundary(body, "starts_from")
        end, last_half = _boundary(body, "ends_at")
        if person not in self._company.persons:
            raise unprocessable("There is no such person.")
        if end <= start:
            raise bad_request("Provided value for ends_at is not valid")
        for other in self._company.absences.values():
            if other.person_id == person and other.start < end and (other.end is None or start < other.end):
                raise conflict("The period overlaps with another one.")
        hours = self._company.lookups["absence-types"].get(type_id, {}).get("unit") == "HOUR"
        last = end if hours else end - timedelta(days=1)
        approved = dict(request.query).get("skip_approval") == "true"
        try:
            absence = self._company.add_absence(person, {
                "type": type_id, "start": start.isoformat() if hours else start.date().isoformat(),
                "end": last.isoformat() if hours else last.date().isoformat(),
                "half_start": first_half == "SECOND_HALF", "half_end": last_half == "FIRST_HALF",
                "comment": body.get("comment"), "status": "APPROVED" if approved else "PENDING"})
        except Unknown as unknown:
            raise unprocessable(str(unknown)) from None
        return json_answer({"id": absence.id}, 201)

    def delete_absence(self, request: Request, absence_id: str) -> Answer:
        if absence_id not in self._company.absences:
            raise not_found()
        self._company.delete_absence(absence_id)
        return Answer(204)

    def employees_v1(self, request: Request) -> Answer:
        answer = json_answer({"success": True, "data": [{"type": "Employee", "attributes": {
            "id": {"label": "ID", "value": int(one), "type": "integer"}}} for one in self._company.persons]})
        answer.headers["Set-Cookie"] = "session=not-for-the-caller"
        return answer

    def add_document_v1(self, request: Request) -> Answer:
        """title, employee_id, category_id and file are required."""
        parts = form_parts(request)
        missing = [name for name in ("title", "employee_id", "category_id", "file") if name not in parts]
        if missing or parts["file"][0] is None:
            raise bad_request(f"Missing: {', '.join(missing) or 'file name'}")
        if parts["employee_id"][1].decode() not in self._company.persons:
            raise not_found()
        self.documents.append(parts)
        return json_answer({"success": True, "data": {"message": "Document uploaded."}}, 201)
