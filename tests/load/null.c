/* null.c: a FastCGI program that reads a request and answers N bytes, to know
 * what the web server and the protocol cost alone. usage: null.fcgi N */
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_MAX = 1 << 20, PIECE = 4096 };

static void
answer(FCGX_Request *r, const char *body, int n)
{
	char piece[PIECE];

	while (FCGX_GetStr(piece, sizeof(piece), r->in) > 0)
		;
	FCGX_FPrintF(r->out,
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		n);
	FCGX_PutStr(body, n, r->out);
}

int
main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 2;
	FCGX_Request r;
	char *body;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&r, 0, 0) != 0)
		return 1;
	if (n < 1 || n > BODY_MAX || (body = malloc((size_t)n)) == NULL) {
		fprintf(stderr, "usage: null.fcgi BYTES\n");
		return 2;
	}
	memset(body, ' ', (size_t)n);
	while (FCGX_Accept_r(&r) == 0) {
		answer(&r, body, (int)n);
		FCGX_Finish_r(&r);
	}
	free(body);
	return 0;
}
