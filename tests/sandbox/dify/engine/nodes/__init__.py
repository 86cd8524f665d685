"""What nodes do, one module a family."""
from . import (agents, aggregate, assign, branch, classify, code, containers, documents, ends, extract, human, knowledge,
               lists, llm, requests, template)

__all__ = ["agents", "aggregate", "assign", "branch", "classify", "code", "containers", "documents", "ends", "extract",
           "human", "knowledge", "lists", "llm", "requests", "template"]
