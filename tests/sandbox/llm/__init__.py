"""The sandbox LLM: an OpenAI-compatible server whose every answer can be predicted."""
