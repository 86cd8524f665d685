"""What the model behind a running workflow answers: always the same text
for the same messages, so that a test can say it beforehand."""
import json
import re

from .words import is_chinese, overlap, words

HEAD, TAIL = 120, 60


def echo(text):
    """The plain answer: a mark, then the message (its middle left out when
    it is long, so that both the order and the question show)."""
    text = text.strip()
    if len(text) > HEAD + TAIL:
        text = text[:HEAD] + " … " + text[-TAIL:]
    return ("[沙盒] " if is_chinese(text) else "[sandbox] ") + text


def classify(message):
    """The answer to a question classifier's prompt, or None when the message
    is not one. The class that shares most words with the input wins; of
    equals the first, and without any the last (where "other" stands)."""
    at = message.rfind('"categories"')
    if at < 0:
        return None
    classes = _classes(message, at)
    query = re.search(r'"input_text"\s*:\s*\["(.*?)"\]', message[:at], re.S)
    if not classes or not query:
        return None
    text = query.group(1)
    scores = [overlap(c["category_name"], text) for c in classes]
    best = scores.index(max(scores)) if max(scores) else len(classes) - 1
    chosen = classes[best]
    keywords = sorted(words(chosen["category_name"]) & words(text))
    body = {"keywords": keywords, "category_id": chosen["category_id"],
            "category_name": chosen["category_name"]}
    return "```json\n" + json.dumps(body, ensure_ascii=False) + "\n```"


def _classes(message, at):
    start = message.find("[", at)
    try:
        found, _ = json.JSONDecoder().raw_decode(message[start:])
    except ValueError:
        return None
    good = isinstance(found, list) and all(
        isinstance(c, dict) and "category_id" in c and "category_name" in c
        for c in found)
    return found if good else None


def extract(message):
    """The answer to a parameter extractor's prompt: JSON after its
    structure, or None when the message is not one."""
    structure = re.search(r"<structure>\s*(.*?)\s*</structure>", message,
                          re.S)
    text = re.findall(r"<text>\s*(.*?)\s*</text>", message, re.S)
    if not structure or not text:
        return None
    try:
        schema = json.loads(structure.group(1))
    except ValueError:
        return None
    return json.dumps(fill(schema, text[-1]), ensure_ascii=False)


def fill(schema, text, name=""):
    """A value that obeys a JSON schema, made from the text: the options and
    numbers that occur in it, `name: value` pairs, else the text itself."""
    if not isinstance(schema, dict):
        return text
    if "const" in schema:
        return schema["const"]
    options = schema.get("enum")
    if options:
        return next((o for o in options if str(o) in text), options[0])
    kind = schema.get("type", "object" if "properties" in schema
                      else "string")
    if isinstance(kind, list):
        kind = kind[0]
    filler = _FILLERS.get(kind)
    return filler(schema, text, name) if filler else None


def _object(schema, text, _name):
    return {key: fill(sub, text, key)
            for key, sub in schema.get("properties", {}).items()}


def _array(schema, text, name):
    parts = [p.strip() for p in re.split(r"[,;，；、\n]", text) if p.strip()]
    return [fill(schema.get("items", {"type": "string"}), p, name)
            for p in parts[:10]]


def _number(schema, text, name):
    found = re.search(re.escape(name) + r"\D{0,12}?(-?\d+(?:\.\d+)?)", text,
                      re.I) or re.search(r"(-?\d+(?:\.\d+)?)", text)
    value = float(found.group(1)) if found else 0
    return int(value) if value == int(value) else value


def _boolean(_schema, text, _name):
    return not re.search(r"\bno\b|\bnot\b|false|不|否|没", text, re.I)


def _string(_schema, text, name):
    pair = re.search(re.escape(name) + r"\s*[:：=]\s*([^,;，；\n]+)", text,
                     re.I) if name else None
    return pair.group(1).strip() if pair else text[:HEAD]


_FILLERS = {"object": _object, "array": _array, "number": _number,
            "integer": _number, "boolean": _boolean, "string": _string}


def tool_call(tools, message):
    """The call of the first function offered, its arguments filled."""
    function = tools[0].get("function", {})
    arguments = fill(function.get("parameters", {}), message)
    return {"id": "call_sandbox_1", "type": "function", "function": {
        "name": function.get("name", ""),
        "arguments": json.dumps(arguments, ensure_ascii=False)}}


def answer(message, response_format):
    """The text for the last user message of a workflow's LLM call."""
    for rule in (classify, extract):
        text = rule(message)
        if text is not None:
            return text
    kind = (response_format or {}).get("type")
    if kind == "json_schema":
        schema = response_format.get("json_schema", {}).get("schema", {})
        return json.dumps(fill(schema, message), ensure_ascii=False)
    if kind == "json_object":
        return json.dumps({"answer": echo(message)}, ensure_ascii=False)
    return echo(message)
