/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sessions by hand. One segment a line, numbers relative to each side's ISN:
 *	SECONDS C|S FLAGS seq N ack N win N [len N] [ws N] [mss N] [sack] [lost N] [iface N] [dir N] [isn N]
 *		[port N] [id N] [ttl N] [text T] [alert N] [warning N] [sum good|bad]
 *		[ts N] [cut N: bytes of the TCP header that were captured]
 */
#ifndef TESTS_SEGMENTS_H
#define TESTS_SEGMENTS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "decode/checksum.h"
#include "decode/decode.h"
#include "file/iface.h"
#include "flow/flow.h"
#include "packet.h"
#include "sink.h"

struct script {
	struct flow_table *table;
	struct flow_segment_info last; /* of the last segment */
	struct flow_conn *conn;	       /* of the last segment */
	uint32_t isn[2];
	struct sink *sink; /* where segments go in place of the table */
	int status;	   /* what it returned last */
};

static inline void script_begin(struct script *s, const struct flow_settings *settings)
{
	struct flow_settings none = { .max_rows = 1000 };

	memset(s, 0, sizeof(*s));
	s->isn[0] = 4294967000u; /* wraps soon */
	s->isn[1] = 1000;
	if (flow_table_new(&s->table, settings ? settings : &none) < 0)
		abort();
}

static inline uint8_t script_flags(const char *w)
{
	uint8_t f = 0;

	for (; *w; w++)
		f |= *w == 'S'	 ? TCP_SYN
		     : *w == 'F' ? TCP_FIN
		     : *w == 'R' ? TCP_RST
		     : *w == 'P' ? TCP_PSH
		     : *w == '.' ? TCP_ACK
				 : 0;
	return f;
}

static inline void script_segment(struct script *s, const char *line)
{
	static const uint8_t ends[2][4] = { { 192, 0, 2, 1 }, { 198, 51, 100, 7 } };
	uint8_t ip[20 + 20 + 40 + 1500] = { 0x45 }, *bytes = ip + 20;
	static struct iface iface; /* connections keep its name */
	struct packet p = { .data = ip };
	struct decoded d = {
		.is_tcp = true, .family = AF_INET, .ip = ip, .has_ports = true, .has_header = true
	};
	char copy[256], *save, *w, *sum = NULL;
	int from = 0, nopt = 0;
	uint32_t cut = UINT32_MAX;
	size_t text_len = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	w = strtok_r(copy, " \t", &save);
	p.ts_ns = 1700000000000000000ull +
		  (uint64_t)(int64_t)(strtod(w, NULL) * 1e9 + (*w == '-' ? -0.5 : 0.5));
	w = strtok_r(NULL, " \t", &save);
	from = *w == 'S';
	d.src = ends[from];
	d.dst = ends[!from];
	d.sport = from ? 80 : 40000;
	d.dport = from ? 40000 : 80;
	w = strtok_r(NULL, " \t", &save);
	d.flags = script_flags(w);
	while ((w = strtok_r(NULL, " \t", &save))) {
		char *v = strcmp(w, "sack") == 0 ? w : strtok_r(NULL, strcmp(w, "text") ? " \t" : "", &save);
		uint32_t n = (uint32_t)strtoul(v, NULL, 10);

		if (strcmp(w, "seq") == 0) {
			d.seq = s->isn[from] + n;
		} else if (strcmp(w, "ack") == 0) {
			d.ack = s->isn[!from] + n;
		} else if (strcmp(w, "win") == 0) {
			d.win = (uint16_t)n;
		} else if (strcmp(w, "len") == 0) {
			d.payload_len = n;
		} else if (strcmp(w, "lost") == 0) {
			p.lost = n;
		} else if (strcmp(w, "iface") == 0) {
			iface.id = n;
			p.iface = &iface;
		} else if (strcmp(w, "dir") == 0) {
			p.dir = (uint8_t)n;
		} else if (strcmp(w, "isn") == 0) {
			s->isn[from] = n;
			d.seq = n;
		} else if (strcmp(w, "id") == 0) {
			ip[4] = (uint8_t)(n >> 8);
			ip[5] = (uint8_t)n;
		} else if (strcmp(w, "ttl") == 0) {
			ip[8] = (uint8_t)n;
		} else if (strcmp(w, "port") == 0) {
			*(from ? &d.dport : &d.sport) = (uint16_t)n;
		} else if (strcmp(w, "ws") == 0) {
			memcpy(bytes + 20 + nopt, (uint8_t[]){ 1, 3, 3, (uint8_t)n }, 4);
			nopt += 4;
		} else if (strcmp(w, "mss") == 0) {
			memcpy(bytes + 20 + nopt, (uint8_t[]){ 2, 4, (uint8_t)(n >> 8), (uint8_t)n }, 4);
			nopt += 4;
		} else if (strcmp(w, "ts") == 0) {
			memcpy(bytes + 20 + nopt, (uint8_t[]){ 1, 1, 8, 10, 0, 0, 0, (uint8_t)n, 0, 0, 0, 0 },
			       12);
			nopt += 12;
		} else if (strcmp(w, "cut") == 0) {
			cut = n;
		} else if (strcmp(w, "sack") == 0) {
			memcpy(bytes + 20 + nopt, (uint8_t[]){ 1, 1, 4, 2 }, 4);
			nopt += 4;
		} else if (strcmp(w, "alert") == 0 || strcmp(w, "warning") == 0) { /* of TLS */
			text_len = 7;
			memcpy(bytes + 60, (uint8_t[]){ 21, 3, 3, 0, 2, *w == 'a' ? 2 : 1, (uint8_t)n },
			       text_len);
			d.payload_len = (uint32_t)text_len;
		} else if (strcmp(w, "text") == 0) {
			text_len = strlen(v);
			memcpy(bytes + 60, v, text_len);
			d.payload_len = (uint32_t)text_len;
		} else if (strcmp(w, "sum") == 0) {
			sum = v;
		} else {
			fprintf(stderr, "unknown word %s in: %s\n", w, line);
			abort();
		}
	}
	d.hdr_len = (uint16_t)(20 + nopt);
	d.tcp = bytes;
	d.tcp_len = d.hdr_len + d.payload_len;
	d.tcp_cap = cut < d.hdr_len ? cut : d.hdr_len;
	d.payload = text_len ? bytes + 60 : NULL;
	d.payload_cap = (uint32_t)text_len;
	p.cap_len = sizeof(ip);
	p.wire_len = d.tcp_len + 20;
	if (sum) {
		uint16_t want;

		memcpy(ip + 12, d.src, 4);
		memcpy(ip + 16, d.dst, 4);
		d.tcp_cap = d.tcp_len;
		want = checksum_wanted(0, checksum_tcp(d.src, d.dst, 4, bytes, d.tcp_len)) ^ (*sum == 'b');
		bytes[16] = (uint8_t)(want >> 8);
		bytes[17] = (uint8_t)want;
	}
	if (s->sink) {
		s->status = s->sink->ops->packet(s->sink, &p, &d);
		return;
	}
	flow_segment(s->table, &p, &d, &s->last);
	s->conn = s->last.conn;
}

/* As a session begins. */
#define HANDSHAKE                                                                                            \
	"0 C S seq 0 win 64240 mss 1460 sack ws 7", "0.010 S S. seq 0 ack 1 win 65160 mss 1460 sack ws 7",   \
		"0.020 C . seq 1 ack 1 win 502"

/* Lines end at NULL. */
static inline void script_run(struct script *s, const char *const *lines)
{
	for (; *lines; lines++)
		script_segment(s, *lines);
}

#define SCRIPT(s, ...) script_run(s, (const char *const[]){ __VA_ARGS__, NULL })

static inline void script_end(struct script *s)
{
	flow_table_free(s->table);
}

#endif
