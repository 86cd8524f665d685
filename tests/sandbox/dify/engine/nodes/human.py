"""human-input: the run waits for a person."""
from __future__ import annotations

from ..result import Job, Result
from ..walk import node


@node("human-input")
def human_input(job: Job) -> Result:
    """Pauses; the release that has the type but not the feature never ends."""
    if not job.run.profile.has_human_input:
        while True:
            job.run.sleep(1)
    content = job.pool.text(job.data["form_content"])
    return Result(paused={"execution": job.execution, "content": content, "data": job.data, "title": job.node.title})
