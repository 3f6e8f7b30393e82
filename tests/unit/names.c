// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "print/names.h"
#include "print/names_cache.h"
#include "util/strbuf.h"

static const uint8_t one[4] = { 192, 0, 2, 1 };
static const uint8_t two[4] = { 192, 0, 2, 2 };

/* A resolver that says `host-N.example.org` for 192.0.2.N, has no name for N = 9, and takes its time. */
struct fake {
	atomic_int asked;
	atomic_int delay_ms;
	atomic_bool hang; /* until it is cleared */
};

static int fake_resolve(void *arg, int family, const uint8_t *addr, char *name, size_t size)
{
	struct fake *f = arg;

	f->asked++;
	usleep((unsigned)f->delay_ms * 1000);
	while (f->hang)
		usleep(1000);
	if (family == AF_INET && addr[3] == 9)
		return -ENOENT;
	snprintf(name, size, "host-%u.example.org", addr[family == AF_INET ? 3 : 15]);
	return 0;
}

static struct names *new_names(struct fake *f, struct names_settings s)
{
	s.resolve = fake_resolve;
	s.resolve_arg = f;
	return names_new(&s);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A line about a packet that just came. */
static void line(struct names *n)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	names_line(n, (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec);
}

/* The host's text; the buffer is the caller's. */
static const char *host(struct names *n, struct strbuf *b, const uint8_t addr[4])
{
	b->len = 0;
	names_host(n, b, AF_INET, addr);
	return strbuf_cstr(b);
}

static void a_host_is_looked_up_once(void)
{
	static const uint8_t nine[4] = { 192, 0, 2, 9 };
	struct fake f = { 0 };
	struct names *n = new_names(&f, (struct names_settings){ 0 });
	struct strbuf b = { 0 };

	for (int i = 0; i < 3; i++) {
		CHECK_STR(host(n, &b, one), "host-1.example.org");
		CHECK_STR(host(n, &b, nine), "192.0.2.9");
	}
	CHECK_EQ(f.asked, 2);
	names_free(n);
	strbuf_free(&b);
}

static void options_leave_names_out(void)
{
	static const uint8_t six[16] = { 0x20, 1, 0xd, 0xb8, [15] = 7 };
	struct fake f = { 0 };
	struct names *numeric = new_names(&f, (struct names_settings){ .numeric = true });
	struct names *bare = new_names(&f, (struct names_settings){ .no_domain = true });
	struct names *local = new_names(&f, (struct names_settings){ .local_net_be = htonl(0x0a000000),
								     .local_mask_be = htonl(0xff000000) });
	struct strbuf b = { 0 };

	CHECK_STR(host(numeric, &b, one), "192.0.2.1");
	CHECK_STR(host(NULL, &b, one), "192.0.2.1");
	CHECK_STR(host(bare, &b, one), "host-1");
	CHECK_STR(host(local, &b, one), "192.0.2.1");
	CHECK_STR(host(local, &b, (const uint8_t[]){ 10, 1, 2, 3 }), "host-3.example.org");
	b.len = 0;
	names_host(local, &b, AF_INET6, six);
	CHECK_STR(strbuf_cstr(&b), "host-7.example.org");
	names_free(numeric);
	names_free(bare);
	names_free(local);
	strbuf_free(&b);
}

static void a_hanging_resolver_costs_one_wait_and_then_none(void)
{
	static struct fake f = { .hang = true }; /* the thread outlives this */
	struct names *n = new_names(&f, (struct names_settings){ .background = true, .wait_ms = 200 });
	struct strbuf b = { 0 };
	uint64_t start = now_ms(), first;

	line(n);
	CHECK_STR(host(n, &b, one), "192.0.2.1");
	CHECK_STR(host(n, &b, two), "192.0.2.2");
	first = now_ms() - start;
	CHECK(first >= 190 && first < 400);
	start = now_ms();
	for (int i = 0; i < 1000; i++) {
		line(n);
		host(n, &b, one);
		host(n, &b, (const uint8_t[]){ 10, 0, (uint8_t)(i >> 8), (uint8_t)i });
	}
	CHECK(now_ms() - start < 100);
	f.hang = false;
	names_free(n);
	strbuf_free(&b);
}

static void a_name_that_came_late_is_shown_by_later_lines(void)
{
	static struct fake f = { .delay_ms = 120 };
	struct names *n = new_names(&f, (struct names_settings){ .background = true, .wait_ms = 30 });
	struct strbuf b = { 0 };

	line(n);
	CHECK_STR(host(n, &b, one), "192.0.2.1");
	usleep(250000);
	line(n);
	CHECK_STR(host(n, &b, one), "host-1.example.org");
	CHECK_EQ(f.asked, 1);
	names_free(n);
	strbuf_free(&b);
}

static void a_quick_resolver_is_waited_for(void)
{
	struct fake f = { .delay_ms = 5 };
	struct names *n = new_names(&f, (struct names_settings){ .background = true });
	struct strbuf b = { 0 };
	char want[32];

	for (uint8_t i = 10; i < 110; i++) { /* more than the queue holds */
		line(n);
		snprintf(want, sizeof(want), "host-%u.example.org", i);
		CHECK_STR(host(n, &b, (const uint8_t[]){ 192, 0, 2, i }), want);
	}
	CHECK_EQ(f.asked, 100);
	names_free(n);
	strbuf_free(&b);
}

static void a_line_behind_its_packet_waits_for_nothing(void)
{
	static struct fake f = { .delay_ms = 300 };
	struct names *n = new_names(&f, (struct names_settings){ .background = true });
	struct strbuf b = { 0 };
	uint64_t start = now_ms();

	names_line(n, 1); /* from 1970 */
	CHECK_STR(host(n, &b, one), "192.0.2.1");
	CHECK(now_ms() - start < 100);
	names_free(n);
	strbuf_free(&b);
}

static void the_more_packets_come_the_shorter_is_a_wait(void)
{
	static struct fake f = { .hang = true };
	struct names *n = new_names(&f, (struct names_settings){ .background = true });
	struct strbuf b = { 0 };
	struct timespec t;
	uint64_t start, now;

	clock_gettime(CLOCK_REALTIME, &t);
	now = (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
	for (int i = 0; i < 1000; i++)
		names_line(n,
			   now + (uint64_t)i * 10000); /* 100,000 a second: ten milliseconds are a thousand */
	start = now_ms();
	CHECK_STR(host(n, &b, one), "192.0.2.1");
	CHECK(now_ms() - start < 100);
	f.hang = false;
	names_free(n);
	strbuf_free(&b);
}

static void closing_does_not_wait_for_a_resolver_that_hangs(void)
{
	static struct fake f = { .hang = true };
	struct names *n = new_names(&f, (struct names_settings){ .background = true, .wait_ms = 1 });
	struct strbuf b = { 0 };
	uint64_t start;

	line(n);
	host(n, &b, one);
	start = now_ms();
	names_free(n);
	CHECK(now_ms() - start < 100);
	f.hang = false;
	strbuf_free(&b);
}

static void numbers_are_written_as_tcpdump_writes_them(void)
{
	/* tcpdump's addrtostr6: the first longest run of zeros of at least two words */
	static const struct {
		uint8_t addr[16];
		const char *text;
	} six[] = {
		{ { 0 }, "::" },
		{ { [15] = 1 }, "::1" },
		{ { 0x20, 1, 0xd, 0xb8, [15] = 1 }, "2001:db8::1" },
		{ { 0x20, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1 }, "2001:0:1::1:1:1" },
		{ { 0x20, 1, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6 }, "2001:0:1:2:3:4:5:6" },
		{ { [10] = 0xff, 0xff, 1, 2, 3, 4 }, "::ffff:1.2.3.4" },
		{ { [12] = 1, 2, 3, 4 }, "::1.2.3.4" },
		{ { 0xfe, 0x80 }, "fe80::" },
		{ { 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1 }, "1::1:0:0:1:1" },
	};
	struct strbuf b = { 0 };

	for (size_t i = 0; i < sizeof(six) / sizeof(six[0]); i++) {
		b.len = 0;
		names_ipv6(&b, six[i].addr);
		CHECK_STR(strbuf_cstr(&b), six[i].text);
	}
	b.len = 0;
	names_ipv4(&b, (const uint8_t[]){ 0, 9, 10, 255 });
	names_ipv4(&b, (const uint8_t[]){ 99, 100, 101, 200 });
	CHECK_STR(strbuf_cstr(&b), "0.9.10.25599.100.101.200");
	strbuf_free(&b);
}

static void ports_and_macs_have_names_only_without_n(void)
{
	static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t vrrp[6] = { 0, 0, 0x5e, 0, 1, 2 };
	struct names *n = names_new(&(struct names_settings){ 0 });
	struct strbuf b = { 0 };

	names_port(n, &b, 65000); /* no service of IANA's */
	strbuf_char(&b, ' ');
	names_port(NULL, &b, 80);
	strbuf_char(&b, ' ');
	names_ether(n, &b, broadcast);
	strbuf_char(&b, ' ');
	names_ether(n, &b, vrrp);
	strbuf_char(&b, ' ');
	names_ether(NULL, &b, vrrp);
	CHECK_STR(strbuf_cstr(&b), "65000 80 Broadcast 00:00:5e:00:01:02 (oui IANA) 00:00:5e:00:01:02");
	names_free(n);
	strbuf_free(&b);
}

static void the_cache_is_emptied_when_it_is_full(void)
{
	struct names_cache c = { 0 };
	struct name_key key = { .kind = NAME_IPV4 };
	uint32_t i;

	for (i = 0; i < NAMES_CACHE_MAX + 1; i++) {
		memcpy(key.addr, &i, sizeof(i));
		CHECK_STR(names_cache_put(&c, &key, "name", 4), "name");
	}
	CHECK_EQ(c.count, 1);
	CHECK_STR(names_cache_get(&c, &key), "name");
	memset(key.addr, 0, sizeof(key.addr));
	CHECK(!names_cache_get(&c, &key));
	names_cache_free(&c);
}

int main(void)
{
	RUN(a_host_is_looked_up_once);
	RUN(options_leave_names_out);
	RUN(a_hanging_resolver_costs_one_wait_and_then_none);
	RUN(a_name_that_came_late_is_shown_by_later_lines);
	RUN(a_quick_resolver_is_waited_for);
	RUN(a_line_behind_its_packet_waits_for_nothing);
	RUN(the_more_packets_come_the_shorter_is_a_wait);
	RUN(closing_does_not_wait_for_a_resolver_that_hangs);
	RUN(numbers_are_written_as_tcpdump_writes_them);
	RUN(ports_and_macs_have_names_only_without_n);
	RUN(the_cache_is_emptied_when_it_is_full);
	return CHECK_DONE();
}
