/* tools.c: the table of well-known tools. */
#include "dsl/tools.h"

#include "base/nitems.h"

#include <string.h>

static const char *const speech[] = {"text", "text", NULL};
static const char *const image[] = {"prompt", "prompt", NULL};
static const char *const mermaid[] = {"mermaid_code", "mermaid_code", NULL};
static const char *const markdown[] = {"md_text", "md_text", NULL};
static const char *const search[] = {"query", "query", NULL};
static const char *const chart[] = {"chart_title", "title", "data", "data",
	"x_axisORcategories", "x_axis", NULL};

static const struct known_tool tools[] = {
	{"tts", "langgenius/audio/audio", "tts", NULL, NULL, speech},
	{"text2image", "langgenius/dalle/dalle", "dalle3", NULL, NULL, image},
	{"mermaid-converter", "hjlarry/mermaid_converter/mermaid_converter",
		"mermaid_converter", NULL, NULL, mermaid},
	{"markdown-exporter", "bowenliang123/md_exporter/md_exporter",
		"md_to_%s", "target_type", "docx|pptx|pdf|png|html|md",
		markdown},
	{"google-search", "langgenius/google/google", "google_search", NULL,
		NULL, search},
	{"echarts", "langgenius/echarts/echarts", "%s_chart", "chart_type",
		"bar|line|pie", chart},
};

static int
same(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++)
		if (*a != *b && !((*a == '_' || *a == ' ') && *b == '-'))
			return 0;
	return *a == *b;
}

const struct known_tool *
tool_known(const char *type)
{
	for (size_t i = 0; i < nitems(tools); i++)
		if (same(type, tools[i].type))
			return &tools[i];
	return NULL;
}
