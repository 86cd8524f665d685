/* resources_take.h: one answer after the other becomes what is kept of it. */
#ifndef RESOURCES_TAKE_H
#define RESOURCES_TAKE_H

#include "dify/dify.h"
#include "model/connection.h"

enum { RESOURCES_MOST = 500 }; /* of a kind; the rest is left out */

struct list {
	bool known; /* it was asked for, and answered */
	struct resource items[RESOURCES_MOST];
	size_t count;
};

struct gather {
	struct arena *arena;   /* what is kept */
	struct arena *scratch; /* of one answer */
	struct dify *dify;
	char id[ID_SIZE];
	const char *default_model;
	const struct value *plugins; /* where they came from, NULL: unknown */
	struct list lists[RESOURCE__MAX];
	size_t step;
	int page;  /* of that step's answer, from 1 */
	bool more; /* there is another one */
	void (*done)(void *context);
	void *context;
};

/*
 * Each takes one answer into g: texts are cut and live in g->arena, g->scratch
 * is only for the time of the call. What lacks a name or an id is left out.
 * kind is that of the list it goes to.
 */
typedef void take_fn(
	struct gather *g, enum resource_kind kind, const struct value *body);
take_fn take_default;    /* the language model that is the default */
take_fn take_plugins;    /* where providers came from: before all below */
take_fn take_models;     /* behind take_default: that one comes first */
take_fn take_datasets;   /* sets g->more: there is another page */
take_fn take_tools;      /* of plugins and built in */
take_fn take_own_tools;  /* custom, workflow and MCP tools */
take_fn take_strategies; /* of agents */

#endif
