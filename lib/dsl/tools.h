/* tools.h: tools of well-known plugins that models name as node types. */
#ifndef TOOLS_H
#define TOOLS_H

/* A tool and how its parameters are called. */
struct known_tool {
	const char *type; /* as models name it */
	const char *provider;
	const char *tool;    /* %s: the value of the choice field */
	const char *choice;  /* the field that chooses the tool, or NULL */
	const char *choices; /* its values, the first is the usual one */
	const char *const *parameters; /* field, tool's name, ...; NULL ends */
};

/* tool_known: the tool of that type name, or NULL. */
const struct known_tool *tool_known(const char *type);

#endif
