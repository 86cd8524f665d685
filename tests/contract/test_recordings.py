"""Recorded answers.

Compares members and types of all that the suite saw from a Dify, at its end, with the recordings of that release in the
folder DIFY_RECORDINGS; without it the summary says that nothing was compared.
"""
import os
from pathlib import Path

import shapes

FOLDER = os.environ.get("DIFY_RECORDINGS")

if FOLDER:
    def test_shapes(dify):
        """answers have the members and types that were recorded"""
        folder = Path(FOLDER) / ".".join(map(str, dify.version))
        assert folder.is_dir(), folder
        table = shapes.recorded(folder)
        both = sorted(q for q in dify.seen if q in table)
        assert both, "the suite saw no answer that was recorded"
        found = {f"{q}: {d}" for q in both for ours in dify.seen[q].values() for d in shapes.best(table[q], ours)}
        print(f"\n{dify.name}: {len(both)} questions compared, {len(found)} differences")
        assert not found, "\n".join(sorted(found))
