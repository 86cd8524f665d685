"""What differs between the four imitated Dify releases, as data (contract.md 1.1)."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """One imitated release. Nothing else in the sandbox looks at version numbers."""

    version: str
    dsl: str
    pydantic: str
    # sign-in
    bearer_login: bool          # tokens in the body, no cookies, no CSRF
    base64_password: bool
    unknown_account: tuple[int, str, str]
    # answers
    errors_body: bool           # {"errors": ..} in place of invalid_param
    real_204: bool              # DELETE of tags, documents, datasets
    json_type_checked: bool     # 415 when the content type is not JSON
    tag_result: bool            # bindings answer {"result": "success"}
    tag_list_form: str          # "comma" or "plain"
    bind_paths: tuple[str, ...]
    unbind_key: str
    keeps_masked_secret: bool   # a masked secret that is saved back keeps its value
    unpublished_null: bool      # GET publish of an unpublished app is null
    unknown_export: int         # status of an export of an unknown version
    console_run_missing: bool   # an unknown console run is 404
    draft_missing: int
    draft_conflict: int
    has_restore: bool
    console_run_filters: bool
    executions_descending: bool
    has_openapi: bool
    has_generate: bool
    has_dsl_version: bool
    has_star: bool
    import_extras: bool         # permission_keys and warnings in import answers
    # import
    orphans: bool               # a refused import may leave an app behind
    import_checks_graph: bool   # "nodes not found in workflow graph" and the like
    import_checks_types: bool   # unknown node types refused at import
    import_checks_forms: bool   # human-input data read at import
    import_checks_delivery: bool
    keeps_dataset_uuid: bool
    # runs
    eager_nodes: bool           # every node is built before the first one runs
    base_node_pass: bool        # nodes go through a common check first
    title_required: bool
    queued_streams: bool        # streaming runs start on a worker: 200 and a ping first
    invented_end: bool          # a start that failed gets made-up end frames
    run_outputs_text: bool      # GET run gives outputs as JSON text
    unknown_run_nulls: bool
    failed_outputs_null: bool
    stop_is_stored: bool
    stop_checks_user: bool
    stop_text: str
    good_error: object          # `error` of a run that succeeded
    truncated_flags: bool
    counts_index: bool
    start_shows_sys: bool       # node data of start carries the sys variables
    loop_extra_round: bool
    drop_kills_run: bool        # a dropped stream leaves the run `running`
    message_end_last: bool      # message_end after workflow_finished
    chat_error_frame: bool
    has_human_input: bool
    form_under_v1: bool
    resume_stops: bool          # resumed runs end `stopped`
    timestamps: bool            # sys.timestamp exists


_COMMON_NEW = {
    "bearer_login": False, "base64_password": True, "errors_body": False, "json_type_checked": True,
    "tag_result": True, "console_run_filters": True, "executions_descending": False,
    "import_checks_graph": True, "keeps_dataset_uuid": True, "eager_nodes": True,
    "unknown_account": (401, "authentication_failed", "Invalid email or password."),
    "draft_missing": 404, "draft_conflict": 409, "good_error": None, "truncated_flags": True,
    "counts_index": False, "loop_extra_round": False, "drop_kills_run": False,
    "stop_checks_user": False, "timestamps": True,
}

_OLD_LOOKS = {"keeps_masked_secret": False, "unpublished_null": False, "unknown_export": 400, "console_run_missing": False}
_ROWS = {
    "1.8": {
        **_OLD_LOOKS,
        "version": "1.8.1", "dsl": "0.4.0", "pydantic": "2.11",
        "bearer_login": True, "base64_password": False, "errors_body": True,
        "unknown_account": (400, "account_not_found", "Account not found."),
        "real_204": False, "json_type_checked": False, "tag_result": False, "tag_list_form": "comma",
        "bind_paths": ("create",), "unbind_key": "tag_id", "draft_missing": 400, "draft_conflict": 400,
        "has_restore": False, "console_run_filters": False, "executions_descending": True,
        "has_openapi": False, "has_generate": False, "has_dsl_version": False, "has_star": False,
        "import_extras": False, "orphans": True, "import_checks_graph": False,
        "import_checks_types": False, "import_checks_forms": False, "import_checks_delivery": False,
        "keeps_dataset_uuid": False, "eager_nodes": False, "base_node_pass": False,
        "title_required": True, "queued_streams": False, "invented_end": False,
        "run_outputs_text": True, "unknown_run_nulls": True, "failed_outputs_null": False,
        "stop_is_stored": True, "stop_checks_user": True, "stop_text": "Stopped by user.",
        "good_error": "", "truncated_flags": False, "counts_index": True, "start_shows_sys": True,
        "loop_extra_round": True, "drop_kills_run": True, "message_end_last": True,
        "chat_error_frame": True, "has_human_input": False, "form_under_v1": False,
        "resume_stops": False, "timestamps": False,
    },
    "1.12": {
        **_COMMON_NEW, **_OLD_LOOKS, "version": "1.12.1", "dsl": "0.5.0", "pydantic": "2.11",
        "real_204": False, "tag_list_form": "comma", "bind_paths": ("create",), "unbind_key": "tag_id",
        "has_restore": False, "has_openapi": False, "has_generate": False, "has_dsl_version": False,
        "has_star": False, "import_extras": False, "orphans": True, "import_checks_types": True,
        "import_checks_forms": False, "import_checks_delivery": False, "base_node_pass": False,
        "title_required": True, "queued_streams": False, "invented_end": False,
        "run_outputs_text": True, "unknown_run_nulls": True, "failed_outputs_null": True,
        "stop_is_stored": False, "stop_text": "Stopped by user.", "start_shows_sys": True,
        "message_end_last": True, "chat_error_frame": True, "has_human_input": False,
        "form_under_v1": False, "resume_stops": False,
    },
    "1.13": {
        **_COMMON_NEW, **_OLD_LOOKS, "keeps_masked_secret": True, "version": "1.13.3", "dsl": "0.6.0", "pydantic": "2.12",
        "real_204": True, "tag_list_form": "comma", "bind_paths": ("create",), "unbind_key": "tag_id",
        "has_restore": True, "has_openapi": False, "has_generate": False, "has_dsl_version": False,
        "has_star": False, "import_extras": False, "orphans": True, "import_checks_types": False,
        "import_checks_forms": True, "import_checks_delivery": True, "base_node_pass": True,
        "title_required": False, "queued_streams": True, "invented_end": False,
        "run_outputs_text": False, "unknown_run_nulls": False, "failed_outputs_null": False,
        "stop_is_stored": False, "stop_text": "Stopped by user.", "start_shows_sys": True,
        "message_end_last": False, "chat_error_frame": False, "has_human_input": True,
        "form_under_v1": False, "resume_stops": False,
    },
    "1.16": {
        **_COMMON_NEW, "keeps_masked_secret": True, "unpublished_null": True, "unknown_export": 500,
        "console_run_missing": True, "version": "1.16.1", "dsl": "0.7.0", "pydantic": "2.12",
        "real_204": True, "tag_list_form": "plain", "bind_paths": ("",), "unbind_key": "tag_ids",
        "has_restore": True, "has_openapi": True, "has_generate": True, "has_dsl_version": True,
        "has_star": True, "import_extras": True, "orphans": False, "import_checks_types": False,
        "import_checks_forms": True, "import_checks_delivery": False, "base_node_pass": True,
        "title_required": False, "queued_streams": True, "invented_end": True,
        "run_outputs_text": False, "unknown_run_nulls": False, "failed_outputs_null": False,
        "stop_is_stored": True, "stop_text": "Aborted: User requested stop", "start_shows_sys": False,
        "message_end_last": False, "chat_error_frame": False, "has_human_input": True,
        "form_under_v1": True, "resume_stops": True,
    },
}

PROFILES: dict[str, Profile] = {name: Profile(**row) for name, row in _ROWS.items()}
