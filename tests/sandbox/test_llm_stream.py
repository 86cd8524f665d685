"""The sandbox LLM's pace, on a clock that the test turns."""
from llm import stream


def test_a_frame_that_is_late_does_not_delay_the_next(monkeypatch):
    now, sent = 100.0, []

    class Clock:
        monotonic = staticmethod(lambda: now)

        @staticmethod
        def sleep(seconds):
            nonlocal now
            now += seconds

    monkeypatch.setattr(stream, "time", Clock)
    for _ in stream.paced(range(4), 2.0):
        sent.append(now)
        now += 5.0 if len(sent) == 1 else 0.5
    assert sent == [102.0, 107.0, 107.5, 108.0]
