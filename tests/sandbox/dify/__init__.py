"""A small Dify for development and tests: console, service and knowledge APIs and a graph engine."""
