"""knowledge-retrieval: keyword search in the stored documents."""
from __future__ import annotations

from typing import Any

from ..errors import NodeError
from ..result import Job, Result
from ..walk import node


def _record(hit: dict[str, Any], place: int) -> dict[str, Any]:
    dataset, document, segment = hit["dataset"], hit["document"], hit["segment"]
    return {"metadata": {"_source": "knowledge", "position": place, "dataset_id": dataset["id"], "dataset_name": dataset["name"],
                         "document_id": document["id"], "document_name": document["name"],
                         "data_source_type": "upload_file", "segment_id": segment["id"], "retriever_from": "workflow",
                         "score": hit["score"], "segment_hit_count": 1, "segment_word_count": segment["word_count"],
                         "segment_position": segment["position"], "segment_index_node_hash": segment["index_node_hash"],
                         "doc_metadata": {}},
            "title": document["name"], "files": None, "content": segment["content"]}


@node("knowledge-retrieval")
def knowledge_retrieval(job: Job) -> Result:
    """Gives the best segments of its datasets."""
    data = job.data
    selector = data["query_variable_selector"]
    if job.run.profile.eager_nodes and not selector:
        return Result()
    query = job.pool.value(selector)
    if not isinstance(query, str):
        raise NodeError("Query variable is not string type.", "KnowledgeRetrievalNodeError")
    inputs = {"query": query}
    config = data["multiple_retrieval_config"]
    if data["retrieval_mode"] == "multiple" and config is None:
        raise NodeError("multiple_retrieval_config is required", "ValueError", inputs)
    if data["retrieval_mode"] == "single" and data["single_retrieval_config"] is None:
        tail = " for single retrieval mode" if job.run.profile.base_node_pass else ""
        raise NodeError(f"single_retrieval_config is required{tail}", "ValueError", inputs)
    ids = data["dataset_ids"] if isinstance(data["dataset_ids"], list) else []
    top = config["top_k"] if config else 4
    hits = job.run.ctx.search(ids, query, top)
    least = config.get("score_threshold") if config and config.get("score_threshold_enabled") else None
    if least is not None:
        hits = [h for h in hits if h["score"] >= least]
    records = [_record(hit, place) for place, hit in enumerate(hits, 1)]
    job.run.retrieved += [{"position": len(job.run.retrieved) + i, **r["metadata"], "content": r["content"]}
                          for i, r in enumerate(records, 1)]
    return Result(outputs={"result": records}, inputs=inputs)
