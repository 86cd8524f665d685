/* prompt_edit.c: the prompt that has a workflow changed. */
#include "base/limits.h"
#include "dsl/catalogue.h"
#include "dsl/show.h"
#include "llm/prompt_edit.h"
#include "llm/prompt_parts.h"
#include "llm/prompt_text.h"
#include "llm/tokens.h"
#include "text/json.h"

#include <string.h>

const char prompt_edit_form[] =
	"You are the Dify Studio editor. You change a workflow that exists as "
	"a person asks, in whatever language.\n"
	"Answer with exactly one JSON object and nothing else: no prose, no "
	"code fence.\n"
	"{\"summary\": \"one sentence in the language of the request: what you "
	"changed\", \"operations\": [], \"questions\": []}\n\n"
	"# The workflow\n"
	"You get it as nodes. Each says by next (also in cases, classes, else) "
	"which nodes follow it; children stand in their container's nodes. "
	"\"dify\" holds what is in Dify's own words. A text reads a value as "
	"{{ID.OUTPUT}}; a field that takes one value holds a bare ID.OUTPUT. "
	"Only what runs earlier can be read. A variable-aggregator joins "
	"branches: it hands on the value of the branch that ran.\n\n"
	"# Operations\n"
	"They are applied in order to a copy. What they do not name stays as "
	"it is, so name nothing that need not change.\n"
	"- {\"op\": \"add\", \"steps\": [STEP, ...], \"after\": ID}: what "
	"followed ID follows the last step. \"branch\": BRANCH when ID splits. "
	"Or \"before\": ID, or \"in\": CONTAINER (first in it), or after and "
	"before: between these two.\n"
	"- {\"op\": \"change\", \"node\": ID, \"fields\": {\"title\", "
	"\"prompt\", ...}}: only the fields that change, each whole.\n"
	"- {\"op\": \"remove\", \"node\": ID}; of a node that splits, "
	"\"keep\": BRANCH says which branch stays.\n"
	"- {\"op\": \"move\", \"node\": ID, \"after\" or \"before\": ID}\n"
	"- {\"op\": \"add_branch\", \"node\": ID, \"branch\": {\"name\" "
	"(class) "
	"or \"when\" (case), \"do\": [STEP, ...], \"give\": {NAME: "
	"\"{{REF}}\"}}}: it goes on where the other branches meet, or at "
	"\"next\": ID. Where they meet in a variable-aggregator it must give a "
	"value, under the name of each group, or \"output\".\n"
	"- {\"op\": \"remove_branch\", \"node\": ID, \"branch\": BRANCH}\n"
	"- {\"op\": \"connect\", \"from\": ID, \"branch\": BRANCH, \"to\": ID "
	"or null}\n"
	"- {\"op\": \"add_input\", \"input\": {\"name\", \"type\": "
	"text|paragraph|select|number|checkbox|file|files|json, \"label\", "
	"\"required\", \"options\"}}; {\"op\": \"change_input\", \"name\", "
	"\"fields\": {}}; {\"op\": \"remove_input\", \"name\"}\n"
	"- {\"op\": \"add_output\", \"output\": {\"name\", \"from\": REF}}; "
	"{\"op\": \"change_output\", \"name\", \"from\": REF}; {\"op\": "
	"\"remove_output\", \"name\"}; \"node\": ID when there are several "
	"ends.\n"
	"- {\"op\": \"set_variable\", \"scope\": \"env\" or \"conversation\" "
	"(chat), \"variable\": {\"name\", \"type\", \"value\"}}\n"
	"- {\"op\": \"workflow\", \"fields\": {\"name\", \"description\", "
	"\"opening_statement\", \"suggested_questions\"}}\n"
	"BRANCH is a class's name, a case's number from 1, an action's id, "
	"\"else\", \"timeout\" or \"error\".\n"
	"A STEP that splits holds its parts in \"do\"; after it the flow has "
	"joined again; values leave a part by \"give\": {NAME: \"{{REF}}\"} "
	"and are read as ID.NAME afterwards.\n";

const char prompt_edit_rules[] =
	"\n# Rules\n"
	"- Ids of new steps: lower-case ASCII letters, digits and _, starting "
	"with a letter; none that is there. Titles and texts are in the "
	"language of the workflow.\n"
	"- Whoever read a node that you remove, or should now read a new one, "
	"must be changed, too: fields of later nodes, outputs of the end, the "
	"text of an answer.\n"
	"- \"at the end\" is before the end node; then change_output hands out "
	"the new value. In chat: before the answer, whose text is changed.\n"
	"- Do not change inputs and outputs, and do not remove nodes, unless "
	"that is asked for or cannot be avoided.\n"
	"- Texts that begin with studio-secret: stand for secrets; leave them "
	"as they are.\n"
	"- Use only models, knowledge bases and tools that are listed.\n"
	"- When the request cannot be carried out, answer with no operations "
	"and say why in summary.\n";

const char prompt_edit_examples[] =
	"\n# Examples\n"
	"Change: Translate the reply to French at the end.\n"
	"{\"summary\":\"The reply is now translated to French before it is "
	"handed out.\",\"operations\":[{\"op\":\"add\",\"before\":\"end\","
	"\"steps\":[{\"id\":\"french\",\"type\":\"llm\",\"title\":\"Translate "
	"to French\",\"prompt\":\"Translate to French:\\n{{draft.text}}\"}]},"
	"{\"op\":\"change_output\",\"name\":\"reply\",\"from\":\"french.text\"}"
	"],\"questions\":[]}\n"
	"Change: 增加一个退款的分支，并让技术类的回复更简短\n"
	"{\"summary\":\"增加了退款分支；技术类回复改为不超过三句。\","
	"\"operations\":[{\"op\":\"add_branch\",\"node\":\"sort\",\"branch\":"
	"{\"name\":\"退款\",\"do\":[{\"id\":\"refund\",\"type\":\"llm\","
	"\"title\":\"退款回复\",\"prompt\":\"为这封退款邮件写一段回复：\\n"
	"{{start.mail}}\"}],\"give\":{\"output\":\"{{refund.text}}\"}}},{"
	"\"op\":"
	"\"change\",\"node\":\"tech\",\"fields\":{\"prompt\":\"用不超过三句话"
	"回答：\\n{{start.mail}}\"}}],\"questions\":[]}\n";

/* Routed by these, an edit gets the types that most of them want. */
const char prompt_usual_words[] =
	"translate summarise rewrite answer reply if condition template";

static void
types_of(const struct value *dsl, struct llm_types *types)
{
	value_each(node, value_find(dsl, "/workflow/graph/nodes")) {
		const char *name =
			value_get_text(value_get(node, "data"), "type", "");

		for (size_t i = 0; i < node_type_count; i++)
			if (strcmp(node_types[i]->name, name) == 0)
				types->has[i] = true;
	}
}

void
llm_edit_prompt(struct arena *a, const char *request, const struct value *dsl,
	const struct dsl_target *target, struct llm_prompt *out)
{
	struct llm_types types = {0};
	struct value *handles;
	struct str text;

	str_init(&text, a, LIMIT_BODY);
	str_puts(&text, prompt_edit_form);
	types_of(dsl, &types);
	handles = prompt_put_kit(&text, request, &types, target);
	str_puts(&text, prompt_edit_rules);
	str_puts(&text, prompt_edit_examples);
	*out = (struct llm_prompt){
		text.s, llm_tokens(text.s, text.len), "", handles};
}

const char *
llm_edit_request(struct arena *a, const char *request, const struct value *dsl,
	const struct value *before, const struct dsl_target *target)
{
	struct str text;

	str_init(&text, a, 2 * LIMIT_DOCUMENT);
	str_puts(&text, "# Workflow\n");
	jsonx_write(&text, dsl_show_flow(a, dsl, target), 0);
	if (value_count(before) > 0)
		str_puts(&text, "\n\n# Changed before, as was asked\n");
	value_each(line, before)
		if (value_text(line) != NULL)
			str_printf(&text, "- %s\n", value_text(line));
	str_printf(&text, "\n\n# Change\n%s", request);
	return text.s;
}

const char *
llm_edit_mend_prompt(struct arena *a, const struct findings *findings)
{
	struct str out;

	str_init(&out, a, LIMIT_BODY);
	str_puts(&out, "Your operations have mistakes:\n");
	prompt_put_findings(&out, findings);
	str_puts(&out,
		"Write all operations again with these mended; they are "
		"applied to the workflow as it was. Answer with the JSON "
		"object alone.");
	return out.s;
}
