"""start, triggers, end, answer and the small nodes of containers."""
from __future__ import annotations

from ..errors import LoopBreak
from ..pool import references
from ..result import Job, Result
from ..walk import node


@node("start", "trigger-webhook", "trigger-schedule", "trigger-plugin", "datasource")
def start(job: Job) -> Result:
    """Gives the inputs; older releases list the sys variables too."""
    values = dict(job.run.inputs)
    shown = dict(values)
    if job.run.profile.start_shows_sys:
        shown.update({f"sys.{k}": v for k, v in job.run.system.items()})
    hidden = {**values, **{f"sys.{k}": v for k, v in job.run.system.items()}}
    return Result(outputs=shown, inputs=shown, hidden=hidden)


@node("end")
def end(job: Job) -> Result:
    """Gives its outputs; what does not exist is null."""
    outputs = {item["variable"]: job.pool.value(item["value_selector"]) for item in job.data["outputs"]}
    return Result(outputs=outputs, inputs=dict(outputs))


@node("answer")
def answer(job: Job) -> Result:
    """Gives its text."""
    old = job.run.profile.counts_index
    text = job.pool.text(job.data["answer"], markdown=True, unknown_empty=old)
    inputs = {".".join(s): job.pool.value(s) for s in references(job.data["answer"])} if old else {}
    return Result(outputs={"answer": text} if old else {"answer": text, "files": []}, inputs=inputs)


@node("iteration-start", "loop-start")
def container_start(job: Job) -> Result:
    """The first node of a container's body."""
    return Result()


@node("loop-end")
def loop_end(job: Job) -> Result:
    """Leaves the loop; outside one it does nothing."""
    if "loop_id" in job.walk.inside:
        raise LoopBreak
    return Result()
