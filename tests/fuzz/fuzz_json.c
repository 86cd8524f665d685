/* fuzz_json.c: any bytes as JSON: what is read is written and read back the
 * same, strictly and tolerantly. */
#include "base/limits.h"
#include "text/json.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
round_trip(const char *text, size_t size, unsigned flags)
{
	struct arena *a = arena_new(4 * LIMIT_ARENA);
	struct jsonx_report report;
	struct value *v = jsonx_read(a, text, size, flags, &report), *again;
	struct str out;

	if (v != NULL) {
		str_init(&out, a, LIMIT_ARENA);
		jsonx_write(&out, v, JSONX_ASCII);
		again = jsonx_read(a, out.s, out.len, 0, &report);
		if (again == NULL || !value_equal(v, again))
			__builtin_trap();
	} else if (report.error == NULL) {
		__builtin_trap();
	}
	arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	char *text = arena_memdup(a, bytes, size);

	round_trip(text, size, 0);
	round_trip(text, size, JSONX_TOLERANT);
	arena_free(&a);
	return 0;
}
