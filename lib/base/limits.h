/* limits.h: every size, count and time that bounds the program, in one list. */
#ifndef LIMITS_H
#define LIMITS_H

/* Bytes. */
#define LIMIT_BODY      ((size_t)4 << 20)   /* a JSON or YAML request body */
#define LIMIT_CHUNK     ((size_t)8 << 20)   /* one upload chunk */
#define LIMIT_INPUT     ((size_t)100 << 20) /* one file for a run */
#define LIMIT_UPLOAD    ((size_t)2 << 30)   /* one uploaded file */
#define LIMIT_DOCUMENT  ((size_t)10 << 20)  /* a DSL text that is read */
#define LIMIT_EDIT      ((size_t)1 << 20) /* a DSL that a model is to change */
#define LIMIT_ANSWER    ((size_t)4 << 20) /* what a model may answer */
#define LIMIT_FRAME     ((size_t)8 << 20) /* one server-sent event */
#define LIMIT_PROMPT    ((size_t)20000)   /* what a person asks for */
#define LIMIT_NAME      ((size_t)200)
#define LIMIT_TAG       ((size_t)50)
#define LIMIT_ARENA     ((size_t)64 << 20) /* memory of one request or step */
#define LIMIT_PATH      ((size_t)1024)
#define LIMIT_SOCKET    ((size_t)107) /* sun_path less the NUL */
#define LIMIT_LOG_VALUE ((size_t)512)

#define LIMIT_BACKUP   ((size_t)64 << 20)  /* a zip of workflows */
#define LIMIT_UNPACKED ((size_t)512 << 20) /* what it holds */

/* Counts. */
#define LIMIT_DEPTH       100    /* nesting of JSON and YAML */
#define LIMIT_ALIASES     1000   /* YAML aliases a document */
#define LIMIT_VALUES      200000 /* values a document, aliases expanded */
#define LIMIT_NODES       500    /* nodes a workflow */
#define LIMIT_EDGES       2000
#define LIMIT_TAGS        20
#define LIMIT_FILES       10000 /* in a zip */
#define LIMIT_PAGE        100   /* items of a list answer */
#define LIMIT_PARKED_USER 50    /* waiting requests of one user */

/* Milliseconds. */
#define LIMIT_LOCK_MS         5000   /* waiting for the write lock */
#define LIMIT_WAIT_MS         120000 /* Prefer: wait */
#define LIMIT_WAIT_DEFAULT_MS 60000
#define LIMIT_HEARTBEAT_MS    15000  /* between SSE comments */
#define LIMIT_LEASE_MS        30000  /* a job without a sign of life */
#define LIMIT_REST_MS         300000 /* what a Dify may ask for */

#endif
