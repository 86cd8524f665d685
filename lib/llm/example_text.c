/* example_text.c: lib/llm/examples.jsonl inside of the program. */
#include "llm/example.h"

__asm__(".pushsection .rodata\n"
	".global llm_example_text\n"
	"llm_example_text:\n"
	".incbin \"lib/llm/examples.jsonl\"\n"
	".byte 0\n"
	".popsection\n");
