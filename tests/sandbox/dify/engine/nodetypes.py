"""What each node type's own data must look like, by family and release (contract.md 5.6)."""
from __future__ import annotations

from typing import Any

from ..profile import Profile
from .schema import Any_, Bool, Either, F, Int, Kind, List, Map, Num, OneOf, Opt, Rec, Report, Seq, Str, Test

OPERATORS = ("contains", "not contains", "start with", "end with", "is", "is not", "empty", "not empty", "in", "not in",
             "all of", "=", "≠", ">", "<", "≥", "≤", "null", "not null", "exists", "not exists")
SEGMENT_TYPES = ("number", "integer", "float", "string", "object", "secret", "file", "boolean", "array[any]",
                 "array[string]", "array[number]", "array[object]", "array[file]", "array[boolean]", "none", "group")
END_TYPES = ("string", "number", "integer", "secret", "boolean", "object", "file", "array", "array[string]",
             "array[number]", "array[object]", "array[boolean]", "array[file]", "any", "array[any]")
START_TYPES = ("start", "datasource", "trigger-webhook", "trigger-schedule", "trigger-plugin")
Table = dict[str, tuple[str, dict[str, F]]]
_CHAT_LIST = "json-or-python[json=list[{}],python=chain[is-instance[Sequence],function-wrap[sequence_validator()]]]"
_selector = List(Str())
_variables = List(Rec("VariableSelector", variable=F(Str()), value_selector=F(Seq(Str()))))

_model = Rec("ModelConfig", provider=F(Str()), name=F(Str()), mode=F(OneOf("completion", "chat")),
             completion_params=F(Map(), {}))
_memory = Opt(Rec("MemoryConfig", role_prefix=F(Any_, None), query_prompt_template=F(Opt(Str()), None),
                  window=F(Rec("WindowConfig", enabled=F(Bool()), size=F(Opt(Int()), None)))))
_vision = Rec("VisionConfig", enabled=F(Bool(), False),
              configs=F(Opt(Rec("VisionConfigOptions", variable_selector=F(Seq(Str()), ["sys", "files"]),
                                detail=F(OneOf("low", "high"), "high"))), None))
_edition = Opt(OneOf("basic", "jinja2", kind="literal_error"))
_message = Rec("LLMNodeChatModelMessage", text=F(Str(), ""), role=F(OneOf("system", "user", "assistant", "tool")),
               edition_type=F(_edition, None), jinja2_text=F(Opt(Str()), ""))
_completion = Rec("LLMNodeCompletionModelPromptTemplate", text=F(Str()), edition_type=F(_edition, None),
                  jinja2_text=F(Opt(Str()), ""))
_value = Opt(Either(("str", Str()), (_CHAT_LIST.format("str"), Seq(Str())), ("bool", Bool())))
_condition = Rec("Condition", variable_selector=F(_selector), comparison_operator=F(OneOf(*OPERATORS, kind="literal_error")),
                 value=F(_value, None))
_conditions = List(_condition)
_logical = OneOf("and", "or", kind="literal_error")


def _auth_config(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("config should be a dict")
    return value


class _Authorization(Kind):
    """http-request authorization: the config counts only for api-key; another type breaks the reader."""

    _config = Test(_auth_config, Rec(
        "HttpRequestNodeAuthorizationConfig", type=F(OneOf("basic", "bearer", "custom", kind="literal_error")),
        api_key=F(Str()), header=F(Str(), "")))

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if not isinstance(value, dict):
            return Rec("HttpRequestNodeAuthorization").check(value, loc, out)
        if "type" not in value:
            out.add(loc + ("type",), "Field required", "missing", value)
            return value
        if value["type"] not in ("no-auth", "api-key"):
            raise KeyError("type")
        config = None if value["type"] == "no-auth" else self._config.check(value.get("config"), loc + ("config",), out)
        return {**value, "config": config}


def _body_data(value: Any) -> Any:
    if not value:
        return []
    return [{"key": "", "type": "text", "value": value}] if isinstance(value, str) else value


_http_body = Rec(
    "HttpRequestNodeBody",
    type=F(OneOf("none", "form-data", "x-www-form-urlencoded", "raw-text", "json", "binary", kind="literal_error")),
    data=F(Test(_body_data, Seq(Rec("BodyData", key=F(Str(), ""), type=F(OneOf("file", "text", kind="literal_error")),
                                    value=F(Str(), ""), file=F(Seq(Str()), [])))), []))
_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_PROVIDERS = ("plugin", "builtin", "workflow", "api", "app", "dataset-retrieval", "mcp")


class _ToolInput(Kind):
    """One tool parameter: the value must suit the type."""

    _rec = Rec("ToolInput", value=F(Any_, None), type=F(OneOf("mixed", "variable", "constant")))
    _needs = {"mixed": (str, "value must be a string"), "variable": (list, "value must be a list")}

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        read_ = self._rec.check(value, loc, out)
        need = self._needs.get(value.get("type")) if isinstance(value, dict) else None
        if need and value.get("value") is not None and not isinstance(value["value"], need[0]):
            out.add(loc + ("type",), f"Value error, {need[1]}", "value_error", value["type"])
        return read_


def _only_mappings(value: Any) -> Any:
    return {k: v for k, v in value.items() if isinstance(v, dict)} if isinstance(value, dict) else value


class _ToolConfigurations(Kind):
    """The fixed settings of a tool; the newest release refuses nulls."""

    def __init__(self, no_null: bool) -> None:
        self.no_null = no_null

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        if not isinstance(value, dict):
            out.add(loc, "Value error, tool_configurations must be a dictionary", "value_error", value)
            return value
        for name, item in value.items():
            if self.no_null and not isinstance(item, (str, int, float, bool, dict)):
                out.add(loc, f"Value error, {name} must be one of: str, int, float, bool, dict", "value_error", value)
                break
        return value


def _parameter_name(value: Any) -> Any:
    if not value:
        raise ValueError("Parameter name is required")
    if value in ("__reason", "__is_success"):
        raise ValueError("Invalid parameter name, __reason and __is_success are reserved")
    return value


def _parameter_type(value: Any) -> Any:
    good = ("string", "number", "bool", "boolean", "select", "array[string]", "array[number]", "array[object]",
            "array[boolean]")
    if value not in good:
        raise ValueError(f"type {value} is not allowd to use in Parameter Extractor node.")
    return "boolean" if value == "bool" else value


def _code_type(value: Any) -> Any:
    if value in ("file", "array[file]", "secret", "none", "group", "array[any]"):
        raise ValueError(f"invalid type for code output, expected {'/'.join(SEGMENT_TYPES[:5])}, actual {value}")
    return value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class _CodeType(Kind):
    """Types that a code output may have."""

    _one = OneOf(*SEGMENT_TYPES)

    def check(self, value: Any, loc: tuple[Any, ...], out: Report) -> Any:
        before = len(out.found)
        self._one.check(value, loc, out)
        return value if len(out.found) > before else Test(_code_type).check(value, loc, out)


def _identifier(value: Any) -> Any:
    if isinstance(value, str) and not (value.isidentifier() and value.isascii()):
        raise ValueError(f"'{value}' is not a valid identifier. It must start with a letter or underscore, "
                         "and contain only letters, numbers, or underscores.")
    return value


HUMAN_INPUT = {
    "form_content": F(Str(), ""),
    "inputs": F(List(Rec("FormInput", type=F(Str()), output_variable_name=F(Str()))), []),
    "user_actions": F(List(Rec("UserAction", id=F(Test(_identifier, Str(20))), title=F(Str(100)),
                               button_style=F(OneOf("primary", "default", "accent", "ghost"), "default"))), []),
    "timeout": F(Int(), 36), "timeout_unit": F(OneOf("hour", "day"), "hour"), "delivery_methods": F(List(Any_), []),
}


def _ends(profile: Profile) -> Table:
    """Nodes that begin and end a run."""
    end_item = {"variable": F(Str()), "value_selector": F(Seq(Str()))}
    if profile.eager_nodes:
        end_item["value_type"] = F(OneOf(*END_TYPES), "any")
    return {
        "start": ("StartNodeData", {}),
        "end": ("EndNodeData", {"outputs": F(List(Rec("OutputVariableEntity", **end_item)))}),
        "answer": ("AnswerNodeData", {"answer": F(Str())}),
        "datasource": ("DatasourceNodeData", {"plugin_id": F(Str()), "provider_name": F(Str()), "provider_type": F(Str())}),
        "knowledge-index": ("KnowledgeIndexNodeData", {"chunk_structure": F(Str()),
                                                       "index_chunk_variable_selector": F(_selector)}),
        "trigger-webhook": ("WebhookData", {
            "method": F(Test(_lower, OneOf("get", "post", "head", "patch", "put", "delete")), "get")}),
        "trigger-schedule": ("TriggerScheduleNodeData", {}),
        "trigger-plugin": ("TriggerEventNodeData", {
            "plugin_id": F(Str()), "provider_id": F(Str()), "event_name": F(Str()), "subscription_id": F(Str()),
            "plugin_unique_identifier": F(Str())})}


def _models(profile: Profile) -> Table:
    """Nodes that ask a model."""
    llm = {"model": F(_model),
           "prompt_template": F(Either((_CHAT_LIST.format("LLMNodeChatModelMessage"), Seq(_message)),
                                       ("LLMNodeCompletionModelPromptTemplate", _completion))),
           "memory": F(_memory, None), "context": F(Rec("ContextConfig", enabled=F(Bool()),
                                                        variable_selector=F(Opt(List(Str())), None))),
           "vision": F(_vision, {})}
    if profile.eager_nodes:
        llm["reasoning_format"] = F(OneOf("separated", "tagged", kind="literal_error"), "tagged")
    agent_input = Rec("AgentInput", value=F(Any_), type=F(OneOf("mixed", "variable", "constant", kind="literal_error")))
    return {
        "llm": ("LLMNodeData", llm),
        "question-classifier": ("QuestionClassifierNodeData", {
            "query_variable_selector": F(_selector), "model": F(_model),
            "classes": F(List(Rec("ClassConfig", id=F(Str()), name=F(Str())))), "instruction": F(Opt(Str()), None),
            "memory": F(_memory, None), "vision": F(_vision, {})}),
        "parameter-extractor": ("ParameterExtractorNodeData", {
            "model": F(_model), "query": F(_selector),
            "parameters": F(List(Rec("ParameterConfig", name=F(Test(_parameter_name, Str())), type=F(Test(_parameter_type)),
                                     options=F(Opt(List(Str())), None), description=F(Str()), required=F(Bool())))),
            "instruction": F(Opt(Str()), None), "memory": F(_memory, None),
            "reasoning_mode": F(OneOf("function_call", "prompt", kind="literal_error")), "vision": F(_vision, {})}),
        "agent": ("AgentNodeData", {
            "agent_strategy_provider_name": F(Str()), "agent_strategy_name": F(Str()), "agent_strategy_label": F(Str()),
            "memory": F(_memory, None), "agent_parameters": F(Map(agent_input))})}


def _works(profile: Profile) -> Table:
    """Nodes that compute, fetch and look things up."""
    rerank = Opt(Rec("RerankingModelConfig", provider=F(Str()), model=F(Str())))
    query = F(Any_, None) if profile.eager_nodes else F(_selector)
    return {
        "knowledge-retrieval": ("KnowledgeRetrievalNodeData", {
            "query_variable_selector": query, "dataset_ids": F(Any_, []),
            "retrieval_mode": F(OneOf("single", "multiple", kind="literal_error")),
            "multiple_retrieval_config": F(Opt(Rec("MultipleRetrievalConfig", top_k=F(Int()), score_threshold=F(Opt(Num()), None),
                                                   reranking_mode=F(Str(), "reranking_model"), reranking_enable=F(Bool(), True),
                                                   reranking_model=F(rerank, None))), None),
            "single_retrieval_config": F(Opt(Rec("SingleRetrievalConfig", model=F(_model))), None),
            "metadata_filtering_mode": F(Opt(OneOf("disabled", "automatic", "manual", kind="literal_error")), "disabled")}),
        "code": ("CodeNodeData", {
            "variables": F(_variables),
            "code_language": F(OneOf("python3", "javascript", kind="literal_error", shown=[
                "<CodeLanguage.PYTHON3: 'python3'>", "<CodeLanguage.JAVASCRIPT: 'javascript'>"])),
            "code": F(Str()), "outputs": F(Map(Rec("Output", type=F(_CodeType()), children=F(Any_, None))))}),
        "template-transform": ("TemplateTransformNodeData", {"variables": F(_variables), "template": F(Str())}),
        "http-request": ("HttpRequestNodeData", {
            "method": F(OneOf(*_METHODS, *(m.upper() for m in _METHODS), kind="literal_error")), "url": F(Str()),
            "authorization": F(_Authorization()), "headers": F(Str()), "params": F(Str()), "body": F(Opt(_http_body), None),
            "timeout": F(Opt(Rec("HttpRequestNodeTimeout", connect=F(Int(), 10), read=F(Int(), 60), write=F(Int(), 60))), None)}),
        "tool": ("ToolNodeData", {
            "provider_id": F(Str()), "provider_type": F(OneOf(*_PROVIDERS)), "provider_name": F(Str()), "tool_name": F(Str()),
            "tool_label": F(Str()), "tool_configurations": F(_ToolConfigurations(profile.has_generate)),
            "tool_parameters": F(Test(_only_mappings, Map(_ToolInput())))}),
        "document-extractor": ("DocumentExtractorNodeData", {"variable_selector": F(Seq(Str()))}),
        "list-operator": ("ListOperatorNodeData", {
            "variable": F(Seq(Str()), []),
            "filter_by": F(Rec("FilterBy", enabled=F(Bool(), False), conditions=F(Seq(Rec(
                "FilterCondition", key=F(Str(), ""), comparison_operator=F(Any_, "contains"), value=F(_value, ""))), []))),
            "order_by": F(Rec("OrderBy", enabled=F(Bool(), False), key=F(Str(), ""), value=F(OneOf("asc", "desc"), "asc"))),
            "limit": F(Rec("Limit", enabled=F(Bool(), False), size=F(Int(), -1))),
            "extract_by": F(Rec("ExtractConfig", enabled=F(Bool(), False), serial=F(Str(), "1")), {"enabled": False, "serial": "1"})}),
        "human-input": ("HumanInputNodeData", HUMAN_INPUT if profile.has_human_input else {})}


def _flows(profile: Profile) -> Table:
    """Nodes that branch, join, assign and repeat."""
    new = profile.eager_nodes
    group = Rec("Group", output_type=F(OneOf(*SEGMENT_TYPES)), variables=F(List(List(Str()))), group_name=F(Str()))
    loop_var = Rec("LoopVariableData", label=F(Str()), var_type=F(OneOf(*SEGMENT_TYPES)),
                   value_type=F(OneOf("variable", "constant", kind="literal_error")), value=F(Any_, None))
    return {
        "if-else": ("IfElseNodeData", {
            "logical_operator": F(Opt(_logical), "and"), "conditions": F(Opt(_conditions), None),
            "cases": F(Opt(List(Rec("Case", case_id=F(Str()), logical_operator=F(_logical), conditions=F(_conditions)))), None)}),
        "variable-aggregator": ("VariableAggregatorNodeData" if new else "VariableAssignerNodeData", {
            "output_type": F(Str()), "variables": F(List(List(Str()))),
            "advanced_settings": F(Opt(Rec("AdvancedSettings", group_enabled=F(Bool()), groups=F(List(group)))), None)}),
        "assigner/1": ("VariableAssignerData", {
            "assigned_variable_selector": F(Seq(Str())), "write_mode": F(OneOf("over-write", "append", "clear")),
            "input_variable_selector": F(Seq(Str()))}),
        "assigner/2": ("VariableAssignerNodeData", {"items": F(Seq(Rec(
            "VariableOperationItem", variable_selector=F(Seq(Str())), input_type=F(OneOf("variable", "constant")),
            operation=F(OneOf("over-write", "clear", "append", "extend", "set", "+=", "-=", "*=", "/=", "remove-first",
                              "remove-last")), value=F(Any_, None))), *([[]] if new else []))}),
        "iteration": ("IterationNodeData", {
            "start_node_id": F(Opt(Str()), None), "iterator_selector": F(_selector), "output_selector": F(_selector),
            "is_parallel": F(Bool(), False), "parallel_nums": F(Int(), 10),
            "error_handle_mode": F(OneOf("terminated", "continue-on-error", "remove-abnormal-output"), "terminated"),
            "flatten_output": F(Bool(), True)}),
        "iteration-start": ("IterationStartNodeData", {}),
        "loop": ("LoopNodeData", {
            "start_node_id": F(Opt(Str()), None), "loop_count": F(Int()), "break_conditions": F(_conditions),
            "logical_operator": F(_logical), "loop_variables": F(Opt(List(loop_var)), [])}),
        "loop-start": ("LoopStartNodeData", {}),
        "loop-end": ("LoopEndNodeData", {})}


def tables(profile: Profile) -> Table:
    """Members by node type, with the name under which findings speak of them."""
    return {**_ends(profile), **_models(profile), **_works(profile), **_flows(profile)}
