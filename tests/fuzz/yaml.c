/* yaml.c: any text is read or refused, and what is read is written so that it
 * reads back the same. */
#include "fuzz.h"

#include "text/yaml.h"

/* A name cannot hold a NUL. */
static bool
has_nul_text(const struct value *v)
{
	if (v->type == VALUE_STRING)
		return strlen(v->u.text.s) != v->u.text.len;
	value_each(child, v)
		if (has_nul_text(child))
			return true;
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = fuzz_arena();
	struct yamlx_report report;
	struct value *v = yamlx_read(a, (const char *)data, size, &report);
	struct value *back;
	struct str out;

	MUST((v == NULL) == (report.error != NULL));
	if (v == NULL)
		return 0;
	str_init(&out, a, LIMIT_DOCUMENT);
	yamlx_write(&out, v);
	if (out.full || has_nul_text(v))
		return 0;
	back = yamlx_read(a, out.s, out.len, &report);
	MUST(back != NULL && value_equal(v, back));
	return 0;
}
