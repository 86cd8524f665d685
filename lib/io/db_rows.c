/* db_rows.c: see db_rows.h. */
#include "io/db_rows.h"
#include "base/log.h"
#include "base/str.h"
#include "io/db_open.h"

#include <string.h>

enum { SQL_BYTES = 16384 };

/* ---- reading ---- */

static struct value *
bytes_value(struct arena *a, const unsigned char *bytes, size_t n)
{
	struct value *v = value_object(a);
	struct str out;
	size_t i;

	str_init(&out, a, 2 * n + 1);
	for (i = 0; i < n; i++)
		str_printf(&out, "%02x", bytes[i]);
	value_set_text(a, v, "bytes", out.s);
	return v;
}

static struct value *
column_value(struct arena *a, sqlite3_stmt *s, int at)
{
	size_t n = (size_t)sqlite3_column_bytes(s, at);

	switch (sqlite3_column_type(s, at)) {
	case SQLITE_INTEGER:
		return value_int(a, sqlite3_column_int64(s, at));
	case SQLITE_FLOAT:
		return value_float(a, sqlite3_column_double(s, at));
	case SQLITE_TEXT:
		return value_string_n(
			a, (const char *)sqlite3_column_text(s, at), n);
	case SQLITE_BLOB:
		return bytes_value(a, sqlite3_column_blob(s, at), n);
	default:
		return value_null(a);
	}
}

struct value *
db_rows_read(struct arena *a, struct db_stmt *s)
{
	struct value *rows = value_array(a);

	while (db_step(s) == DB_ROW) {
		struct value *row = value_append(rows, value_object(a));
		sqlite3_stmt *raw = db_raw(s);
		int n = sqlite3_column_count(raw);
		int i;

		for (i = 0; i < n; i++)
			value_set(a, row,
				arena_strdup(a, sqlite3_column_name(raw, i)),
				column_value(a, raw, i));
	}
	return rows;
}

/* ---- writing ---- */

static bool
is_name(const char *name)
{
	return *name != '\0' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] ==
		       '\0';
}

static bool
names_fit(const struct value *row)
{
	bool fit = value_count(row) > 0;

	value_each(v, row)
		fit = fit && is_name(v->key);
	return fit;
}

static const char *
put_sql(struct arena *a, const char *table, const struct value *row)
{
	const char *mark = "";
	struct str s;

	str_init(&s, a, SQL_BYTES);
	str_printf(&s, "INSERT INTO %s (", table);
	value_each(v, row) {
		str_printf(&s, "%s%s", mark, v->key);
		mark = ", ";
	}
	str_puts(&s, ") VALUES (?");
	for (size_t i = 1; i < value_count(row); i++)
		str_puts(&s, ", ?");
	str_puts(&s, ") ON CONFLICT DO UPDATE SET ");
	mark = "";
	value_each(v, row) {
		str_printf(&s, "%s%s = excluded.%s", mark, v->key, v->key);
		mark = ", ";
	}
	return s.s;
}

/* The key is the first parameter. */
static const char *
change_sql(struct arena *a, const char *table, const struct value *row)
{
	const char *mark = "";
	struct str s;
	int at = 1;

	str_init(&s, a, SQL_BYTES);
	str_printf(&s, "UPDATE %s SET ", table);
	for (const struct value *v = value_first(row)->next; v != NULL;
		v = v->next) {
		str_printf(&s, "%s%s = ?%d", mark, v->key, ++at);
		mark = ", ";
	}
	str_printf(&s, " WHERE %s = ?1", value_first(row)->key);
	return s.s;
}

static int
nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c - 'a' + 10) & 15;
}

static void
bind_bytes(struct arena *a, sqlite3_stmt *s, int at, const struct value *v)
{
	const char *hex = value_get_text(v, "bytes", "");
	size_t n = strlen(hex) / 2;
	unsigned char *bytes = arena_alloc(a, n + 1);
	size_t i;

	for (i = 0; i < n; i++)
		bytes[i] = (unsigned char)(nibble(hex[2 * i]) << 4 |
					   nibble(hex[2 * i + 1]));
	sqlite3_bind_blob(s, at, bytes, (int)n, SQLITE_STATIC);
}

static void
bind_value(struct arena *a, sqlite3_stmt *s, int at, const struct value *v)
{
	switch (v->type) {
	case VALUE_INT:
		sqlite3_bind_int64(s, at, v->u.integer);
		break;
	case VALUE_FLOAT:
		sqlite3_bind_double(s, at, v->u.number);
		break;
	case VALUE_STRING:
		sqlite3_bind_text(
			s, at, v->u.text.s, (int)v->u.text.len, SQLITE_STATIC);
		break;
	case VALUE_OBJECT:
		bind_bytes(a, s, at, v);
		break;
	default:
		sqlite3_bind_null(s, at);
	}
}

static bool
run(struct arena *a, const char *sql, const struct value *row)
{
	sqlite3_stmt *s = NULL;
	int at = 0;
	bool ok =
		sqlite3_prepare_v2(db_handle(), sql, -1, &s, NULL) == SQLITE_OK;

	value_each(v, row)
		if (ok)
			bind_value(a, s, ++at, v);
	ok = ok && sqlite3_step(s) == SQLITE_DONE;
	if (!ok)
		log_warn("row_refused", log_str("sql", sql),
			log_str("reason", sqlite3_errmsg(db_handle())));
	sqlite3_finalize(s);
	return ok;
}

static bool
write_rows(const char *table, const struct value *rows,
	const char *(*sql)(struct arena *, const char *, const struct value *))
{
	bool ok = true;

	value_each(row, rows) {
		struct arena *a = arena_new((size_t)1 << 24);

		ok = ok && names_fit(row) && run(a, sql(a, table, row), row);
		arena_free(&a);
	}
	return ok;
}

bool
db_rows_put(const char *table, const struct value *rows)
{
	return write_rows(table, rows, put_sql);
}

bool
db_rows_change(const char *table, const struct value *rows)
{
	return write_rows(table, rows, change_sql);
}
