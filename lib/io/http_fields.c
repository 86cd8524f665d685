/* http_fields.c: members of a body and of a query string, by their table. */
#include "base/limits.h"
#include "base/utf8.h"
#include "io/http_req.h"
#include "text/json.h"

#include <string.h>
#include <strings.h>

/* What is wrong with a value. */
struct fault {
	const char *code;
	const char *message;
};

static const struct fault fault_none = {NULL, NULL};

static struct fault
fault(const char *code, const char *message)
{
	return (struct fault){code, message};
}

static struct fault
wrong_type(const char *expected)
{
	return fault("type", expected);
}

void
http_error(struct str *errors, const char *pointer, const char *code,
	const char *message)
{
	jsonw_open(errors, NULL, '{');
	jsonw_text(errors, "pointer", pointer);
	jsonw_text(errors, "code", code);
	jsonw_text(errors, "message", message);
	jsonw_close(errors, '}');
}

/* ---- texts ---- */
static bool
has_control(const char *s, size_t n, const char *allowed)
{
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c < 0x20 || c == 0x7F) && strchr(allowed, c) == NULL)
			return true;
	}
	return false;
}

static struct fault
check_length(struct arena *a, const struct field *f, const char *s, size_t n)
{
	if (f->max > 0 && n > (size_t)f->max)
		return fault("too_long",
			arena_printf(a, "At most %ld bytes.", f->max));
	if (n < (size_t)f->min)
		return fault("too_short",
			arena_printf(a, "At least %ld bytes.", f->min));
	if (f->min > 0 && strspn(s, " \t\r\n") == n)
		return fault("too_short", "This must not be blank.");
	return fault_none;
}

static struct fault
check_text(struct arena *a, const struct field *f, const char *s, size_t n)
{
	if (!utf8_valid(s, n) || has_control(s, n, "\n\r\t"))
		return fault("invalid", "No control characters here.");
	return check_length(a, f, s, n);
}

static struct fault
check_string(struct arena *a, const struct field *f, const char *s, size_t n)
{
	if (!utf8_valid(s, n) || has_control(s, n, ""))
		return fault("invalid", "One line without control characters.");
	return check_length(a, f, s, n);
}

static struct fault
check_id(struct arena *a, const struct field *f, const char *s, size_t n)
{
	(void)a;
	(void)f;
	if (strlen(s) != n || !id_valid(s))
		return fault("invalid", "This is no id.");
	return fault_none;
}

static struct fault
check_enum(struct arena *a, const struct field *f, const char *s, size_t n)
{
	struct str list;
	size_t i;

	str_init(&list, a, 1024);
	for (i = 0; f->values[i] != NULL; i++) {
		if (strlen(f->values[i]) == n &&
			memcmp(f->values[i], s, n) == 0)
			return fault_none;
		str_printf(&list, "%s%s", i == 0 ? "" : ", ", f->values[i]);
	}
	return fault("not_allowed", arena_printf(a, "One of: %s.", list.s));
}

static struct fault
check_url(struct arena *a, const struct field *f, const char *s, size_t n)
{
	const char *host = NULL;
	size_t i;

	if (strncasecmp(s, "http://", 7) == 0)
		host = s + 7;
	else if (strncasecmp(s, "https://", 8) == 0)
		host = s + 8;
	if (host == NULL || *host == '\0' || strchr("/:", *host) != NULL)
		return fault(
			"invalid", "An address like http://host:port/path.");
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c <= 0x20 || c >= 0x7F ||
			strchr("\"<>\\^`{|}?#@", c) != NULL)
			return fault("invalid",
				"No user, query, fragment or blank in the "
				"address.");
	}
	return check_length(a, f, s, n);
}

/* ---- numbers ---- */
static struct fault
check_range(struct arena *a, const struct field *f, double n)
{
	if (f->min == f->max)
		return fault_none;
	if (n < (double)f->min || n > (double)f->max)
		return fault("out_of_range",
			arena_printf(a, "From %ld to %ld.", f->min, f->max));
	return fault_none;
}

/* ---- by type ---- */
typedef struct fault text_check(
	struct arena *, const struct field *, const char *, size_t);

static text_check *const text_checks[FIELD_TYPE__MAX] = {
	[FIELD_STRING] = check_string,
	[FIELD_TEXT] = check_text,
	[FIELD_ID] = check_id,
	[FIELD_ENUM] = check_enum,
	[FIELD_URL] = check_url,
};

static struct fault
check_list(struct arena *a, const struct field *f, const struct value *v)
{
	if (!value_is(v, VALUE_ARRAY))
		return wrong_type("A list of texts.");
	if (value_count(v) > LIMIT_TAGS)
		return fault("too_many",
			arena_printf(a, "At most %d items.", LIMIT_TAGS));
	value_each(item, v) {
		struct fault bad;

		if (!value_is(item, VALUE_STRING))
			return wrong_type("A list of texts.");
		bad = check_string(a, f, item->u.text.s, item->u.text.len);
		if (bad.code != NULL)
			return bad;
	}
	return fault_none;
}

static struct fault
check_number(struct arena *a, const struct field *f, const struct value *v)
{
	if (value_is(v, VALUE_INT))
		return check_range(a, f, (double)v->u.integer);
	if (f->type == FIELD_NUMBER && value_is(v, VALUE_FLOAT))
		return check_range(a, f, v->u.number);
	return wrong_type(
		f->type == FIELD_INT ? "A whole number." : "A number.");
}

static struct fault
check_value(struct arena *a, const struct field *f, const struct value *v)
{
	if (text_checks[f->type] != NULL) {
		if (!value_is(v, VALUE_STRING))
			return wrong_type("A text.");
		return text_checks[f->type](a, f, v->u.text.s, v->u.text.len);
	}
	switch (f->type) {
	case FIELD_INT:
	case FIELD_NUMBER:
		return check_number(a, f, v);
	case FIELD_BOOL:
		return value_is(v, VALUE_BOOL) ? fault_none
					       : wrong_type("true or false.");
	case FIELD_STRINGS:
		return check_list(a, f, v);
	case FIELD_OBJECT:
		return value_is(v, VALUE_OBJECT) ? fault_none
						 : wrong_type("An object.");
	default:
		return fault_none;
	}
}

/* The row of a name, or nfields. */
static size_t
row_of(const struct field *fields, size_t nfields, const char *name)
{
	size_t i;

	for (i = 0; i < nfields; i++) {
		if (strcmp(fields[i].name, name) == 0)
			break;
	}
	return i;
}

size_t
http_check_fields(struct arena *a, char prefix, const struct field *fields,
	size_t nfields, const struct value *body,
	const struct value **members_r, struct str *errors)
{
	size_t count = 0;
	size_t i;

	value_each(v, body) {
		struct fault bad = fault_none;

		i = row_of(fields, nfields, v->key);
		if (i == nfields)
			bad = fault("unknown", "There is no such member.");
		else if (!value_is(v, VALUE_NULL))
			bad = check_value(a, &fields[i], v);
		if (bad.code != NULL) {
			http_error(errors,
				arena_printf(a, "%c%s", prefix,
					value_pointer(a, v) + 1),
				bad.code, bad.message);
			count++;
		} else {
			members_r[i] = v;
		}
	}
	for (i = 0; i < nfields; i++) {
		const struct value *v = value_get(body, fields[i].name);

		if (fields[i].required &&
			(v == NULL || value_is(v, VALUE_NULL))) {
			http_error(errors,
				arena_printf(a, "%c%s", prefix, fields[i].name),
				"required", "This must be given.");
			count++;
		}
	}
	return count;
}

/* ---- the checked members ---- */
static const struct value *
member(const struct req *r, size_t at, enum value_type type)
{
	return value_is(r->members[at], type) ? r->members[at] : NULL;
}

bool
http_has(const struct req *r, size_t at)
{
	return r->members[at] != NULL && !http_has_null(r, at);
}

bool
http_has_null(const struct req *r, size_t at)
{
	return value_is(r->members[at], VALUE_NULL);
}

bool
http_says(const struct req *r, size_t at)
{
	return r->members[at] != NULL;
}

const char *
http_str(const struct req *r, size_t at)
{
	return value_text(r->members[at]);
}

const char *
http_url(struct req *r, size_t at)
{
	const char *url = http_str(r, at);
	size_t n = url == NULL ? 0 : strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;
	return url == NULL ? NULL : arena_memdup(r->arena, url, n);
}

int64_t
http_int(const struct req *r, size_t at, int64_t other)
{
	const struct value *v = member(r, at, VALUE_INT);

	return v == NULL ? other : v->u.integer;
}

double
http_num(const struct req *r, size_t at, double other)
{
	const struct value *v = member(r, at, VALUE_FLOAT);

	if (v != NULL)
		return v->u.number;
	v = member(r, at, VALUE_INT);
	return v == NULL ? other : (double)v->u.integer;
}

bool
http_bool(const struct req *r, size_t at, bool other)
{
	const struct value *v = member(r, at, VALUE_BOOL);

	return v == NULL ? other : v->u.truth;
}

const struct value *
http_obj(const struct req *r, size_t at)
{
	return http_has(r, at) ? r->members[at] : NULL;
}

size_t
http_strs(struct req *r, size_t at, const char *const **out_r)
{
	const struct value *list = member(r, at, VALUE_ARRAY);
	const char **texts =
		arena_array(r->arena, value_count(list) + 1, sizeof(*texts));
	size_t n = 0;

	value_each(item, list)
		texts[n++] = value_text(item);
	*out_r = list == NULL ? NULL : texts;
	return n;
}

int
http_enum(const struct req *r, size_t at, int other)
{
	const char *text = http_str(r, at);
	const char *const *values = r->route->fields[at].values;
	int i;

	for (i = 0; text != NULL && values[i] != NULL; i++) {
		if (strcmp(values[i], text) == 0)
			return i;
	}
	return other;
}
