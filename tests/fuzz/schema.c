/* schema.c: a schema and a value, separated by a NUL. */
#include "fuzz.h"

#include "text/json.h"
#include "text/jsonschema.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = fuzz_arena();
	const char *text = (const char *)data;
	const char *cut = size > 0 ? memchr(text, '\0', size) : NULL;
	struct schema_errors errors = {0};
	struct jsonx_report report;
	struct value *document;
	struct value *v;
	struct schema *s;
	bool fits;

	if (cut == NULL)
		return 0;
	document = jsonx_read(a, text, (size_t)(cut - text), 0, &report);
	v = jsonx_read(a, cut + 1, size - (size_t)(cut - text) - 1, 0, &report);
	if (document == NULL || v == NULL)
		return 0;
	s = schema_new(a, document);
	fits = schema_check(a, s, v, &errors);
	MUST(fits == (errors.count == 0));
	schema_free(&s);
	return 0;
}
