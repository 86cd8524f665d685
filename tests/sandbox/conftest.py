"""Puts the sandbox and the shared helpers on the path."""
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "sandbox"), str(TESTS)]
