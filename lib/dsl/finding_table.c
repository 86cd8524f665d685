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
		"回答提前结束（第 %1 行）；未闭合的部分已补全，方案结尾可能缺失。"},
	{"answer_not_plan", TIER_E, false,
		"The answer is JSON, but no plan: %1 is missing.",
		"回答是 JSON，但不是方案：缺少 %1。"},
	/* dsl.c */
	{"text_unreadable", TIER_E, false,
		"The text cannot be read (line %1, column %2): %3.",
		"无法读取文本（第 %1 行第 %2 列）：%3。"},
	{"text_too_large", TIER_E, false, "The text is larger than %1 bytes.",
		"文本超过 %1 字节。"},
};

const size_t finding_kind_count = nitems(finding_kinds);
