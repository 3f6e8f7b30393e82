// SPDX-License-Identifier: BSD-2-Clause
/* Bytes → decode, for every link type: whatever it says lies inside the packet, and what the kernel takes for
 * TCP is TCP to it. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "decode/checksum.h"
#include "decode/decode.h"
#include "decode/icmp.h"
#include "decode/linktype.h"

struct walk_bytes {
	const uint8_t *data;
	uint32_t len;
};

static inline int walk_load(const struct walk_bytes *b, uint32_t off, void *to, uint32_t len)
{
	if (off > b->len || b->len - off < len)
		return -1;
	memcpy(to, b->data + off, len);
	return 0;
}

#include "ebpfdump/walk.h"

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void inside(const struct packet *p, const uint8_t *at, size_t n)
{
	must(at >= p->data && at <= p->data + p->cap_len && (size_t)(p->data + p->cap_len - at) >= n);
}

static void check_layers(const struct decoded *d, const struct packet *p)
{
	must(d->nlayers >= 1 && d->nlayers <= DECODE_LAYERS_MAX);
	for (uint32_t i = 0; i < d->nlayers; i++) {
		const struct layer *l = &d->layers[i];

		must(l->kind > LAYER_NONE && l->kind < LAYER_KINDS);
		must(l->off <= p->cap_len && l->cap <= p->cap_len - l->off);
		must(i == 0 || l->off >= l[-1].off);
	}
}

static void check_tcp(const struct decoded *d, const struct packet *p)
{
	struct tcp_option_iter it;
	struct tcp_option o;

	if (d->ip) {
		inside(p, d->src, d->family == 2 ? 4 : 16);
		inside(p, d->dst, d->family == 2 ? 4 : 16);
	}
	if (!d->tcp)
		return;
	must(d->ip != NULL);
	inside(p, d->tcp, d->tcp_cap);
	must(!d->has_ports || d->tcp_cap >= 4 || d->tcp_len < 4);
	must(d->payload_cap <= d->payload_len);
	if (d->payload)
		inside(p, d->payload, d->payload_cap);
	if (d->has_header && d->tcp_cap >= 20) {
		tcp_options_begin(&it, d);
		while (tcp_options_next(&it, &o) > 0)
			inside(p, o.data, o.len);
	}
}

static void check_walk(const struct decoded *d, uint16_t link, const struct packet *p)
{
	const struct walk_bytes bytes = { p->data, p->cap_len };
	struct walk w;

	if (link == LINKTYPE_ETHERNET && walk_ethernet(&bytes, &w, WALK_DEEP) == WALK_TCP)
		must(d->is_tcp);
	if (link == LINKTYPE_RAW && walk_raw(&bytes, &w, WALK_DEEP) == WALK_TCP)
		must(d->is_tcp);
}

static void check_quote(const struct decoded *d, const struct packet *p)
{
	struct icmp_quote q;
	uint32_t len = d->family == AF_INET ? 4 : 16;

	if (!decode_icmp_quote(&q, p, d))
		return;
	must(!d->is_tcp);
	inside(p, q.ip, len == 4 ? 28 : 48);
	inside(p, q.from, len);
	inside(p, q.src, len);
	inside(p, q.dst, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct packet p = { .cap_len = (uint32_t)(n ? n - 1 : 0) };
	struct decoded d;
	uint8_t *exact;

	if (n < 2)
		return 0;
	exact = malloc(n - 1);
	if (!exact)
		return 0;
	memcpy(exact, data + 1, n - 1);
	p.data = exact;
	p.wire_len = p.cap_len + (data[0] >> 4);
	for (uint16_t link = 0; link < 300; link++) {
		if (!decode_knows(link))
			continue;
		decode_packet(&d, link, &p);
		check_layers(&d, &p);
		check_tcp(&d, &p);
		check_walk(&d, link, &p);
		check_quote(&d, &p);
	}
	free(exact);
	return 0;
}
