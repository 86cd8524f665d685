/* cjk.h: words for a full-text index whose tokenizer knows no Chinese. */
#ifndef CJK_H
#define CJK_H

#include "base/str.h"

/*
 * cjk_spread: appends text with a blank around each CJK character (Chinese,
 * kana, hangul), so that each becomes a word of the index. Bytes that are no
 * UTF-8 pass as they are.
 */
void cjk_spread(struct str *out, const char *text);

/*
 * cjk_query: what a person typed as an FTS5 query over such an index: every
 * word must be there, the last letters of a word may be missing, and a run of
 * CJK characters must stand together. "" when text holds no word.
 */
const char *cjk_query(struct arena *a, const char *text);

/*
 * cjk_any: a whole sentence as an FTS5 query: any of its words will do, and
 * of a run of CJK characters any two that stand together. Words of one letter
 * and what follows the first most words are left out. "" when there is none.
 */
const char *cjk_any(struct arena *a, const char *text, size_t most);

#endif
