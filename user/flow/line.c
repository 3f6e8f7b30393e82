// SPDX-License-Identifier: BSD-2-Clause
#include "flow/line.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "flow/explain.h"
#include "flow/pen.h"
#include "flow/verdict.h"
#include "flow/words.h"

void flow_line(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	const struct flow_side *client = flow_client(c), *server = flow_server(c);
	int64_t duration = (int64_t)(c->last_ns - c->first_ns);

	strbuf_printf(b, "#%u ", c->id);
	flow_words_end(b, c, c->client);
	strbuf_str(b, " > ");
	flow_words_end(b, c, !c->client);
	if (duration < 0)
		strbuf_str(b, "  -  iRTT ");
	else
		strbuf_printf(b, "  %.3f s  iRTT ", (double)duration / 1e9);
	flow_words_ms(b, c->irtt_ns ? c->irtt_ns : -1);
	strbuf_printf(b, "  pkts %u/%u  bytes %" PRIu64 "/%" PRIu64 "  retrans %u  ", client->pkts,
		      server->pkts, client->bytes, server->bytes, flow_retrans(c));
	flow_verdict_words(b, c, now_ns);
}

void flow_line_reasons(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns, bool sampled, int width)
{
	struct pen pen = { .out = b };
	struct strbuf words = { 0 };

	flow_modifier_words(&words, c, now_ns, sampled);
	if (words.len)
		pen_wrap(&pen, strbuf_cstr(&words), 3, width);
	words.len = 0;
	flow_explain(&words, c, now_ns);
	pen_wrap(&pen, strbuf_cstr(&words), 3, width);
	strbuf_free(&words);
}

int flow_sort_key(const char *name)
{
	static const char *const names[] = { "time", "bytes", "pkts", "retrans", "rtt", "duration" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return (int)i;
	return -1;
}

static int64_t weight(const struct flow_conn *c, enum flow_sort key)
{
	switch (key) {
	case SORT_BYTES:
		return (int64_t)(c->side[0].bytes + c->side[1].bytes);
	case SORT_PKTS:
		return (int64_t)c->side[0].pkts + c->side[1].pkts;
	case SORT_RETRANS:
		return flow_retrans(c);
	case SORT_RTT:
		return c->irtt_ns;
	case SORT_DURATION:
		return (int64_t)(c->last_ns - c->first_ns);
	default:
		return -(int64_t)c->id;
	}
}

static int compare(const void *a, const void *b, void *key)
{
	const struct flow_conn *x = *(struct flow_conn *const *)a, *y = *(struct flow_conn *const *)b;
	int64_t wx = weight(x, *(enum flow_sort *)key), wy = weight(y, *(enum flow_sort *)key);

	if (wx != wy)
		return wx > wy ? -1 : 1;
	return x->id < y->id ? -1 : 1;
}

void flow_sort(struct flow_conn **at, size_t n, enum flow_sort key)
{
	qsort_r(at, n, sizeof(*at), compare, &key);
}
