"""The editor: operations that change a workflow, by the words of the request."""
import json
import re

from .words import is_chinese, overlap

MARK = "Dify Studio editor"
LANGUAGES = (
    ("French", "法语", "french"), ("German", "德语", "german"),
    ("Japanese", "日语", "japanese"), ("English", "英文|英语", "english"),
    ("Spanish", "西班牙语", "spanish"), ("Chinese", "中文", "chinese"))
TAKE_AWAY = r"\b(remove|delete|drop|without)\b|去掉|删除|移除|不要"
BRANCH = r"\b(branch|class|category|case)\b|分支|类别|分类"
TRANSLATE = r"translat|翻译|译成"
RENAME = r"\b(call|rename|name)\b.* (workflow|it)\b|改名|命名为"
INPUT = r"\binput\b|\bfield\b|输入|字段"
WRONG = r"\bwrongly\b|写错"


FAILED = r"^Run in Dify with the inputs .* this workflow failed"


def is_editor(messages):
    return any(m["role"] in ("system", "developer") and MARK in m["text"]
               for m in messages)


def parts(messages):
    """-> (flow, change, times answered before)."""
    asked = next((m["text"] for m in messages
                  if m["role"] == "user" and "# Workflow\n" in m["text"]), "")
    flow, _, change = asked.partition("\n\n# Change\n")
    flow = flow.split("# Workflow\n", 1)[-1].split("\n\n# Changed before")[0]
    try:
        flow = json.loads(flow)
    except ValueError:
        flow = {"nodes": []}
    return flow, change, sum(m["role"] == "assistant" for m in messages)


def answer(messages, recorded):
    """-> (rule, text)."""
    flow, change, before = parts(messages)
    given = next((m["text"] for m in reversed(messages) if m["role"] == "assistant"), None)
    known = recorded.find(change, given)
    if known is not None:
        return "recorded", known
    said, operations = _Edit(flow, change).operations()
    if re.search(WRONG, change, re.I) and before == 0:
        operations = [{"op": "remove", "node": "nobody"}, *operations]
    return "edit", json.dumps({"summary": said, "operations": operations,
                               "questions": []}, ensure_ascii=False)


def _every(nodes):
    for node in nodes:
        yield node
        yield from _every(node.get("nodes", ()))


class _Edit:
    def __init__(self, flow, change):
        self.nodes = flow.get("nodes", [])
        self.all = list(_every(self.nodes))
        self.change = change
        self.zh = is_chinese(change)
        self.ids = {n["id"] for n in self.all}

    def say(self, en, zh):
        return zh if self.zh else en

    def has(self, pattern):
        return re.search(pattern, self.change, re.I)

    def fresh(self, base):
        name, i = base, 2
        while name in self.ids:
            name, i = f"{base}_{i}", i + 1
        return name

    def of_type(self, *types):
        return [n for n in self.all if n["type"] in types]

    def named(self):
        """The node that the request speaks of, by title or id."""
        best, most = None, 0
        for node in self.all:
            title = str(node.get("title", ""))
            if node["type"] == "start":
                continue
            score = (10 if title and title.lower() in self.change.lower()
                     else 9 if re.search(rf"\b{re.escape(node['id'])}\b",
                                         self.change)
                     else overlap(title, self.change))
            if score > most:
                best, most = node, score
        return best

    def operations(self):
        if self.has(FAILED):
            return self._mend()
        if self.has(RENAME):
            return self._rename()
        if self.has(TAKE_AWAY):
            return self._remove()
        if self.has(BRANCH) and self.of_type("question-classifier"):
            return self._branch()
        if self.has(TRANSLATE):
            return self._translate()
        if self.has(INPUT):
            return self._input()
        return self._reword()

    def _mend(self):
        """Code that failed in a run becomes code that can't."""
        node = next(iter(self.of_type("code")), None)
        if node is None:
            return self._reword()
        outputs = node.get("outputs") or {}
        names = list(outputs) if isinstance(outputs, dict) else [
            o.get("name") for o in outputs]
        taken = node.get("inputs") or {}
        given = list(taken) if isinstance(taken, dict) else [
            i.get("name") for i in taken]
        code = "def main(%s):\n    text = ' '.join(str(v) for v in [%s])\n" \
            "    return {%s}" % (", ".join(given), ", ".join(given),
                                 ", ".join(f"'{n}': text" for n in names))
        return ("The code does not fail any more.",
                [{"op": "change", "node": node["id"],
                  "fields": {"code": code}}])

    def _rename(self):
        name = re.split(r"workflow|it|改名为?|命名为", self.change)[-1]
        name = name.strip(' :：“”"\'.。') or "Workflow"
        return (self.say(f"It is called {name} now.", f"已改名为{name}。"),
                [{"op": "workflow", "fields": {"name": name}}])

    def _remove(self):
        node = self.named()
        if node is None:
            return (self.say("No node is meant.", "没有找到要删除的节点。"),
                    [])
        out = {"op": "remove", "node": node["id"]}
        if node["type"] in ("if-else", "question-classifier"):
            out["keep"] = ("else" if node["type"] == "if-else"
                           else node["classes"][0]["name"])
        return self.say("Removed.", "已删除。"), [out]

    def _meeting(self, split):
        """The aggregator that a branch of a classifier comes to, or None."""
        by_id = {n["id"]: n for n in self.all}
        for part in split.get("classes", ()):
            at, steps = part.get("next"), 0
            while isinstance(at, str) and at in by_id and steps < 50:
                node = by_id[at]
                if node["type"] == "variable-aggregator":
                    return node
                at, steps = node.get("next"), steps + 1
        return None

    def _branch(self):
        split = self.of_type("question-classifier")[0]
        word = (re.search(r"(?:for|called|about) (?:the )?[\"“]?([a-z]+)",
                          self.change, re.I)
                or re.search(r"(?:增加|添加|加)(?:一个|一条)?[“\"]?"
                             r"(?:关于|处理)?([\u4e00-\u9fff]{2,4}?)"
                             r"[”\"]?的?(?:分支|类别|分类)", self.change))
        name = word.group(1) if word else self.say("other", "其他")
        step = self.fresh("extra")
        branch = {"name": name, "do": [
            {"id": step, "type": "llm", "title": name,
             "prompt": self.say("Answer in a friendly way: ", "友好地回答：")
             + "{{%s}}" % split["query"]}]}
        join = self._meeting(split)
        if join is not None:
            groups = (join.get("dify", {}).get("advanced_settings") or
                      {}).get("groups") or []
            names = [g["group_name"] for g in groups] or ["output"]
            branch["give"] = {n: "{{%s.text}}" % step for n in names}
        return (self.say(f"Added a branch for {name}.", f"增加了{name}分支。"),
                [{"op": "add_branch", "node": split["id"], "branch": branch}])

    def _language(self):
        for english, chinese, word in LANGUAGES:
            if re.search(english + "|" + chinese, self.change, re.I):
                return self.say(english, chinese.split("|")[0]), word
        return self.say("English", "英文"), "english"

    def _translate(self):
        language, word = self._language()
        step = self.fresh(word)
        ends = self.of_type("end")
        answers = self.of_type("answer")
        if ends and ends[0].get("outputs"):
            output = ends[0]["outputs"][-1]
            source = output["from"]
            last = [{"op": "change_output", "name": output["name"],
                     "from": f"{step}.text", "node": ends[0]["id"]}]
            before = ends[0]["id"]
        elif answers:
            source = None
            before = answers[-1]["id"]
            last = [{"op": "change", "node": before,
                     "fields": {"text": "{{%s.text}}" % step}}]
        else:
            return self._reword()
        text = ("{{%s}}" % source if source
                else answers[-1].get("text", ""))
        add = {"op": "add", "before": before, "steps": [
            {"id": step, "type": "llm",
             "title": self.say(f"Translate to {language}",
                               f"翻译成{language}"),
             "prompt": self.say(f"Translate to {language}:\n",
                                f"翻译成{language}：\n") + text}]}
        return (self.say(f"The result is translated to {language}.",
                         f"结果会翻译成{language}。"), [add, *last])

    def _input(self):
        return (self.say("Added an input.", "增加了一个输入。"),
                [{"op": "add_input", "input": {
                    "name": self.fresh("note"), "type": "text",
                    "label": self.say("Note", "备注"), "required": False}}])

    def _reword(self):
        node = self.named()
        if node is None or "prompt" not in node:
            node = next((n for n in reversed(self.all) if "prompt" in n),
                        None)
        if node is None:
            return self.say("Nothing to change.", "没有可改的内容。"), []
        wish = " ".join(self.change.split())
        return (self.say("The instruction says so now.", "已写入提示词。"),
                [{"op": "change", "node": node["id"], "fields": {
                    "prompt": f"{node['prompt']}\n{wish}"}}])
