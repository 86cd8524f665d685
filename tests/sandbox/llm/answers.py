"""Recorded answers, found again by the text of the request."""
import json


class Answers:
    """A list of (request, answers); the longest request that occurs in a
    message wins, so that one request may be part of another."""

    def __init__(self, pairs=()):
        self._pairs = sorted(pairs, key=lambda p: -len(p[0]))

    @classmethod
    def load(cls, paths):
        pairs = []
        for path in paths:
            with open(path, encoding="utf-8") as f:
                for number, line in enumerate(f, 1):
                    if line.strip():
                        pairs += cls._pair(path, number, json.loads(line))
        return cls(pairs)

    @staticmethod
    def _pair(path, number, row):
        request = row.get("prompt") or row.get("request")
        if not request or "answer" not in row:
            raise ValueError(f"{path}:{number}: needs prompt and answer")
        return [] if row["answer"] is None else [(request, [row["answer"], *row.get("then", [])])]

    def find(self, text, given=None):
        """The answer to a request. "then" holds what is answered to whoever
        asks again with the answer that was given; the last one ever after."""
        for request, answers in self._pairs:
            if request in text:
                at = next((i + 1 for i, a in enumerate(answers) if same(a, given)), 0)
                return answers[min(at, len(answers) - 1)]
        return None


def same(one, other):
    """Whether two texts are equal, or the same JSON."""
    try:
        return one == other or json.loads(one) == json.loads(other)
    except (TypeError, ValueError):
        return False
