"""Runs a plan directly, without Dify: the second opinion on what a workflow
made from it must give. It knows what the plans of the sandbox LLM use."""
import json
import re

import jinja2

from llm import nodes, web

REF = re.compile(r"\{\{\s*([a-z_]\w*(?:\.\w+){1,4})\s*\}\}")
SCHEME = re.compile(r"https?://[^/]+")


class Ended(Exception):
    """An `end` step was reached; holds its outputs."""


class PlanRun:
    """One run of a plan: `values` grows as the steps are done."""

    def __init__(self, plan, inputs, query=None):
        self.plan = plan
        self.values = {"inputs": inputs, "sys": {"query": query}}
        self.said = []

    def outputs(self):
        try:
            self.do(self.plan["steps"])
        except Ended as end:
            return end.args[0]
        if self.plan["mode"] == "chat":
            return {"answer": "".join(self.said)}
        return self.named(self.plan["outputs"])

    def named(self, rows):
        return {row["name"]: self.read(row["from"]) for row in rows}

    def read(self, ref):
        """The value of a bare reference; any other text is itself."""
        parts = ref.split(".")
        if parts[0] not in self.values or len(parts) < 2:
            return self.fill(ref)
        value = self.values
        for part in parts:
            value = value[part]
        return value

    def fill(self, text):
        """A text with its references replaced, or one lone value."""
        lone = REF.fullmatch(text)
        if lone:
            return self.read(lone.group(1))
        return REF.sub(lambda m: str(self.read(m.group(1))), text)

    def do(self, steps):
        for step in steps:
            name = "step_" + step["type"].replace("-", "_")
            self.values[step["id"]] = getattr(self, name)(step)

    def part(self, part):
        self.do(part["do"])
        return {k: self.fill(v) for k, v in part.get("give", {}).items()}

    def step_llm(self, step):
        return {"text": nodes.answer(str(self.fill(step["prompt"])), None)}

    def step_code(self, step):
        space = {}
        exec(step["code"], space)
        return space["main"](**{arg: self.read(ref) for arg, ref
                                in step["inputs"].items()})

    def step_template_transform(self, step):
        return {"output": jinja2.Template(step["template"]).render(
            self.values)}

    def step_knowledge_retrieval(self, _step):
        return {"result": []}

    def step_http_request(self, step):
        url = SCHEME.sub("", self.fill(step["url"]))
        path, _, given = url.partition("?")
        query = dict(p.split("=") for p in given.split("&") if p)
        query.update({k: self.fill(v)
                      for k, v in step.get("params", {}).items()})
        answer = {"/api/weather": lambda: web.weather(query),
                  "/api/order": lambda: web.order(query),
                  "/echo": lambda: self.echo(step, query)}[path]()
        return {"body": json.dumps(answer, ensure_ascii=False),
                "status_code": 200}

    def echo(self, step, query):
        data = step.get("body", {}).get("data", "")
        headers, text = {}, data
        if isinstance(data, dict):
            text = "&".join(f"{k}={self.fill(v)}" for k, v in data.items())
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return web.echo(step["method"].upper(), "/echo", query, headers,
                        self.fill(text).encode())

    def step_answer(self, step):
        self.said.append(str(self.fill(step["text"])))

    def step_end(self, step):
        raise Ended(self.named(step["outputs"]))

    def step_if_else(self, step):
        for case in step["cases"]:
            if self.holds(case["when"]):
                return self.part(case)
        return self.part(step["else"]) if "else" in step else {}

    def holds(self, when):
        kind, rows = next(iter(when.items()))
        return {"all": all, "any": any}[kind](self.row(r) for r in rows)

    def row(self, row):
        left, right = self.read(row["left"]), row.get("right")
        return {
            "is": lambda: left == right,
            "contains": lambda: right in left,
            "empty": lambda: not left,
            ">": lambda: left > float(right),
            ">=": lambda: left >= float(right),
            "<=": lambda: left <= float(right),
        }[row["op"]]()

    def step_question_classifier(self, step):
        classes = [{"category_id": str(i), "category_name": c["name"]}
                   for i, c in enumerate(step["classes"])]
        prompt = '{"input_text": ["%s"], "categories": %s}' % (
            self.read(step["query"]), json.dumps(classes))
        chosen = json.loads(nodes.classify(prompt).strip("`json\n"))
        part = self.part(step["classes"][int(chosen["category_id"])])
        return {"class_name": chosen["category_name"], **part}
