/* test_io_http_answer.c: status lines, headers, problems. */
#include "dies.h"
#include "request.h"

static const struct http_service service = {"t", NULL, 0};

static struct req *
begin(const char *method)
{
	ask_forget();
	return ask_init(&service, method, "/x", NULL);
}

static void
a_body_has_its_length_and_type(void **state)
{
	(void)state;
	http_send(begin("GET"), 200, "text/plain", "hello", 5);
	ask_says("Status: 200 OK\r\n");
	ask_says("Content-Type: text/plain\r\n");
	ask_says("Content-Length: 5\r\n");
	ask_says("X-Content-Type-Options: nosniff\r\n");
	ask_says("\r\n\r\nhello");
}

static void
head_sends_the_length_alone(void **state)
{
	(void)state;
	http_send(begin("HEAD"), 200, "text/plain", "hello", 5);
	ask_says("Content-Length: 5\r\n");
	assert_null(strstr(ask_out, "hello"));
}

static void
no_content_has_no_length(void **state)
{
	(void)state;
	http_empty(begin("GET"), 204);
	ask_says("Status: 204 No Content\r\n");
	assert_null(strstr(ask_out, "Content-Length"));
	assert_null(strstr(ask_out, "\nContent-Type"));
}

static void
a_problem_has_its_members_and_more(void **state)
{
	struct req *r = begin("GET");

	(void)state;
	jsonw_text(http_more(r), "id", "7");
	http_problem(r, 422, "bad_thing", "It \"%s\".", "broke");
	ask_says("Status: 422 Unprocessable Content\r\n");
	ask_says("Content-Type: application/problem+json\r\n");
	ask_says("\"status\":422,\"code\":\"bad_thing\","
		 "\"detail\":\"It \\\"broke\\\".\"");
	ask_says(",\"id\":\"7\"}");
	ask_says(arena_printf(
		arena, "\"request_id\":\"%s\"", http_request_id(r)));
}

static void
a_field_problem_points_at_it(void **state)
{
	(void)state;
	http_field_problem(begin("GET"), "/a", "wrong", "No.");
	ask_says("\"errors\":[{\"pointer\":\"/a\",\"code\":\"wrong\","
		 "\"message\":\"No.\"}]");
	ask_says("Status: 400");
}

static void
a_page_frames_its_items(void **state)
{
	struct req *r = begin("GET");

	(void)state;
	http_page_begin(r);
	jsonw_int(http_out(r), NULL, 1);
	jsonw_int(http_out(r), NULL, 2);
	http_page_end(r, "x");
	ask_says("\r\n\r\n{\"items\":[1,2],\"next\":\"x\"}");
	r = begin("GET");
	http_page_begin(r);
	http_page_end(r, NULL);
	ask_says("\r\n\r\n{\"items\":[],\"next\":null}");
}

static void
busy_says_when_to_come_back(void **state)
{
	(void)state;
	http_busy(begin("POST"));
	ask_says("Status: 503 Service Unavailable\r\n");
	ask_says("Retry-After: 2\r\n");
	ask_says("lock_timeout");
}

static void
split(void)
{
	http_set(begin("GET"), "Location", "/a\r\nSet-Cookie: x");
}

static void
twice(void)
{
	struct req *r = begin("GET");

	http_empty(r, 204);
	http_empty(r, 204);
}

static void
mistakes_are_fatal(void **state)
{
	(void)state;
	assert_dies(split, "control character");
	assert_dies(twice, "a second answer");
}

static const struct CMUnitTest tests[] = {
	FOLDER_TEST(a_body_has_its_length_and_type),
	FOLDER_TEST(head_sends_the_length_alone),
	FOLDER_TEST(no_content_has_no_length),
	FOLDER_TEST(a_problem_has_its_members_and_more),
	FOLDER_TEST(a_field_problem_points_at_it),
	FOLDER_TEST(a_page_frames_its_items),
	FOLDER_TEST(busy_says_when_to_come_back),
	FOLDER_TEST(mistakes_are_fatal),
};

UNIT_MAIN(tests)
