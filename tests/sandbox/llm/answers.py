"""Recorded answers, found again by the text of the request."""
import json


class Answers:
    """A list of (request, answer); the longest request that occurs in a
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
        return [] if row["answer"] is None else [(request, row["answer"])]

    def find(self, text):
        for request, answer in self._pairs:
            if request in text:
                return answer
        return None
