/* json.c: what is read as JSON, strictly or not, is written and read back. */
#include "fuzz.h"

#include "text/json.h"

static void
round_trip(struct arena *a, const char *text, size_t size, unsigned flags)
{
	struct jsonx_report report;
	struct value *v = jsonx_read(a, text, size, flags, &report), *again;
	struct str out;

	MUST((v == NULL) == (report.error != NULL));
	if (v == NULL)
		return;
	str_init(&out, a, LIMIT_DOCUMENT);
	jsonx_write(&out, v, JSONX_ASCII);
	again = jsonx_read(a, out.s, out.len, 0, &report);
	MUST(again != NULL && value_equal(v, again));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	round_trip(fuzz_arena(), (const char *)data, size, 0);
	round_trip(fuzz_arena(), (const char *)data, size, JSONX_TOLERANT);
	return 0;
}
