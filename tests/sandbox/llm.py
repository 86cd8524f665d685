#!/usr/bin/python3
"""Start the sandbox LLM: OpenAI chat completions answered by rules, for tests and for a first look without a model."""
import sys

from llm.main import main

if __name__ == "__main__":
    sys.exit(main())
