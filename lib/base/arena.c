/* arena.c: a chain of blocks, each twice as large as the one before. */
#include "base/arena.h"
#include "base/fatal.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_BLOCK = 4096,
	LARGEST_BLOCK = 1 << 20,
	ALIGN = sizeof(max_align_t)
};

struct block {
	struct block *next;
	size_t size;
	size_t used;
	max_align_t data[];
};

struct arena {
	struct block *top;
	size_t max;
	size_t used;
};

static size_t
round_up(size_t n)
{
	if (n > SIZE_MAX - ALIGN)
		fatal("arena: size overflow");
	return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static struct block *
block_new(size_t size, struct block *next)
{
	struct block *b;

	if (size > SIZE_MAX - sizeof(*b))
		fatal("arena: size overflow");
	b = malloc(sizeof(*b) + size);
	if (b == NULL)
		fatal("arena: out of memory (%zu bytes)", size);
	b->next = next;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *
arena_new(size_t max)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (a == NULL)
		fatal("arena: out of memory");
	a->max = max;
	return a;
}

static void
release_chain(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void
arena_free(struct arena **a)
{
	if (*a == NULL)
		return;
	release_chain((*a)->top);
	free(*a);
	*a = NULL;
}

void
arena_reset(struct arena *a)
{
	struct block *keep = a->top;

	a->used = 0;
	if (keep == NULL)
		return;
	release_chain(keep->next);
	keep->next = NULL;
	keep->used = 0;
	if (keep->size > LARGEST_BLOCK) {
		free(keep);
		a->top = NULL;
	}
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

static void
allow(const struct arena *a, size_t more)
{
	if (more > a->max - a->used)
		fatal("arena: more than %zu bytes asked for", a->max);
}

static size_t
next_size(const struct arena *a, size_t need)
{
	size_t n = a->top == NULL ? FIRST_BLOCK : a->top->size * 2;

	if (n > LARGEST_BLOCK)
		n = LARGEST_BLOCK;
	return n < need ? need : n;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	size_t need = round_up(size == 0 ? 1 : size);
	void *p;

	allow(a, need);
	if (a->top == NULL || need > a->top->size - a->top->used)
		a->top = block_new(next_size(a, need), a->top);
	p = (char *)a->top->data + a->top->used;
	a->top->used += need;
	a->used += need;
	return memset(p, 0, need);
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		fatal("arena: size overflow (%zu * %zu)", count, size);
	return arena_alloc(a, count * size);
}

static bool
alone(const struct block *b, const void *p, size_t size)
{
	return p == b->data && size == b->used;
}

/* A text that grows and grows leaves no shorter copies of itself behind. */
static void
grow_block(struct arena *a, size_t need, size_t had)
{
	size_t size = next_size(a, need);
	struct block *b;

	allow(a, need - had);
	b = realloc(a->top, sizeof(*b) + size);
	if (b == NULL)
		fatal("arena: out of memory (%zu bytes)", size);
	memset((char *)b->data + had, 0, need - had);
	b->size = size;
	b->used = need;
	a->top = b;
	a->used += need - had;
}

void *
arena_grow(struct arena *a, void *old, size_t old_size, size_t size)
{
	size_t had = round_up(old_size == 0 ? 1 : old_size);
	size_t need = round_up(size == 0 ? 1 : size);
	struct block *b = a->top;
	void *p;

	if (old != NULL && need <= had)
		return old;
	if (old != NULL && (char *)old + had == (char *)b->data + b->used &&
		need - had <= b->size - b->used) {
		allow(a, need - had);
		memset((char *)old + had, 0, need - had);
		b->used += need - had;
		a->used += need - had;
		return old;
	}
	if (old != NULL && alone(b, old, had)) {
		grow_block(a, need, had);
		return a->top->data;
	}
	p = arena_alloc(a, size);
	if (old != NULL)
		memcpy(p, old, old_size);
	return p;
}

char *
arena_memdup(struct arena *a, const void *src, size_t size)
{
	char *p;

	if (size == SIZE_MAX)
		fatal("arena: size overflow");
	p = arena_alloc(a, size + 1);
	if (size != 0)
		memcpy(p, src, size);
	return p;
}

char *
arena_strdup(struct arena *a, const char *src)
{
	return src == NULL ? NULL : arena_memdup(a, src, strlen(src));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *p;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		fatal("arena: bad format");
	p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *
arena_strcut(struct arena *a, const char *src, size_t max)
{
	size_t n = strlen(src);

	if (n > max)
		for (n = max; n > 0 && ((unsigned char)src[n] & 0xC0) == 0x80;)
			n--;
	return arena_memdup(a, src, n);
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return p;
}
