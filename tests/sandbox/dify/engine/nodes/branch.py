"""if-else."""
from __future__ import annotations

from ..conditions import ConditionError, evaluate
from ..errors import NodeError
from ..result import Job, Result
from ..walk import node


@node("if-else")
def if_else(job: Job) -> Result:
    """The first case that holds decides the handle; else it is `false`."""
    strict = not job.run.profile.eager_nodes
    cases = job.data["cases"]
    if cases is None or (not cases and not job.run.profile.has_generate):
        cases = [{"case_id": "true", "logical_operator": job.data["logical_operator"] or "and",
                  "conditions": job.data["conditions"] or []}]
    chosen = "false"
    try:
        for case in cases:
            if evaluate(case["conditions"], case["logical_operator"], job.pool, strict):
                chosen = case["case_id"]
                break
    except (ConditionError, TypeError) as error:
        raise NodeError(str(error), "ValueError") from None
    shown = [{"actual_value": job.pool.value(c["variable_selector"]), "comparison_operator": c["comparison_operator"],
              "expected_value": c["value"]} for case in cases for c in case["conditions"]]
    return Result(outputs={"result": chosen != "false", "selected_case_id": chosen}, inputs={"conditions": shown}, handle=chosen)
