/* version.c: versions of Dify and of its DSL; apart from the engine, for those
 * who need no more. */
#include "dsl/catalogue.h"
#include "dsl/dsl.h"

/* Which version of Dify writes which version of the DSL, newest first. */
static const struct {
	int since;
	const char *format;
} formats[] = {
	{11600, "0.7.0"},
	{11300, "0.6.0"},
	{11000, "0.5.0"},
	{10800, "0.4.0"},
	{10700, "0.3.1"},
	{10400, "0.3.0"},
	{10300, "0.2.0"},
	{0, "0.1.5"},
};

int
dsl_version(const char *text)
{
	int parts[3] = {0};

	for (int i = 0; i < 3; i++) {
		if (*text < '0' || *text > '9')
			return i == 2 && *text == '\0'
				       ? parts[0] * 10000 + parts[1] * 100
				       : 0;
		while (*text >= '0' && *text <= '9' && parts[i] < 1000)
			parts[i] = parts[i] * 10 + (*text++ - '0');
		if (parts[i] > 99)
			return 0;
		if (i < 2 && *text == '.')
			text++;
	}
	if (*text != '\0' && *text != '-' && *text != '+')
		return 0;
	return parts[0] * 10000 + parts[1] * 100 + parts[2];
}

const char *
dsl_format(int version)
{
	size_t i = 0;

	while (version < formats[i].since)
		i++;
	return formats[i].format;
}
