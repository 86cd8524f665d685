"""A plausible plan for any prompt, made from the words in it."""
import json
import re

from .words import is_chinese

# What a word in the prompt asks for; a step is made for each hit, in the
# order of this table.
ASKS = (
    ("http-request", r"https?:|\burl\b|\bapi\b|webhook|weather|fetch|"
                     r"网址|接口|天气|抓取|网页"),
    ("knowledge-retrieval", r"knowledge|handbook|\bdocs?\b|manual|policy|"
                            r"知识库|手册|文档|制度|资料"),
    ("code", r"\bcode\b|calculat|count|\bsum\b|parse|python|"
             r"代码|计算|统计|求和|解析"),
    ("question-classifier", r"classif|categor|\bsort|route|triage|"
                            r"分类|归类|分流|分成.*类|识别意图"),
    ("if-else", r"\bif\b|otherwise|\bcheck\b|whether|longer than|"
                r"如果|否则|是否|判断|超过"),
    ("llm", r"summar|translat|write|draft|repl(y|ies)|answer|explain|"
            r"rewrite|总结|摘要|翻译|撰写|回复|回答|解释|润色"),
    ("template-transform", r"template|format|report|markdown|card|"
                           r"模板|格式|报告|排版|卡片"),
)
CHAT = r"\bchat|\bbot\b|conversation|assistant|聊天|对话|机器人|助手|(智能|在线)客服"
LIMIT = 200


def wanted(prompt):
    found = [kind for kind, pattern in ASKS
             if re.search(pattern, prompt, re.I)]
    return found or ["llm"]


class _Plan:
    """Grows step by step; `text` is the reference to the newest text."""

    def __init__(self, prompt, base_url):
        self.zh = is_chinese(prompt)
        self.base_url = base_url
        self.chat = bool(re.search(CHAT, prompt, re.I))
        self.task = " ".join(prompt.split())[:LIMIT]
        self.text = "sys.query" if self.chat else "inputs.text"
        self.source = self.text
        self.steps = []

    def say(self, en, zh):
        return zh if self.zh else en

    def add(self, step, output):
        self.steps.append(step)
        self.text = f"{step['id']}.{output}"

    def http_request(self):
        self.add({"id": "fetch", "type": "http-request", "method": "get",
                  "url": f"{self.base_url}/echo",
                  "params": {"q": "{{%s}}" % self.text}}, "body")

    def knowledge_retrieval(self):
        self.steps.append({
            "id": "look_up", "type": "knowledge-retrieval",
            "query": self.source, "knowledge": ["handbook"]})

    def code(self):
        self.add({"id": "measure", "type": "code",
                  "inputs": {"text": self.text},
                  "outputs": {"summary": "string", "length": "number"},
                  "code": "def main(text: str) -> dict:\n"
                          "    text = text or ''\n"
                          "    return {'summary': text.strip(),"
                          " 'length': len(text)}\n"}, "summary")

    def question_classifier(self):
        self._split("route", {
            "type": "question-classifier", "query": self.source,
            "classes": [self._part("name", self.say(*name), i)
                        for i, name in enumerate((
                            ("question or help", "提问或求助"),
                            ("complaint or refund", "投诉或退款"),
                            ("anything else", "其他")))]})

    def if_else(self):
        when = {"all": [{"left": self.source, "op": "contains",
                         "right": self.say("urgent", "紧急")}]}
        self._split("decide", {
            "type": "if-else", "cases": [self._part("when", when, 0)],
            "else": self._part(None, None, 1)})

    def _part(self, key, value, number):
        step = {"id": f"part_{len(self.steps)}_{number}", "type": "llm",
                "prompt": self._prompt()}
        part = {"do": [step], "give": {"reply": "{{%s.text}}" % step["id"]}}
        return {key: value, **part} if key else part

    def _split(self, name, step):
        self.add({"id": name, **step}, "reply")

    def _prompt(self):
        lead = self.say("Do this", "请完成")
        return f"{lead}: {self.task}\n{{{{{self.text}}}}}"

    def llm(self):
        step = {"id": "write", "type": "llm", "prompt": self._prompt()}
        if any(s["id"] == "look_up" for s in self.steps):
            step["context"] = "look_up.result"
        self.add(step, "text")

    def template_transform(self):
        title = self.say("Result", "结果")
        self.add({"id": "layout", "type": "template-transform",
                  "template": f"# {title}\n\n{{{{ {self.text} }}}}"},
                 "output")

    def finish(self):
        plan = {"name": self.task[:40],
                "description": self.task, "steps": self.steps}
        if self.chat:
            plan["mode"] = "chat"
            plan["steps"].append({"id": "reply", "type": "answer",
                                  "text": "{{%s}}" % self.text})
            return plan
        label = self.say("Text", "文本")
        plan.update(
            mode="workflow",
            inputs=[{"name": "text", "type": "paragraph", "label": label,
                     "required": True}],
            outputs=[{"name": "result", "from": self.text}])
        return plan


def write(prompt, base_url):
    """The plan as JSON text."""
    plan = _Plan(prompt, base_url)
    kinds = wanted(prompt)
    if "knowledge-retrieval" in kinds and "llm" not in kinds:
        kinds.append("llm")
    for kind in kinds:
        getattr(plan, kind.replace("-", "_"))()
    return json.dumps(plan.finish(), ensure_ascii=False, indent=2)
