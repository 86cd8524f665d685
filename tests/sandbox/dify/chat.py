"""Chatflows over the service API: messages, conversations, stop (contract.md 3.3)."""
from __future__ import annotations

from typing import Any

from . import params, runner
from .engine.events import ZERO_USAGE
from .engine.run import Run
from .engine.schema import Any_, F, List, Map, OneOf, Opt, Rec, Str
from .errors import ApiError, invalid_param
from .service import end_user, published, stop_task, user_of, with_key
from .store import new_id, now
from .web import Request, Response, Routes

_ASK = Rec("ChatRequestPayload", inputs=F(Map()), query=F(Str()), files=F(Opt(List(Map())), None),
           response_mode=F(Opt(OneOf("blocking", "streaming", kind="literal_error")), "blocking"),
           conversation_id=F(Opt(Any_), None))


def conversation_of(ctx: Any, app: dict[str, Any], user: str, wanted: str | None, inputs: dict[str, Any], query: str) -> dict[str, Any]:
    """The conversation asked for, or a new one; 404 when it does not exist."""
    if wanted:
        found = ctx.store.conversations.get(wanted)
        if found is None or found["app_id"] != app["id"] or found["user"] != user:
            raise ApiError(404, "not_found", "Conversation Not Exists.")
        return found
    return {"id": new_id(), "app_id": app["id"], "user": user, "inputs": inputs, "name": query[:40] or "New conversation",
            "variables": {}, "messages": [], "created_at": now()}


def _ask(request: Request) -> Any:
    ctx = request.ctx
    sent = request.json(True)
    name = user_of(request, sent)
    sent = {**sent, **params.check(request, _ASK, sent, "the JSON body")}
    workflow = published(request)
    user = end_user(ctx, request.app, name)
    start = runner.Start(ctx, request.app, workflow, sent["inputs"], name)
    start.query, start.files = sent["query"].replace("\x00", ""), sent["files"] or []
    start.conversation = conversation_of(ctx, request.app, name, sent["conversation_id"], sent["inputs"], start.query)
    start.end_user = {"id": user["user_id"], "user": name}
    if sent["response_mode"] == "streaming":
        return runner.streaming(start)
    return _blocking(runner.blocking(start))


def _blocking(run: Run) -> dict[str, Any]:
    assert run.chat is not None
    if run.status == "failed":
        raise invalid_param(f"Run failed: {run.error}")
    return {"event": "message", "task_id": run.task_id, "id": run.chat["message_id"], "message_id": run.chat["message_id"],
            "conversation_id": run.chat["conversation_id"], "mode": "advanced-chat",
            "answer": run.answer,
            "metadata": {"annotation_reply": None, "retriever_resources": run.retrieved,
                         "usage": {**ZERO_USAGE, "total_tokens": run.tokens}}, "created_at": int(run.created)}


def _stop(request: Request) -> Any:
    return stop_task(request.ctx, request.params["task"], user_of(request, request.json(True)))


def _conversations(request: Request) -> Any:
    user = request.arg("user")
    if not user:
        raise invalid_param("Arg user must be provided.")
    rows = [c for c in request.ctx.store.conversations.newest() if c["app_id"] == request.app["id"] and c["user"] == user]
    return {"limit": 20, "has_more": len(rows) > 20, "data": [
        {"id": c["id"], "name": c["name"], "inputs": c["inputs"], "status": "normal", "introduction": "",
         "created_at": c["created_at"], "updated_at": c["created_at"]} for c in rows[:20]]}


def _messages(request: Request) -> Any:
    wanted, user = request.arg("conversation_id"), request.arg("user")
    found = request.ctx.store.conversations.get(wanted)
    if found is None or found["app_id"] != request.app["id"] or found["user"] != user:
        raise ApiError(404, "not_found", "Conversation Not Exists.")
    return {"limit": 20, "has_more": False, "data": [
        {"id": m["id"], "conversation_id": found["id"], "inputs": found["inputs"], "query": m["query"], "answer": m["answer"],
         "message_files": [], "feedback": None, "retriever_resources": [], "created_at": m["created_at"], "agent_thoughts": [],
         "status": "normal" if m["status"] != "failed" else "error", "error": None} for m in found["messages"][-20:]]}


def _forget(request: Request) -> Any:
    found = request.ctx.store.conversations.get(request.params["conversation"])
    if found is None or found["app_id"] != request.app["id"]:
        raise ApiError(404, "not_found", "Conversation Not Exists.")
    request.ctx.store.conversations.drop(found["id"])
    return Response(204)


def add_routes(routes: Routes) -> None:
    """Chat routes."""
    chat = {"error": "not_chat_app"}
    modes = ("advanced-chat", "chat", "agent-chat")
    routes.add("POST", "/v1/chat-messages", with_key(_ask, *modes, **chat))
    routes.add("POST", "/v1/chat-messages/{task}/stop", with_key(_stop, *modes, **chat))
    routes.add("GET", "/v1/conversations", with_key(_conversations, *modes, **chat))
    routes.add("DELETE", "/v1/conversations/{conversation:uuid}", with_key(_forget, *modes, **chat))
    routes.add("GET", "/v1/messages", with_key(_messages, *modes, **chat))
