/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which of the wanted packets are kept. Without --sample and --sample-flows nothing of this is left. */
#ifndef SAMPLE_BPF_H
#define SAMPLE_BPF_H

#include "maps.bpf.h"
#include "walk.bpf.h"

#include "ebpfdump/sample.h"

#define SAMPLE_FIN_SYN_RST 0x07
#define SAMPLE_FLAGS_OFF 13 /* of the TCP header */

struct sample_key {
	struct sample_end from, to;
	__u8 words; /* of the addresses; 0: the headers could not be read */
	__u8 flags; /* of TCP; 0 in a later fragment */
};

static __always_inline void sample_read(struct sample_key *k, const struct walk_bytes *b, bool ethernet,
					enum walk_depth depth)
{
	__be16 ports[2];
	struct walk w;

	k->words = 0;
	if ((ethernet ? walk_ethernet(b, &w, depth) : walk_raw(b, &w, depth)) != WALK_TCP)
		return;
	if (w.ethertype == WALK_ETHERTYPE_IPV4) {
		if (walk_load(b, w.l3_off + 12, &k->from.addr[0], 4) ||
		    walk_load(b, w.l3_off + 16, &k->to.addr[0], 4))
			return;
	} else if (walk_load(b, w.l3_off + 8, k->from.addr, 16) ||
		   walk_load(b, w.l3_off + 24, k->to.addr, 16)) {
		return;
	}
	if (w.fragment != WALK_LATER_FRAGMENT) {
		if (walk_load(b, w.l4_off, ports, sizeof(ports)))
			return;
		k->from.port = ports[0];
		k->to.port = ports[1];
		if (walk_load(b, w.l4_off + SAMPLE_FLAGS_OFF, &k->flags, 1))
			k->flags = 0;
	}
	k->words = w.ethertype == WALK_ETHERTYPE_IPV4 ? 1 : 4;
}

static __noinline void sample_read_deep(struct sample_key *k, const struct walk_bytes *b, bool ethernet)
{
	if (ethernet)
		sample_read(k, b, true, WALK_DEEP);
	else
		sample_read(k, b, false, WALK_DEEP);
}

/* direct: the linear bytes; deep: how to read the rest. */
static __always_inline void sample_read_key(struct sample_key *k, const struct walk_bytes *direct,
					    const struct walk_bytes *deep, bool ethernet)
{
	sample_read(k, direct, ethernet, WALK_SHALLOW);
	if (!k->words)
		sample_read_deep(k, deep, ethernet);
}

static __always_inline bool sample_keeps(const struct sample_key *k, struct cpu_state *cpu)
{
	if (settings.sample_flows > 1 && k->words) {
		bool keep = k->words == 1 ? sample_keeps_flow(&k->from, &k->to, 1, settings.sample_seed,
							      settings.sample_flows)
					  : sample_keeps_flow(&k->from, &k->to, 4, settings.sample_seed,
							      settings.sample_flows);

		if (!keep)
			return false;
	}
	if (settings.sample <= 1 || (!settings.sample_all_flags && k->flags & SAMPLE_FIN_SYN_RST))
		return true;
	if (++cpu->sample_at < settings.sample)
		return false;
	cpu->sample_at = 0;
	return true;
}

static __always_inline bool sample_skips(const struct walk_bytes *direct, const struct walk_bytes *deep,
					 bool ethernet, struct cpu_state *cpu)
{
	struct sample_key key = { .words = 0 };

	if (settings.sample <= 1 && settings.sample_flows <= 1)
		return false;
	sample_read_key(&key, direct, deep, ethernet);
	return !sample_keeps(&key, cpu);
}

#endif
