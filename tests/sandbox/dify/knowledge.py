"""Datasets and documents as records: splitting, indexing states, keyword search."""
from __future__ import annotations

import hashlib
import random
import re
import time
from datetime import datetime, timezone
from typing import Any

from .engine.nodes.documents import text_of
from .store import new_id, now

EXTENSIONS = {"txt", "markdown", "md", "mdx", "pdf", "html", "htm", "xlsx", "xls", "docx", "csv", "vtt", "properties"}
STATES = ("waiting", "parsing", "cleaning", "splitting", "indexing", "completed")
RETRIEVAL = {"search_method": "keyword_search", "reranking_enable": False, "reranking_mode": None, "weights": None, "top_k": 2,
             "reranking_model": {"reranking_provider_name": "", "reranking_model_name": ""}, "score_threshold_enabled": False,
             "score_threshold": None}
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")


def words(text: str) -> list[str]:
    """Words of a text; each Chinese character counts as one."""
    return _WORD.findall(text.lower())


def create_dataset(ctx: Any, name: str, **more: Any) -> dict[str, Any]:
    """A new dataset."""
    return ctx.store.datasets.put({"id": new_id(), "name": name, "description": more.get("description") or "",
                                   "permission": more.get("permission") or "only_me", "provider": more.get("provider") or "vendor",
                                   "indexing_technique": more.get("indexing_technique"), "tags": [], "created_at": now(),
                                   "updated_at": now(), "embedding_model": more.get("embedding_model"),
                                   "embedding_model_provider": more.get("embedding_model_provider"),
                                   "retrieval_model": more.get("retrieval_model") or RETRIEVAL, "doc_form": None})


def documents_of(ctx: Any, dataset_id: str) -> list[dict[str, Any]]:
    """The documents of a dataset, oldest first."""
    return [d for d in ctx.store.documents if d["dataset_id"] == dataset_id]


def segments_of(ctx: Any, document_id: str) -> list[dict[str, Any]]:
    """The segments of a document in order."""
    found = [s for s in ctx.store.segments if s["document_id"] == document_id]
    return sorted(found, key=lambda s: s["position"])


def add_segment(ctx: Any, document: dict[str, Any], content: str, position: int, **more: Any) -> dict[str, Any]:
    """One more segment."""
    return ctx.store.segments.put({
        "id": new_id(), "document_id": document["id"], "dataset_id": document["dataset_id"], "position": position,
        "content": content, "answer": more.get("answer"), "word_count": len(content), "tokens": len(words(content)),
        "keywords": more.get("keywords") or sorted(set(words(content)), key=len, reverse=True)[:10],
        "index_node_id": new_id(), "index_node_hash": hashlib.sha256(content.encode("utf-8", "replace")).hexdigest(),
        "hit_count": 0, "enabled": True, "created_at": now(), "status": "completed"})


def forget_segments(ctx: Any, document_id: str) -> None:
    """Drop the segments of a document."""
    for segment in segments_of(ctx, document_id):
        ctx.store.segments.drop(segment["id"])


def batch_id() -> str:
    """Fourteen digits of time and six more."""
    return datetime.now(timezone.utc).strftime("%Y%m%d%H%M%S") + f"{random.randint(100000, 999999)}"


def split(text: str, rule: dict[str, Any] | None) -> list[str]:
    """Segments of a text: by separator, no longer than the rule says."""
    cut = ((rule or {}).get("rules") or {}).get("segmentation") or {}
    mark = (cut.get("separator") or "\n\n").replace("\\n", "\n")
    longest = max(50, int(cut.get("max_tokens") or 500) * 4)
    pieces: list[str] = []
    for part in text.split(mark):
        part = part.strip()
        while part:
            if pieces and len(pieces[-1]) + len(part) < longest // 4 and mark not in ("\n",):
                pieces[-1] += "\n" + part
                break
            pieces.append(part[:longest])
            part = part[longest:]
    return pieces


def store_document(ctx: Any, dataset: dict[str, Any], name: str, data: bytes | None, text: str | None,
                   settings: dict[str, Any], old: dict[str, Any] | None) -> dict[str, Any]:
    """Make or replace a document and index it; a broken file ends in `error`."""
    if old is None:
        old = next((d for d in documents_of(ctx, dataset["id"]) if data is not None and d["name"] == name), None)
    error, body = None, text or ""
    if data is not None:
        try:
            body = text_of(name, data)
        except Exception as trouble:  # noqa: BLE001 - whatever a broken file raises becomes its error
            error = str(trouble)
    document = {"id": old["id"] if old else new_id(), "dataset_id": dataset["id"], "name": name, "batch": batch_id(),
                "position": old["position"] if old else len(documents_of(ctx, dataset["id"])) + 1, "error": error,
                "data_source_type": "upload_file", "doc_form": settings.get("doc_form") or "text_model",
                "doc_language": settings.get("doc_language") or "English", "word_count": len(body), "tokens": len(words(body)),
                "enabled": True, "archived": False, "created_at": now(), "indexed_at": time.time(), "size": len(data or body.encode()),
                "process_rule": settings.get("process_rule"), "changed_at": 0.0}
    ctx.store.documents.put(document)
    forget_segments(ctx, document["id"])
    if error is None:
        for position, piece in enumerate(split(body, settings.get("process_rule")), 1):
            add_segment(ctx, document, piece, position)
    return document


def indexing_state(ctx: Any, document: dict[str, Any]) -> str:
    """Where indexing is; it moves on with time."""
    if document["error"]:
        return "error"
    step = ctx.options.index_seconds / (len(STATES) - 1) if ctx.options.index_seconds else 0
    passed = time.time() - document["indexed_at"]
    return "completed" if not step else STATES[min(int(passed / step), len(STATES) - 1)]


def search(ctx: Any, dataset_ids: list[Any], query: str, top: int) -> list[dict[str, Any]]:
    """The best segments of some datasets for a query."""
    wanted = set(words(query))
    hits = []
    for segment in ctx.store.segments:
        if segment["dataset_id"] not in dataset_ids or not segment["enabled"]:
            continue
        document = ctx.store.documents.get(segment["document_id"])
        if document is None or not document["enabled"] or document["archived"]:
            continue
        have = set(words(segment["content"]))
        if wanted & have:
            hits.append({"segment": segment, "document": document, "dataset": ctx.store.datasets.get(segment["dataset_id"]),
                         "score": round(len(wanted & have) / len(wanted), 6)})
    hits.sort(key=lambda h: -h["score"])
    return [h for h in hits if h["dataset"]][:max(0, top)]


SEEDS = {
    "handbook": {
        "holidays.md": "# Holidays\n\nEvery employee has 28 days of holiday a year. Ask your team lead two weeks before.\n\n"
                       "Unused holidays can be kept until the end of March.",
        "travel.md": "# Travel\n\nTrains are booked second class, flights economy. Hotels may cost up to 120 euro a night.\n\n"
                     "Receipts go to the finance team within 30 days.",
        "security.md": "# Security\n\nPasswords have at least 14 characters. Lock the screen when you leave your desk.\n\n"
                       "Report a lost laptop to the security team at once.",
        "员工手册.md": "# 员工手册\n\n员工每年享有28天年假，请提前两周向组长申请。\n\n报销单据须在30天内提交给财务部门。"},
    "faq": {
        "refunds.txt": "How do I get a refund? Refunds are paid within 14 days after we received the goods.\n\n"
                       "Who pays for the return? Returns are free within the country.",
        "delivery.txt": "How long does delivery take? Delivery takes two to four working days.\n\n"
                        "Can I change the address? The address can be changed until the parcel is sent.",
        "退款.txt": "如何退款？收到退货后14天内退款。\n\n运费由谁承担？国内退货免运费。"},
}


def seed(ctx: Any) -> None:
    """The two datasets that every sandbox has."""
    if ctx.store.meta.get("seeded"):
        return
    for name, files in SEEDS.items():
        dataset = create_dataset(ctx, name, indexing_technique="economy", permission="all_team_members")
        for file, text in files.items():
            document = store_document(ctx, dataset, file, text.encode(), None, {}, None)
            document["indexed_at"] = 0.0
            ctx.store.documents.put(document)
    ctx.store.meta.put({"id": "seeded"})
