"""Datasets over the knowledge API and the console (contract.md 4.1)."""
from __future__ import annotations

from typing import Any, Callable

from . import knowledge, params, workflows
from .auth import signed_in
from .engine.schema import Any_, F, Int, OneOf, Opt, Rec, Str
from .errors import ApiError, invalid_param, not_found, unauthorized
from .store import now
from .tags import gone
from .web import Request, Routes

_TECHNIQUE = Opt(OneOf("high_quality", "economy", kind="literal_error"))
_PERMISSION = Opt(OneOf("only_me", "all_team_members", "partial_members", kind="enum"))
_CREATE = Rec("DatasetCreatePayload", name=F(Str(40, 1)), description=F(Opt(Str(400)), ""), indexing_technique=F(_TECHNIQUE, None),
              permission=F(_PERMISSION, "only_me"), provider=F(Opt(Str()), "vendor"), retrieval_model=F(Any_, None),
              embedding_model=F(Opt(Str()), None), embedding_model_provider=F(Opt(Str()), None))
_CHANGE = Rec("DatasetUpdatePayload", name=F(Opt(Str(40, 1)), None), description=F(Opt(Str(400)), None),
              indexing_technique=F(_TECHNIQUE, None), permission=F(_PERMISSION, None), retrieval_model=F(Any_, None))
_LIST = Rec("DatasetListQuery", page=F(Int(1, 99999), 1), limit=F(Int(1, 100), 20), keyword=F(Any_, None), tag_ids=F(Any_, None),
            include_all=F(Any_, None))


def with_dataset_key(handler: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """A handler behind a dataset key."""
    def wrapped(request: Request) -> Any:
        if not request.bearer:
            raise unauthorized("Authorization header must be provided and start with 'Bearer'")
        key = request.ctx.key_of(request.bearer)
        if not key or key["type"] != "dataset":
            raise unauthorized("Access token is invalid")
        return handler(request)
    return wrapped


def dataset_of(request: Request) -> dict[str, Any]:
    """The dataset of the path, or 404."""
    dataset = request.ctx.store.datasets.get(request.params["dataset"].lower())
    if dataset is None:
        raise not_found("Dataset not found.")
    return dataset


def show(ctx: Any, dataset: dict[str, Any]) -> dict[str, Any]:
    """A dataset as JSON."""
    documents = knowledge.documents_of(ctx, dataset["id"])
    tags = [ctx.store.tags.get(t) for t in dataset["tags"]]
    return {"id": dataset["id"], "name": dataset["name"], "description": dataset["description"], "provider": dataset["provider"],
            "permission": dataset["permission"], "data_source_type": "upload_file" if documents else None,
            "indexing_technique": dataset["indexing_technique"], "app_count": len(_used_by(ctx, dataset["id"])),
            "document_count": len(documents), "word_count": sum(d["word_count"] for d in documents),
            "created_by": ctx.identity["account"], "created_at": dataset["created_at"], "updated_by": None, "updated_at": dataset["updated_at"],
            "embedding_model": dataset["embedding_model"], "embedding_model_provider": dataset["embedding_model_provider"],
            "embedding_available": True, "retrieval_model_dict": dataset["retrieval_model"],
            "tags": [{"id": t["id"], "name": t["name"], "type": t["type"]} for t in tags if t], "doc_form": dataset["doc_form"],
            "external_knowledge_info": None, "external_retrieval_model": None, "doc_metadata": [], "built_in_field_enabled": False,
            **_newer(ctx, len(documents))}


def _newer(ctx: Any, count: int) -> dict[str, Any]:
    """Members that came later."""
    if not ctx.profile.eager_nodes:
        return {}
    more = {"author_name": ctx.options.email.partition("@")[0], "is_published": False, "total_documents": count,
            "total_available_documents": count, "enable_api": True, "is_multimodal": False, "summary_index_setting": None,
            "runtime_mode": "general", "pipeline_id": None, "icon_info": None, "chunk_structure": None}
    if ctx.profile.has_generate:
        more["maintainer"] = ctx.identity["account"]
    return more


def _used_by(ctx: Any, dataset_id: str) -> list[dict[str, Any]]:
    found = []
    for app in ctx.store.apps:
        workflow = ctx.store.workflows.get(app.get("published_id"))
        if workflow and any(dataset_id in (d.get("dataset_ids") or []) for d in workflows.each_dataset_node(workflow["graph"])):
            found.append(app)
    return found


def _list(request: Request) -> Any:
    ctx, read = request.ctx, params.query(request, _LIST)
    word = str(read["keyword"] or "").lower()
    tags = set(request.query.get("tag_ids") or [])
    found = [d for d in ctx.store.datasets.newest() if word in d["name"].lower() and (not tags or tags & set(d["tags"]))]
    page = params.paged(found, read["page"], read["limit"])
    return {"data": [show(ctx, d) for d in page["data"]], "has_more": page["has_more"], "limit": page["limit"], "total": page["total"],
            "page": page["page"]}


def _check_model(ctx: Any, sent: dict[str, Any]) -> None:
    if sent.get("indexing_technique") == "high_quality" and sent.get("embedding_model") not in (None, ctx.options.embedding):
        raise ApiError(400, "invalid_param", f"Model {sent['embedding_model']} credentials is not initialized.")


def _create(request: Request) -> Any:
    ctx, sent = request.ctx, params.body(request, _CREATE, service=request.path.startswith("/v1"))
    if any(d["name"] == sent["name"] for d in ctx.store.datasets):
        raise ApiError(409, "dataset_name_duplicate", "The dataset name already exists. Please modify your dataset name.")
    _check_model(ctx, sent)
    if sent["indexing_technique"] == "high_quality":
        sent["embedding_model"], sent["embedding_model_provider"] = ctx.options.embedding, ctx.provider
    dataset = knowledge.create_dataset(ctx, **{k: v for k, v in sent.items() if k in _CREATE.members})
    return (201 if request.path.startswith("/console") else 200), show(ctx, dataset)


def _change(request: Request) -> Any:
    dataset, sent = dataset_of(request), params.body(request, _CHANGE)
    dataset.update({k: sent[k] for k in _CHANGE.members if sent[k] is not None}, updated_at=now())
    request.ctx.store.datasets.put(dataset)
    return show(request.ctx, dataset)


def _delete(request: Request) -> Any:
    ctx, dataset = request.ctx, dataset_of(request)
    for document in knowledge.documents_of(ctx, dataset["id"]):
        knowledge.forget_segments(ctx, document["id"])
        ctx.store.documents.drop(document["id"])
    ctx.store.datasets.drop(dataset["id"])
    return gone(request)


def _retrieve(request: Request) -> Any:
    ctx, dataset = request.ctx, dataset_of(request)
    sent = request.json(True)
    query = sent.get("query")
    if not query:
        raise invalid_param("Query is required and cannot exceed 250 characters")
    if len(query) > 250:
        raise invalid_param("Query is required and cannot exceed 250 characters" if not ctx.profile.eager_nodes
                            else "1 validation error for HitTestingPayload\nquery\n  String should have at most 250 characters")
    model = sent.get("retrieval_model") or {}
    hits = knowledge.search(ctx, [dataset["id"]], query, int(model.get("top_k") or 2))
    return {"query": {"content": query}, "records": [
        {"segment": {**_segment(h["segment"]), "document": {"id": h["document"]["id"], "data_source_type": "upload_file",
                                                             "name": h["document"]["name"], "doc_type": None, "doc_metadata": None}},
         "child_chunks": None, "score": h["score"], "tsne_position": None,
         **({"files": [], "summary": None} if ctx.profile.eager_nodes else {})} for h in hits]}


def segment_json(ctx: Any, segment: dict[str, Any]) -> dict[str, Any]:
    """A segment as the segment paths show it."""
    shown = _segment(segment)
    shown.update(updated_at=segment["created_at"], updated_by=None, child_chunks=[])
    if ctx.profile.eager_nodes:
        shown.update(attachments=[], summary=None)
    return shown


def _segment(segment: dict[str, Any]) -> dict[str, Any]:
    return {"id": segment["id"], "position": segment["position"], "document_id": segment["document_id"], "content": segment["content"],
            "sign_content": segment["content"], "answer": segment["answer"], "word_count": segment["word_count"],
            "tokens": segment["tokens"], "keywords": segment["keywords"], "index_node_id": segment["index_node_id"],
            "index_node_hash": segment["index_node_hash"], "hit_count": segment["hit_count"], "enabled": segment["enabled"],
            "disabled_at": None, "disabled_by": None, "status": "completed", "created_by": None, "created_at": segment["created_at"],
            "indexing_at": segment["created_at"], "completed_at": segment["created_at"], "error": None, "stopped_at": None}


def _console_extras(routes: Routes) -> None:
    one = "/console/api/datasets/{dataset:uuid}"
    routes.add("GET", f"{one}/use-check", signed_in(lambda r: {"is_using": bool(_used_by(r.ctx, dataset_of(r)["id"]))}))
    routes.add("GET", f"{one}/related-apps", signed_in(lambda r: _related(r)))
    routes.add("GET", "/console/api/datasets/retrieval-setting", signed_in(
        lambda r: {"retrieval_method": ["semantic_search", "full_text_search", "hybrid_search"]}))
    routes.add("GET", "/console/api/datasets/api-base-info", signed_in(lambda r: {"api_base_url": f"{r.ctx.base_url}/v1"}))


def _related(request: Request) -> Any:
    apps = _used_by(request.ctx, dataset_of(request)["id"])
    return {"data": [{k: a[k] for k in ("id", "name", "description", "mode", "icon_type", "icon", "icon_background")} for a in apps],
            "total": len(apps)}


def add_routes(routes: Routes) -> None:
    """Dataset routes of both APIs."""
    for prefix, guard in (("/v1/datasets", with_dataset_key), ("/console/api/datasets", signed_in)):
        one = prefix + "/{dataset:uuid}"
        routes.add("GET", prefix, guard(_list))
        routes.add("POST", prefix, guard(_create))
        routes.add("GET", one, guard(lambda r: show(r.ctx, dataset_of(r))))
        routes.add("PATCH", one, guard(_change))
        routes.add("DELETE", one, guard(_delete))
        for name in ("retrieve", "hit-testing"):
            routes.add("POST", f"{one}/{name}", guard(_retrieve))
    _console_extras(routes)
