// SPDX-License-Identifier: BSD-2-Clause
/* Random expressions on random packets: every program type and path answers as pcap_offline_filter does.
 * SEED and COUNT (pairs of expression and packet) come from the environment. */
#include "check.h"
#include "filter_random.h"
#include "filter_rig.h"

#define PACKETS 50  /* to an expression */
#define TC_MAX 3400 /* what a test run takes */
#define XDP_LINEAR_MAX 3400
#define XDP_MAX 60000

static struct rig rig;
static uint64_t pairs, matches, wrong;

struct loaded {
	const char *expr;
	uint16_t link_type;
	bool optimize;
	struct filter *filter;
	int tc[2], xdp[2], frags[2]; /* direct, exact */
	int inner;		     /* behind other headers; -1 unless it can be there */
};

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *v = getenv(name);

	return v && *v ? strtoull(v, NULL, 0) : otherwise;
}

static void close_all(struct loaded *l)
{
	for (int path = 0; path < 2; path++) {
		close(l->tc[path]);
		close(l->xdp[path]);
		close(l->frags[path]);
	}
	if (l->inner >= 0)
		close(l->inner);
	filter_free(l->filter);
}

/* A program whose filter for inner packets is the same expression. */
static bool load_inner(struct loaded *l)
{
	struct filter *inner = NULL;
	char err[256];

	l->inner = -1;
	if (l->link_type != 1 && l->link_type != 101)
		return true;
	if (filter_compile(&inner, l->expr, l->link_type, 262144, l->optimize, err, sizeof(err)))
		return false;
	filter_take_inner(l->filter, l->link_type == 1 ? inner : NULL, l->link_type == 101 ? inner : NULL);
	l->inner = rig_load(&rig, RIG_TC_INNER, l->filter, 0);
	return l->inner >= 0;
}

static bool load_all(struct loaded *l)
{
	bool ok = load_inner(l);

	for (int path = 0; path < 2; path++) {
		l->tc[path] = rig_load(&rig, RIG_TC_IN, l->filter, path ? FILTER_EXACT : 0);
		l->xdp[path] = rig_load(&rig, RIG_XDP, l->filter, path ? FILTER_EXACT : 0);
		l->frags[path] = rig_load(&rig, RIG_XDP_FRAGS, l->filter, path ? FILTER_EXACT : 0);
		ok = ok && l->tc[path] >= 0 && l->xdp[path] >= 0 && l->frags[path] >= 0;
	}
	return ok;
}

static void expect(const struct loaded *l, const char *what, int path, int got, const uint8_t *data,
		   uint32_t len)
{
	int want = filter_match(l->filter, data, len, len);

	/* A tc test run refuses an IP header that is cut; XDP and other EtherTypes cover it. */
	if (got == want || (got == -EINVAL && what[0] == 't' && len < 14 + 4 + 40))
		return;
	if (wrong++ > 3)
		return;
	fprintf(stderr, "%s, %s: %d, not %d; link type %u%s, %u bytes: %s\n ", what,
		path ? "exact" : "direct", got, want, l->link_type, l->optimize ? "" : ", not optimized", len,
		l->expr);
	for (uint32_t i = 0; i < len && i < 200; i++)
		fprintf(stderr, "%02x", data[i]);
	fprintf(stderr, "\n");
}

static void run_tagged(const struct loaded *l, int path, const uint8_t *data, uint32_t len)
{
	static uint8_t shown[TC_MAX + 4];
	uint32_t tag = (below(2) ? 0x81000000u : 0x88a80000u) | below(16) << 12 | PICK(tags);

	memcpy(shown, data, 12);
	memcpy(shown + 12,
	       (uint8_t[]){ (uint8_t)(tag >> 24), (uint8_t)(tag >> 16), (uint8_t)(tag >> 8), (uint8_t)tag },
	       4);
	memcpy(shown + 16, data + 12, len - 12);
	expect(l, "tc with tag in metadata", path, rig_run_tagged(&rig, l->tc[path], data, len, tag), shown,
	       len + 4);
}

static void run_inner(const struct loaded *l, const uint8_t *data, uint32_t len)
{
	static uint8_t outer[TC_MAX + 128];
	uint32_t base = 14 + below(100);

	memset(outer, 0xee, base);
	memcpy(outer + base, data, len);
	expect(l, "inner", 1, rig_run_inner(l->inner, outer, base + len, base, l->link_type == 101), data,
	       len);
}

static void run_all(const struct loaded *l, const uint8_t *data, uint32_t len)
{
	for (int path = 0; path < 2; path++) {
		if (len <= TC_MAX)
			expect(l, "tc", path, rig_run(l->tc[path], data, len), data, len);
		if (len <= TC_MAX && l->link_type == 1)
			run_tagged(l, path, data, len);
		if (len <= XDP_LINEAR_MAX)
			expect(l, "xdp", path, rig_run(l->xdp[path], data, len), data, len);
		if (len <= XDP_LINEAR_MAX || rig_has_frags())
			expect(l, "xdp.frags", path, rig_run(l->frags[path], data, len), data, len);
	}
	if (l->inner >= 0 && len <= TC_MAX - 128)
		run_inner(l, data, len);
	matches += filter_match(l->filter, data, len, len);
	pairs++;
}

/* False when libpcap refuses the expression: there is another. */
static bool one_expression(struct strbuf *text)
{
	static const uint16_t link_types[] = { 1, 1, 1, 1, 1, 101, 101, 113, 276, 9, 105, 127, 0 };
	static uint8_t data[XDP_MAX];
	struct loaded l = { .link_type = PICK(link_types), .optimize = below(3) != 0 };
	char err[256];

	text->len = 0;
	expression(text, 4);
	l.expr = strbuf_cstr(text);
	if (filter_compile(&l.filter, l.expr, l.link_type, 262144, l.optimize, err, sizeof(err)))
		return false;
	if (!load_all(&l)) {
		fprintf(stderr, "does not load; link type %u%s: %s\n", l.link_type,
			l.optimize ? "" : ", not optimized", l.expr);
		wrong++;
	} else {
		for (int i = 0; i < PACKETS; i++)
			run_all(&l, data, packet(data, below(20) ? TC_MAX : XDP_MAX, l.link_type));
	}
	close_all(&l);
	return true;
}

static void every_path_answers_as_libpcap_does(void)
{
	uint64_t seed = from_environment("SEED", 1), count = from_environment("COUNT", 20000),
		 expressions = 0;
	struct strbuf text = { 0 };

	random_state = seed * 0x9e3779b97f4a7c15ull + 1;
	while (pairs < count && wrong < 10)
		expressions += one_expression(&text);
	fprintf(stderr, "seed %" PRIu64 ": %" PRIu64 " expressions, %" PRIu64 " pairs, %" PRIu64 " matches\n",
		seed, expressions, pairs, matches);
	CHECK_EQ(wrong, 0);
	CHECK(matches > pairs / 20 && matches < pairs - pairs / 20);
	strbuf_free(&text);
}

int main(void)
{
	if (!rig_open(&rig)) {
		printf("not ok - the programs load\n");
		return EXIT_FAILURE;
	}
	rig_say_what_is_not_there();
	RUN(every_path_answers_as_libpcap_does);
	rig_close(&rig);
	return CHECK_DONE();
}
