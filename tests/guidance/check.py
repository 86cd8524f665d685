"""What llguidance says of a schema and of texts that it should take.

    check.py SCHEMA FILE...

Prints JSON: {"error": of the schema, "texts": {FILE: how it ended}}.
"""
import json
import sys
from pathlib import Path

from llguidance import LLMatcher, LLTokenizer

BYTES = LLTokenizer("byte")


def taken(grammar, text):
    """"" when a model could have written the text, else where it stops."""
    matcher = LLMatcher(BYTES, grammar)
    tokens = BYTES.tokenize_str(text)
    count = matcher.try_consume_tokens(tokens)
    if matcher.is_error():
        return matcher.get_error()
    if count < len(tokens):
        return f"byte {count}: {text[max(0, count - 60):count + 20]}"
    return "" if matcher.is_accepting() else "it is not over yet"


def main(schema, *files):
    grammar = LLMatcher.grammar_from_json_schema(Path(schema).read_text())
    error = LLMatcher.validate_grammar(grammar, BYTES)
    texts = {} if error else {
        file: taken(grammar, json.dumps(json.loads(Path(file).read_text()), ensure_ascii=False))
        for file in files}
    print(json.dumps({"error": error, "texts": texts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
