"""40 callers wait on generate-dsl and 40 on POST /api/workflows while 16
connections list workflows: all get their answer, listing stays quick."""
import threading
import time

from lib import dsl as dsl_of
from lib.prompts import load
from wrk import wrk

CALLERS, SECONDS = 40, 4
PROMPT = load()[1]["prompt"]


def listing(world):
    token = world.api.http.headers["Authorization"].removeprefix("Bearer ")
    return wrk(world.studio.url + "/api/workflows?limit=20", SECONDS,
               token=token)


def test_parked_callers_do_not_slow_the_list(loaded):
    listing(loaded)
    idle = listing(loaded)
    loaded.llm.fault(kind="stall", value=SECONDS + 3, times=0)
    loaded.dify.fault(match="POST /console/api/apps/imports", kind="slow",
                      value=SECONDS + 3, times=CALLERS)
    answers = []

    def ask(call):
        answers.append(call())

    def create(number):
        return loaded.api.create(dsl_of.small(f"Parked {number:02d}"),
                                 want=None)

    calls = [lambda: loaded.api.generate(PROMPT, want=None)] * CALLERS
    calls += [lambda n=n: create(n) for n in range(CALLERS)]
    threads = [threading.Thread(target=ask, args=(c,)) for c in calls]
    for t in threads:
        t.start()
    time.sleep(2)
    busy = listing(loaded)
    assert len(answers) == 0, "the callers are still parked"
    loaded.llm.heal()
    for t in threads:
        t.join()
    print(f"\nlist p95: idle {idle['p95_ms']:.1f} ms, with {2 * CALLERS} "
          f"parked {busy['p95_ms']:.1f} ms; {idle['rate']:.0f} and "
          f"{busy['rate']:.0f} requests/s")
    codes = sorted(a.status_code for a in answers)
    assert codes == [200] * CALLERS + [201] * CALLERS
    assert idle["status"] + idle["broken"] == 0
    assert busy["status"] + busy["broken"] == 0
    assert busy["p95_ms"] <= 2 * idle["p95_ms"]
    for number in range(CALLERS):
        assert loaded.apps_named(f"Parked {number:02d}") == 1
