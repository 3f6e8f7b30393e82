// SPDX-License-Identifier: BSD-2-Clause
/* A few ends, segments between them as the bytes say, ICMP errors among them, then everything that can be
 * told. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "decode/decode.h"
#include "decode/icmp.h"
#include "flow/events.h"
#include "flow/explain.h"
#include "flow/firstline.h"
#include "flow/flow.h"
#include "flow/json.h"
#include "flow/ladder.h"
#include "flow/line.h"
#include "flow/marks.h"
#include "flow/stats.h"
#include "packet.h"

struct step {
	uint8_t who; /* bit 0: direction, 1–2: which ports, 3: family, 4–5: time unit, 6: icmp, 7: payload
			text */
	uint8_t flags;
	int16_t seq, ack;
	uint16_t win;
	uint8_t len, time;
	uint8_t options[4];
};

static void segment(struct flow_table *t, const struct step *s, uint64_t *now, const uint8_t *rest,
		    size_t nrest, struct rtt_histogram *h)
{
	static const uint8_t ends[2][16] = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 } };
	static const uint32_t units[4] = { 1, 1000000, 50000000, 2000000000 };
	uint8_t *tcp = malloc(20 + 4);
	struct decoded d = { .is_tcp = true, .has_ports = true, .has_header = s->options[3] != 99 };
	struct flow_segment_info info;
	struct event events[FLOW_EVENTS_MAX];
	struct packet p = { 0 };
	int dir = s->who & 1;

	if (!tcp)
		return;
	memcpy(tcp + 20, s->options, 4);
	d.family = s->who & 8 ? AF_INET6 : AF_INET;
	d.src = ends[dir];
	d.dst = ends[!dir];
	d.sport = (uint16_t)(dir ? 80 : 40000 + (s->who >> 1 & 3));
	d.dport = (uint16_t)(dir ? 40000 + (s->who >> 1 & 3) : 80);
	d.flags = s->flags;
	d.seq = 0xffffff00u + (uint32_t)s->seq;
	d.ack = 0xffffff00u + (uint32_t)s->ack;
	d.win = s->win;
	d.tcp = tcp;
	d.hdr_len = 24;
	d.payload_len = s->len * 6u;
	d.tcp_len = d.hdr_len + d.payload_len;
	d.tcp_cap = 24;
	d.fragment = s->options[2] == 77 ? DECODE_FIRST_FRAGMENT : DECODE_WHOLE;
	if (s->who & 128 && nrest) {
		d.payload = rest;
		d.payload_cap = (uint32_t)nrest;
	}
	*now += s->time == 255 ? -(uint64_t)1000000000 : (uint64_t)s->time * units[s->who >> 4 & 3];
	p.ts_ns = *now;
	p.lost = s->options[1] == 66;
	flow_segment(t, &p, &d, &info);
	if (info.conn && info.rtt_ns)
		rtt_add(h, info.rtt_ns);
	if (info.conn && (unsigned int)flow_events(&info, *now, events) > FLOW_EVENTS_MAX)
		abort();
	free(tcp);
}

static void icmp(struct flow_table *t, const struct step *s, uint64_t now)
{
	static const uint8_t ends[2][16] = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 } };
	struct icmp_quote q = { .family = s->who & 8 ? AF_INET6 : AF_INET,
				.type = s->options[0],
				.code = s->options[1],
				.from = ends[1],
				.src = ends[0],
				.dst = ends[1],
				.sport = (uint16_t)(40000 + (s->who >> 1 & 3)),
				.dport = 80,
				.seq = 0xffffff00u + (uint32_t)s->seq };

	flow_icmp(t, now, &q);
}

static void tell_all(struct flow_table *t, const struct rtt_histogram *h)
{
	struct ladder_style style = { .width = 80, .explain = true, .now_ns = flow_now(t) };
	struct flow_conn *at[64];
	struct strbuf b = { 0 };
	size_t n = 0;

	for (struct flow_conn *c = flow_oldest(t); c && n < 64; c = flow_newer(t, c))
		at[n++] = c;
	for (size_t i = 0; i < n; i++) {
		flow_line(&b, at[i], flow_now(t));
		flow_explain(&b, at[i], flow_now(t));
		ladder_text(&b, at[i], &style);
		style.ascii = !style.ascii;
		style.all = !style.all;
		ladder_mermaid(&b, at[i], &style);
		json_connection(&b, at[i], flow_now(t), false, true, true);
	}
	ladder_svg(&b, at, n, &style);
	summary_text(&b, at, n, &(struct summary){ 0 }, h, &(struct summary_style){ .now_ns = flow_now(t) });
	strbuf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct flow_settings settings = {
		.max_connections = n & 1 ? 3 : 0, .max_rows = 200, .max_conn_rows = 60, .sampled = n & 2
	};
	struct rtt_histogram h = { 0 };
	struct flow_table *t;
	uint64_t now = 1700000000000000000ull;
	char line[FLOW_FIRST_LINE];

	flow_first_line(line, sizeof(line), data, n);
	if (flow_table_new(&t, &settings) < 0)
		return 0;
	while (n >= sizeof(struct step)) {
		struct step s;

		memcpy(&s, data, sizeof(s));
		data += sizeof(s);
		n -= sizeof(s);
		if (s.who & 64)
			icmp(t, &s, now);
		else
			segment(t, &s, &now, data, n, &h);
	}
	tell_all(t, &h);
	flow_table_free(t);
	return 0;
}
