/* finding_table.c: every kind of finding, with what it says. One block a file
 * that makes them. */
#include "base/nitems.h"
#include "dsl/finding.h"

const struct finding_kind finding_kinds[] = {
	/* extract.c */
	{"answer_empty", TIER_E, false, "The answer is empty.", "回答为空。"},
	{"answer_no_json", TIER_E, false,
		"The answer holds no plan: no JSON object was found in it.",
		"回答中没有方案：找不到 JSON 对象。"},
	{"answer_cut", TIER_W, false,
		"The answer ended too early (line %1); what was open has been "
		"closed, so the end of the plan may be missing.",
		"回答提前结束（第 %1 "
		"行）；未闭合的部分已补全，方案结尾可能缺失。"},
	{"answer_not_plan", TIER_E, false,
		"The answer is JSON, but no plan: %1 is missing.",
		"回答是 JSON，但不是方案：缺少 %1。"},
	/* flow.c */
	{"too_many_nodes", TIER_E, false,
		"The workflow has more than %1 nodes; the rest was left out.",
		"工作流节点超过 %1 个；其余已略去。"},
	{"too_many_edges", TIER_E, false,
		"The workflow has more than %1 edges; the rest was left out.",
		"工作流连线超过 %1 条；其余已略去。"},
	/* ref.c, fill*.c: references and fields of a plan */
	{"plan_reference_unknown", TIER_R, false,
		"\"%1\" refers to \"%2\", which does not exist at this place.",
		"“%1”引用了“%2”，而此处没有它。"},
	{"plan_field_missing", TIER_E, false,
		"The field \"%1\" of step \"%2\" is missing.",
		"步骤“%2”缺少字段“%1”。"},
	{"plan_no_reference", TIER_E, false,
		"The field \"%1\" must be a reference such as inputs.text, but "
		"is \"%2\".",
		"字段“%1”应是引用（如 inputs.text），实际为“%2”。"},
	{"plan_model_unknown", TIER_W, false,
		"There is no model \"%1\"; \"%2\" is used.",
		"没有模型“%1”，改用“%2”。"},
	{"plan_dataset_unknown", TIER_L, false,
		"The knowledge base \"%1\" is not known.",
		"未知的知识库“%1”。"},
	{"plan_tool_unknown", TIER_L, false,
		"The tool \"%1\" is not known to be installed.",
		"未确认已安装工具“%1”。"},
	/* lower*.c: the steps of a plan */
	{"plan_step_shape", TIER_E, false, "A step must be an object.",
		"步骤必须是对象。"},
	{"plan_type_unknown", TIER_E, false,
		"The type \"%1\" of step \"%2\" does not exist; the step was "
		"left out.",
		"步骤“%2”的类型“%1”不存在；该步骤已略去。"},
	{"plan_type_unfit", TIER_E, false,
		"A step cannot be of type \"%1\" (step \"%2\").",
		"步骤不能是类型“%1”（步骤“%2”）。"},
	{"plan_id_repeated", TIER_W, false,
		"The id \"%1\" is used twice; the nearest step counts.",
		"标识“%1”重复；以最近的步骤为准。"},
	{"plan_step_unreachable", TIER_L, false,
		"The step \"%1\" is never reached: every part before it ends.",
		"步骤“%1”永远不会执行：之前的分支都已结束。"},
	{"plan_split_empty", TIER_E, false,
		"The step \"%1\" splits into nothing.",
		"步骤“%1”没有任何分支。"},
	{"plan_parallel_small", TIER_W, false,
		"The parallel step \"%1\" has fewer than two branches.",
		"并行步骤“%1”少于两个分支。"},
	{"plan_give_missing", TIER_R, false,
		"A part of \"%2\" does not give \"%1\", which the other parts "
		"give.",
		"“%2”的一个分支没有给出“%1”，而其他分支给出了。"},
	{"plan_give_types", TIER_R, false,
		"\"%1\" is of type %2 in one part and of type %3 in another.",
		"“%1”在一个分支中是 %2，在另一个分支中是 %3。"},
	{"plan_give_taken", TIER_W, false,
		"\"%1\" is already an output of the step; give it another "
		"name.",
		"“%1”已是该步骤的输出；请换一个名称。"},
	{"plan_file_not_carried", TIER_R, false,
		"A single file cannot be handed on as \"%1\" (%2); hand on a "
		"list of files.",
		"单个文件不能作为“%1”传出（%2）；请使用文件列表。"},
	{"plan_iteration_gives", TIER_W, false,
		"The iteration \"%1\" gives more than one value; the first "
		"counts.",
		"迭代“%1”给出多个值；以第一个为准。"},
	{"plan_flattened", TIER_W, false,
		"This version of Dify makes one flat list of the lists that "
		"\"%1\" hands on.",
		"此版本的 Dify 会把“%1”输出的多个列表合并为一个列表。"},
	{"plan_nested_too_deep", TIER_E, false,
		"Containers nest two deep at most (\"%1\").",
		"容器最多嵌套两层（“%1”）。"},
	{"plan_input_type", TIER_W, false,
		"The input \"%1\" has the unknown type \"%2\"; it became a "
		"paragraph.",
		"输入“%1”的类型“%2”未知；已改为段落。"},
	{"plan_variable_name", TIER_E, false,
		"\"%1\" cannot be the name of a variable.",
		"“%1”不能作为变量名。"},
	{"plan_conversation_mode", TIER_R, false,
		"Conversation variables exist in chat mode only.",
		"会话变量仅在对话模式中可用。"},
	{"plan_no_output", TIER_L, false,
		"The workflow has no output, and its last step hands on "
		"nothing.",
		"工作流没有输出，最后一步也没有可输出的值。"},
	{"plan_outputs_unreachable", TIER_L, false,
		"The outputs are never reached: every part ends before them.",
		"输出永远不会到达：所有分支都已提前结束。"},
	{"plan_outputs_and_answers", TIER_W, false,
		"In a chat with answer steps the outputs are not used.",
		"对话中已有回答步骤，输出不会被使用。"},
	/* graph*.c: nodes and edges */
	{"graph_id_repeated", TIER_E, false, "Two nodes have the id \"%1\".",
		"两个节点使用了同一标识“%1”。"},
	{"graph_edge_shape", TIER_L, false,
		"An edge needs a source and a target.", "连线需要起点和终点。"},
	{"graph_edge_missing", TIER_L, false,
		"The edge %1 was left out: there is no node \"%2\".",
		"连线 %1 已略去：没有节点“%2”。"},
	{"graph_port_unknown", TIER_L, false,
		"The edge %1 was left out: its source has no branch \"%2\".",
		"连线 %1 已略去：起点没有分支“%2”。"},
	{"graph_edge_dropped", TIER_W, false,
		"The edge %1 was left out: it cannot be in Dify, and what it "
		"says is said otherwise.",
		"连线 %1 已略去：Dify 中不能有它，其含义已由其他方式表达。"},
	{"graph_tool_choice", TIER_W, false,
		"\"%1\" cannot be \"%2\"; \"%3\" was taken.",
		"“%1”不能为“%2”；已改用“%3”。"},
	/* edit*.c */
	{"edit_refused", TIER_E, false,
		"The operation \"%1\" was not carried out: %2.",
		"操作“%1”未执行：%2。"},
	{"edit_nothing", TIER_E, false, "The answer changes nothing.",
		"回答没有改动任何内容。"},
	/* dsl.c */
	{"text_unreadable", TIER_E, false,
		"The text cannot be read (line %1, column %2): %3.",
		"无法读取文本（第 %1 行第 %2 列）：%3。"},
	{"text_too_large", TIER_E, false, "The text is larger than %1 bytes.",
		"文本超过 %1 字节。"},
	{"text_date", TIER_E, true,
		"A date without quotes (line %1) is no text; put it in quotes.",
		"未加引号的日期（第 %1 行）不是文本；请加引号。"},
	{"text_repeated", TIER_W, true,
		"A member stands twice; the last one counts.",
		"有成员重复；以最后一个为准。"},
	{"text_not_yaml", TIER_E, true,
		"Dify reads JSON as YAML and refuses this (line %1, column "
		"%2): "
		"%3.",
		"Dify 按 YAML 读取 JSON，会拒绝此文件（第 %1 行第 %2 "
		"列）：%3。"},
	{"text_halves", TIER_E, true,
		"The name or icon holds an escaped half of a character "
		"(\\ud83d...), which Dify cannot store.",
		"名称或图标含有被转义的半个字符（\\ud83d...），Dify "
		"无法保存。"},
	{"export_wrapper", TIER_E, true,
		"This is the answer of Dify's export; the DSL is the text "
		"inside "
		"it.",
		"这是 Dify 导出接口的应答；DSL 是其中的文本。"},
};

const size_t finding_kind_count = nitems(finding_kinds);
