/* canon.c: the same DSL with its members in one fixed order. */
#include "dsl/canon.h"

#include "dsl/catalogue.h"
#include "dsl/dsl.h"

#include <stdlib.h>
#include <string.h>

/* Which members stand first, in which order; others follow by name. */
static const char document_order[] =
	"kind|version|app|dependencies|workflow|model_config";
static const char app_order[] =
	"name|mode|description|icon|icon_type|icon_background|"
	"use_icon_as_answer_icon";
static const char workflow_order[] =
	"graph|features|environment_variables|conversation_variables|"
	"rag_pipeline_variables";
static const char graph_order[] = "nodes|edges|viewport";
static const char node_order[] =
	"id|type|parentId|extent|data|position|positionAbsolute|width|height|"
	"sourcePosition|targetPosition|selected|zIndex";
static const char edge_order[] =
	"id|type|source|sourceHandle|target|targetHandle|zIndex|data";
static const char data_order[] = "type|title|desc|selected|version";
static const char variable_order[] =
	"id|name|value_type|value|description|selector";

/* One member and where it goes. */
struct place {
	const struct value *v;
	size_t rank;
};

struct order {
	const char *words;             /* separated by |, or NULL */
	const struct data_field *rows; /* behind the words, or NULL */
};

static struct value *canon(
	struct arena *a, const struct value *v, const struct data_field *row);

/* The place of key among |-separated words; the count when it is not there. */
static size_t
word_place(const char *words, const char *key, bool *found)
{
	size_t n = 0;
	size_t len = strlen(key);

	*found = false;
	while (words != NULL && *words != '\0') {
		size_t word = strcspn(words, "|");

		if (word == len && memcmp(words, key, len) == 0) {
			*found = true;
			return n;
		}
		n++;
		words += word + (words[word] == '|');
	}
	return n;
}

static size_t
rank_of(const struct order *o, const char *key)
{
	bool found;
	size_t rank = word_place(o->words, key, &found);

	if (found || o->rows == NULL)
		return rank;
	for (const struct data_field *f = o->rows; f->name != NULL; f++, rank++)
		if (strcmp(f->name, key) == 0)
			return rank;
	return rank;
}

static int
by_rank(const void *x, const void *y)
{
	const struct place *p = x;
	const struct place *q = y;

	if (p->rank != q->rank)
		return p->rank < q->rank ? -1 : 1;
	return strcmp(p->v->key, q->v->key);
}

/* The members of an object in order, as they are. */
static struct place *
sorted(struct arena *a, const struct value *v, const struct order *o)
{
	struct place *list = arena_array(a, value_count(v) + 1, sizeof(*list));
	size_t n = 0;

	value_each(child, v)
		list[n++] = (struct place){child, rank_of(o, child->key)};
	qsort(list, n, sizeof(*list), by_rank);
	return list;
}

static void
put(struct value *object, const char *key, struct value *v)
{
	v->key = key;
	v->parent = object;
	if (object->u.kids.last != NULL)
		object->u.kids.last->next = v;
	else
		object->u.kids.first = v;
	object->u.kids.last = v;
	object->u.kids.count++;
}

static const struct data_field *
row_of(const struct data_field *rows, const char *key)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		if (strcmp(rows->name, key) == 0)
			return rows;
	return NULL;
}

static struct value *
canon_object(struct arena *a, const struct value *v, const struct order *o)
{
	struct value *out = value_object(a);
	struct place *list = sorted(a, v, o);

	for (size_t i = 0; i < value_count(v); i++)
		put(out, arena_strdup(a, list[i].v->key),
			canon(a, list[i].v, row_of(o->rows, list[i].v->key)));
	return out;
}

static struct value *
canon_list(
	struct arena *a, const struct value *v, const struct data_field *item)
{
	struct value *out = value_array(a);

	value_each(child, v)
		value_append(out, canon(a, child, item));
	return out;
}

/* A whole number is written as one, however it came. */
static struct value *
canon_scalar(struct arena *a, const struct value *v)
{
	if (v->type == VALUE_FLOAT && v->u.number > -1e15 &&
		v->u.number < 1e15 &&
		v->u.number == (double)(int64_t)v->u.number)
		return value_int(a, (int64_t)v->u.number);
	return value_clone(a, v);
}

/* Free names, in order of the names; their values may have rows. */
static struct value *
canon_map(struct arena *a, const struct value *v, const struct data_field *item)
{
	struct order o = {.words = NULL};
	struct value *out = value_object(a);
	struct place *list = sorted(a, v, &o);

	for (size_t i = 0; i < value_count(v); i++)
		put(out, arena_strdup(a, list[i].v->key),
			canon(a, list[i].v, item));
	return out;
}

static struct value *
canon(struct arena *a, const struct value *v, const struct data_field *row)
{
	struct order o = {.rows = row != NULL ? row->members : NULL};

	if (v->type == VALUE_ARRAY)
		return canon_list(a, v, row != NULL ? row->item : NULL);
	if (v->type != VALUE_OBJECT)
		return canon_scalar(a, v);
	if (row != NULL && row->kind == DATA_MAP)
		return canon_map(a, v, row->item);
	return canon_object(a, v, &o);
}

/* Gives the members of an object that order, and the members themselves back
 * to make, or to canon() where make is NULL. */
typedef struct value *maker(
	struct arena *a, const struct value *v, const char *key);

static struct value *
shaped(struct arena *a, const struct value *v, const char *words, maker *make)
{
	struct order o = {.words = words};
	struct value *out = value_object(a);
	struct place *list;

	if (v->type != VALUE_OBJECT)
		return canon(a, v, NULL);
	list = sorted(a, v, &o);
	for (size_t i = 0; i < value_count(v); i++) {
		const struct value *child = list[i].v;
		struct value *mine =
			make != NULL ? make(a, child, child->key) : NULL;

		put(out, arena_strdup(a, child->key),
			mine != NULL ? mine : canon(a, child, NULL));
	}
	return out;
}

static struct value *
data_canon(struct arena *a, const struct value *v)
{
	const struct node_type *type =
		node_type_find(value_get_text(v, "type", NULL));
	struct order o = {.words = data_order};

	if (v->type != VALUE_OBJECT)
		return canon(a, v, NULL);
	if (type != NULL)
		o.rows = node_rows(type, v, DSL_VERSION_NEWEST);
	return canon_object(a, v, &o);
}

static struct value *
node_member(struct arena *a, const struct value *v, const char *key)
{
	return strcmp(key, "data") == 0 ? data_canon(a, v) : NULL;
}

/* Every item of a list in that order. */
static struct value *
each(struct arena *a, const struct value *list, const char *words, maker *make)
{
	struct value *out = value_array(a);

	if (list->type != VALUE_ARRAY)
		return canon(a, list, NULL);
	value_each(item, list)
		value_append(out, shaped(a, item, words, make));
	return out;
}

static struct value *
graph_member(struct arena *a, const struct value *v, const char *key)
{
	if (strcmp(key, "nodes") == 0)
		return each(a, v, node_order, node_member);
	return strcmp(key, "edges") == 0 ? each(a, v, edge_order, NULL) : NULL;
}

static struct value *
workflow_member(struct arena *a, const struct value *v, const char *key)
{
	if (strcmp(key, "graph") == 0)
		return shaped(a, v, graph_order, graph_member);
	if (strcmp(key, "environment_variables") == 0 ||
		strcmp(key, "conversation_variables") == 0)
		return each(a, v, variable_order, NULL);
	return NULL;
}

static struct value *
document_member(struct arena *a, const struct value *v, const char *key)
{
	if (strcmp(key, "app") == 0)
		return shaped(a, v, app_order, NULL);
	return strcmp(key, "workflow") == 0
		       ? shaped(a, v, workflow_order, workflow_member)
		       : NULL;
}

struct value *
dsl_canon(struct arena *a, const struct value *dsl)
{
	return shaped(a, dsl, document_order, document_member);
}
