"""Documents and segments of the knowledge API (contract.md 4.2, 4.3)."""
from __future__ import annotations

import json
import time
from typing import Any

from . import knowledge, params
from .datasets import dataset_of, segment_json, with_dataset_key
from .engine.schema import Any_, F, Int, Opt, Rec, Str
from .errors import ApiError, invalid_param, not_found
from .files import MAX_BYTES, keep, one_file
from .multipart import parts
from .store import now
from .tags import gone
from .web import Request, Response, Routes

_TEXT = Rec("DocumentTextCreatePayload", name=F(Str()), text=F(Str()), process_rule=F(Any_, None), indexing_technique=F(Any_, None),
            doc_form=F(Any_, "text_model"), doc_language=F(Any_, "English"), original_document_id=F(Opt(Str()), None),
            retrieval_model=F(Any_, None), embedding_model=F(Any_, None), embedding_model_provider=F(Any_, None))
_DISPLAY = {"waiting": "queuing", "completed": "available", "error": "error", "paused": "paused"}
_CHANGE_PAUSE = 0.3


def _hard(request: Request) -> ApiError:
    return ApiError(500, body={"message": "Internal Server Error", "code": "unknown", "status": 500})


def show(ctx: Any, document: dict[str, Any]) -> dict[str, Any]:
    """A document as JSON."""
    state = knowledge.indexing_state(ctx, document)
    display = _DISPLAY.get(state, "indexing")
    if document["archived"]:
        display = "archived"
    elif not document["enabled"]:
        display = "disabled"
    return {"id": document["id"], "position": document["position"], "data_source_type": "upload_file",
            "data_source_info": {"upload_file_id": document["id"]}, "data_source_detail_dict": None,
            "dataset_process_rule_id": None, "name": document["name"], "created_from": "api", "created_by": ctx.identity["account"],
            "created_at": document["created_at"], "tokens": document["tokens"], "indexing_status": state, "error": document["error"],
            "enabled": document["enabled"], "disabled_at": None, "disabled_by": None, "archived": document["archived"],
            "display_status": display, "word_count": document["word_count"], "hit_count": 0, "doc_form": document["doc_form"],
            "doc_metadata": None, **({"summary_index_status": None, "need_summary": False} if ctx.profile.eager_nodes else {})}


def _settle(request: Request, dataset: dict[str, Any], settings: dict[str, Any]) -> None:
    """The first document decides the technique; what may be left out depends on the release."""
    ctx = request.ctx
    technique = settings.get("indexing_technique")
    if technique is not None and technique not in ("high_quality", "economy"):
        raise invalid_param(f"'{technique}' is not a valid indexing technique")
    if not dataset["indexing_technique"]:
        if not technique:
            raise invalid_param("indexing_technique is required.") if not ctx.profile.eager_nodes else _hard(request)
        dataset["indexing_technique"] = technique
    if not ctx.profile.eager_nodes and not settings.get("process_rule") and not knowledge.documents_of(ctx, dataset["id"]):
        raise _hard(request)
    dataset["doc_form"] = dataset["doc_form"] or settings.get("doc_form") or "text_model"
    dataset["updated_at"] = now()
    ctx.store.datasets.put(dataset)


def _dataset(request: Request) -> dict[str, Any]:
    try:
        return dataset_of(request)
    except ApiError:
        if request.ctx.profile.eager_nodes:
            raise
        raise invalid_param("Dataset does not exist.") from None


def _document(request: Request) -> dict[str, Any]:
    document = request.ctx.store.documents.get(request.params["document"])
    if document is None or document["dataset_id"] != dataset_of(request)["id"]:
        raise not_found("Document not found.")
    return document


def _by_text(request: Request) -> Any:
    ctx = request.ctx
    sent = params.body(request, _TEXT, service=True)
    dataset = _dataset(request)
    old = ctx.store.documents.get(request.params.get("document") or sent["original_document_id"])
    _settle(request, dataset, sent)
    document = knowledge.store_document(ctx, dataset, sent["name"], None, sent["text"], sent, old)
    return {"document": show(ctx, document), "batch": document["batch"]}


def _settings(request: Request) -> dict[str, Any]:
    text = next((p.data for p in parts(request) if p.name == "data" and p.filename is None), None)
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        raise invalid_param("data must be a JSON object") from None
    return value if isinstance(value, dict) else {}


def _by_file(request: Request) -> Any:
    ctx = request.ctx
    dataset = _dataset(request)
    settings = _settings(request)
    part = one_file(request)
    updating = "document" in request.params
    name = part.filename or ""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in knowledge.EXTENSIONS:
        raise ApiError(415, "unsupported_file_type", "File type not allowed.") if updating else invalid_param("")
    if len(part.data) > MAX_BYTES:
        raise ApiError(413, "file_too_large", "File size exceeded. {message}") if updating else invalid_param("")
    old = ctx.store.documents.get(request.params.get("document") or settings.get("original_document_id"))
    _settle(request, dataset, settings)
    document = knowledge.store_document(ctx, dataset, name, part.data, None, settings, old)
    document["file_id"] = keep(ctx, name, part.data, part.content_type or "application/octet-stream", ctx.identity["account"])["id"]
    ctx.store.documents.put(document)
    return {"document": show(ctx, document), "batch": document["batch"]}


def _status(request: Request) -> Any:
    ctx, dataset = request.ctx, dataset_of(request)
    found = [d for d in knowledge.documents_of(ctx, dataset["id"]) if d["batch"] == request.params["batch"]]
    if not found:
        raise not_found("Documents not found.")
    rows = []
    for document in found:
        state = knowledge.indexing_state(ctx, document)
        total = len(knowledge.segments_of(ctx, document["id"]))
        at, done = int(document["indexed_at"]), state == "completed"
        rows.append({"id": document["id"], "indexing_status": state, "processing_started_at": at,
                     "parsing_completed_at": at if state not in ("waiting", "parsing") else None,
                     "cleaning_completed_at": at if state not in ("waiting", "parsing", "cleaning") else None,
                     "splitting_completed_at": at if state in ("indexing", "completed") else None,
                     "completed_at": at if done else None, "paused_at": None, "error": document["error"],
                     "stopped_at": at if document["error"] else None, "completed_segments": total if done else 0,
                     "total_segments": total})
    return {"data": rows}


_LIST = Rec("DocumentListQuery", page=F(Int(1, 99999), 1), limit=F(Int(1, 100), 20), keyword=F(Any_, None), status=F(Any_, None))


def _list(request: Request) -> Any:
    ctx, dataset, read = request.ctx, dataset_of(request), params.query(request, _LIST)
    word = str(read["keyword"] or "").lower()
    found = [show(ctx, d) for d in knowledge.documents_of(ctx, dataset["id"])[::-1] if word in d["name"].lower()]
    if read["status"]:
        found = [d for d in found if d["display_status"] == read["status"]]
    page = params.paged(found, read["page"], read["limit"])
    return {"data": page["data"], "has_more": page["has_more"], "limit": page["limit"], "total": page["total"], "page": page["page"]}


def _get(request: Request) -> Any:
    document = _document(request)
    return {**show(request.ctx, document), "segment_count": len(knowledge.segments_of(request.ctx, document["id"])),
            "average_segment_length": 0, "doc_language": document["doc_language"], "doc_type": None,
            "completed_at": int(document["indexed_at"]), "updated_at": int(document["indexed_at"])}


def _delete(request: Request) -> Any:
    document = _document(request)
    knowledge.forget_segments(request.ctx, document["id"])
    request.ctx.store.documents.drop(document["id"])
    return gone(request)


_ACTIONS = {"enable": ("enabled", True), "disable": ("enabled", False), "archive": ("archived", True), "un_archive": ("archived", False)}


def _switch(request: Request) -> Any:
    ctx, dataset = request.ctx, dataset_of(request)
    action = request.params["action"]
    if action not in _ACTIONS:
        raise invalid_param("Invalid action.")
    for document_id in request.json(True).get("document_ids") or []:
        document = ctx.store.documents.get(document_id)
        if document is None or document["dataset_id"] != dataset["id"]:
            continue
        if knowledge.indexing_state(ctx, document) != "completed":
            raise ApiError(400, "invalid_action", f"Document: {document['name']} is not completed.")
        if time.time() - document["changed_at"] < _CHANGE_PAUSE:
            raise ApiError(400, "invalid_action", f"Document:{document['name']} is being indexed, please try again later")
        name, value = _ACTIONS[action]
        document.update({name: value, "changed_at": time.time()})
        ctx.store.documents.put(document)
    return {"result": "success"}


def _download(request: Request) -> Any:
    document = _document(request)
    return {"url": f"{request.ctx.base_url}/files/{document.get('file_id') or document['id']}/file-preview?as_attachment=true"}


# segments

def _segments(request: Request) -> Any:
    document = _document(request)
    number, limit = params.page(request, "SegmentListQuery")
    page = params.paged(knowledge.segments_of(request.ctx, document["id"]), number, limit)
    return {"data": [segment_json(request.ctx, s) for s in page["data"]], "doc_form": document["doc_form"], "total": page["total"],
            "has_more": page["has_more"], "limit": limit, "page": number}


def _add_segments(request: Request) -> Any:
    document, ctx = _document(request), request.ctx
    start = len(knowledge.segments_of(ctx, document["id"]))
    made = [knowledge.add_segment(ctx, document, str(s.get("content") or ""), start + i, **{
        k: s.get(k) for k in ("answer", "keywords")}) for i, s in enumerate(request.json(True).get("segments") or [], 1)]
    return {"data": [segment_json(request.ctx, s) for s in made], "doc_form": document["doc_form"]}


def _segment(request: Request) -> dict[str, Any]:
    segment = request.ctx.store.segments.get(request.params["segment"])
    if segment is None or segment["document_id"] != _document(request)["id"]:
        raise not_found("Segment not found.")
    return segment


def _get_segment(request: Request) -> Any:
    return {"data": segment_json(request.ctx, _segment(request)), "doc_form": _document(request)["doc_form"]}


def _change_segment(request: Request) -> Any:
    segment, sent = _segment(request), request.json(True).get("segment") or {}
    segment.update({k: sent[k] for k in ("content", "answer", "keywords", "enabled") if k in sent})
    segment["word_count"] = len(segment["content"])
    request.ctx.store.segments.put(segment)
    return {"data": segment_json(request.ctx, segment), "doc_form": _document(request)["doc_form"]}


def _delete_segment(request: Request) -> Any:
    request.ctx.store.segments.drop(_segment(request)["id"])
    return Response(204) if request.ctx.profile.real_204 else Response(200, 204)


def add_routes(routes: Routes, ctx: Any) -> None:
    """Document and segment routes."""
    one = "/v1/datasets/{dataset:uuid}"
    doc = one + "/documents/{document:uuid}"

    def add(method: str, path: str, handler: Any) -> None:
        routes.add(method, path, with_dataset_key(handler))

    for dash in ("-", "_"):
        add("POST", f"{one}/document/create{dash}by{dash}text", _by_text)
        add("POST", f"{one}/document/create{dash}by{dash}file", _by_file)
        add("POST", f"{doc}/update{dash}by{dash}text", _by_text)
        add("POST", f"{doc}/update{dash}by{dash}file", _by_file)
    add("GET", one + "/documents/{batch}/indexing-status", _status)
    add("GET", f"{one}/documents", _list)
    add("GET", doc, _get)
    add("DELETE", doc, _delete)
    add("PATCH", one + "/documents/status/{action}", _switch)
    add("GET", f"{doc}/segments", _segments)
    add("POST", f"{doc}/segments", _add_segments)
    add("GET", doc + "/segments/{segment:uuid}", _get_segment)
    add("POST", doc + "/segments/{segment:uuid}", _change_segment)
    add("DELETE", doc + "/segments/{segment:uuid}", _delete_segment)
    if ctx.profile.has_restore:
        add("GET", f"{doc}/download", _download)
    if ctx.profile.has_generate:
        add("PATCH", doc, _by_file)
