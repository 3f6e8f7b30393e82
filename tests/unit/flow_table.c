// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"
#include "flow/flow.h"
#include "flow/table.h"
#include "segments.h"

static struct flow_key key(uint32_t n)
{
	uint8_t a[4] = { 10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n }, b[4] = { 192, 0, 2, 1 };
	struct flow_key k;

	flow_key_set(&k, AF_INET, a, b, (uint16_t)(n * 7), 80);
	return k;
}

static void both_directions_are_one_key(void)
{
	uint8_t a[16] = { 1 }, b[16] = { 2 };
	struct flow_key k, r;

	CHECK_EQ(flow_key_set(&k, AF_INET6, a, b, 9, 8), 0);
	CHECK_EQ(flow_key_set(&r, AF_INET6, b, a, 8, 9), 1);
	CHECK(memcmp(&k, &r, sizeof(k)) == 0);
	/* to itself: the ports decide */
	CHECK_EQ(flow_key_set(&k, AF_INET6, a, a, 9, 8), 1);
	CHECK_EQ(flow_key_set(&r, AF_INET6, a, a, 8, 9), 0);
	CHECK(memcmp(&k, &r, sizeof(k)) == 0);
}

/* Adds, removes and searches at random against a plain array. */
static void what_is_in_is_found_and_nothing_else(void)
{
	enum { N = 5000, ROUNDS = 200000 };
	static struct flow_conn *model[N];
	struct flow_map m;
	uint32_t seed = 12345, live = 0;

	memset(model, 0, sizeof(model));
	CHECK_EQ(flow_map_init(&m, 42), 0);
	for (int i = 0; i < ROUNDS; i++) {
		struct flow_key k;
		uint32_t n;

		seed = seed * 1664525 + 1013904223;
		n = (seed >> 8) % N;
		k = key(n);
		if (flow_map_find(&m, &k) != model[n]) {
			CHECK(flow_map_find(&m, &k) == model[n]);
			break;
		}
		if (!model[n]) {
			model[n] = flow_map_add(&m, &k);
			live++;
		} else if (seed & 1) {
			flow_map_remove(&m, model[n]);
			model[n] = NULL;
			live--;
		} else {
			flow_map_touch(&m, model[n]);
		}
	}
	CHECK_EQ(m.live, live);
	CHECK_EQ(m.used, live);
	flow_map_clear(&m);
}

static void the_oldest_is_the_least_recently_touched(void)
{
	struct flow_map m;
	struct flow_conn *c[3];

	CHECK_EQ(flow_map_init(&m, 1), 0);
	for (uint32_t i = 0; i < 3; i++) {
		struct flow_key k = key(i);

		c[i] = flow_map_add(&m, &k);
	}
	CHECK(flow_map_oldest(&m) == c[0]);
	flow_map_touch(&m, c[0]);
	CHECK(flow_map_oldest(&m) == c[1]);
	flow_map_touch(&m, c[1]);
	CHECK(flow_map_oldest(&m) == c[2]);
	CHECK(flow_map_newer(&m, c[2]) == c[0]);
	CHECK(flow_map_newer(&m, c[0]) == c[1]);
	CHECK(flow_map_newer(&m, c[1]) == NULL);
	flow_map_remove(&m, c[0]);
	CHECK(flow_map_newer(&m, c[2]) == c[1]);
	flow_map_clear(&m);
}

static void a_retired_connection_is_kept_but_not_found(void)
{
	struct flow_map m;
	struct flow_key k = key(5);
	struct flow_conn *old, *young;

	CHECK_EQ(flow_map_init(&m, 1), 0);
	old = flow_map_add(&m, &k);
	flow_map_retire(&m, old);
	CHECK(flow_map_find(&m, &k) == NULL);
	young = flow_map_add(&m, &k);
	CHECK(flow_map_find(&m, &k) == young);
	CHECK(flow_map_oldest(&m) == old);
	flow_map_remove(&m, old);
	CHECK(flow_map_find(&m, &k) == young);
	CHECK_EQ(m.live, 1);
	flow_map_clear(&m);
}

struct gone {
	uint32_t n, id;
};

static void note_gone(void *arg, struct flow_conn *c)
{
	struct gone *g = arg;

	g->n++;
	g->id = c->id;
}

static void beyond_the_limit_the_quietest_is_told_and_dropped(void)
{
	struct gone g = { 0 };
	struct flow_settings two = { .max_connections = 2, .evicted = note_gone, .arg = &g };
	struct script s;

	script_begin(&s, &two);
	SCRIPT(&s, "0 C S seq 0 win 1 port 1001", "1 C S seq 0 win 1 port 1002",
	       "2 C S seq 0 win 1 port 1001");
	CHECK_EQ(g.n, 0);
	SCRIPT(&s, "3 C S seq 0 win 1 port 1003");
	CHECK_EQ(g.n, 1);
	CHECK_EQ(g.id, 2);
	CHECK_EQ(flow_totals(s.table)->evicted, 1);
	CHECK_EQ(flow_table_live(s.table), 2);
	script_end(&s);
}

static void ladder_rows_stay_within_their_budget(void)
{
	struct flow_settings few = { .max_rows = 5, .max_conn_rows = 3 };
	struct script s;

	script_begin(&s, &few);
	SCRIPT(&s, "0 C S seq 0 win 1 port 1001", "1 C S seq 0 win 1 port 1001",
	       "2 C S seq 0 win 1 port 1001", "3 C S seq 0 win 1 port 1001");
	CHECK_EQ(s.conn->rows->n, 3);
	CHECK_EQ(s.conn->rows->dropped, 1);
	SCRIPT(&s, "4 C S seq 0 win 1 port 1002", "5 C S seq 0 win 1 port 1002",
	       "6 C S seq 0 win 1 port 1002");
	CHECK_EQ(s.conn->rows->n, 2);
	CHECK_EQ(s.conn->rows->dropped, 1);
	script_end(&s);
}

/* What the kernel gave the process, in bytes. */
static uint64_t resident(void)
{
	unsigned long size = 0, pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f && fscanf(f, "%lu %lu", &size, &pages) != 2)
		pages = 0;
	if (f)
		fclose(f);
	return (uint64_t)pages * 4096;
}

static void a_million_connections_fit_in_a_gigabyte(void)
{
	struct flow_table *t;
	struct flow_settings s = { .seed = 7 };
	struct packet p = { .ts_ns = 1 };
	struct flow_segment_info info;
	uint64_t before = resident();

	CHECK_EQ(flow_table_new(&t, &s), 0);
	for (uint32_t i = 0; i < 1000000; i++) {
		uint8_t src[4] = { 10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		uint8_t dst[4] = { 192, 0, 2, 1 }, header[20] = { 0 };
		struct decoded d = { .is_tcp = true,
				     .family = AF_INET,
				     .has_ports = true,
				     .has_header = true,
				     .flags = TCP_SYN,
				     .sport = 4000,
				     .dport = 80,
				     .win = 100,
				     .hdr_len = 20,
				     .seq = i,
				     .src = src,
				     .dst = dst,
				     .tcp = header,
				     .tcp_len = 20,
				     .tcp_cap = 20 };

		p.ts_ns += 1000;
		flow_segment(t, &p, &d, &info);
	}
	CHECK_EQ(flow_table_live(t), 1000000);
	CHECK(resident() - before < 920000000);
	flow_table_free(t);
}

int main(void)
{
	RUN(both_directions_are_one_key);
	RUN(what_is_in_is_found_and_nothing_else);
	RUN(the_oldest_is_the_least_recently_touched);
	RUN(a_retired_connection_is_kept_but_not_found);
	RUN(beyond_the_limit_the_quietest_is_told_and_dropped);
	RUN(ladder_rows_stay_within_their_budget);
	RUN(a_million_connections_fit_in_a_gigabyte);
	return CHECK_DONE();
}
