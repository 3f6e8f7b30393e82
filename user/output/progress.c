// SPDX-License-Identifier: BSD-2-Clause
#include "output/progress.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "sink.h"

#define NS_PER_S 1000000000ull

struct progress {
	struct sink base;
	const uint64_t *packets;
	uint64_t said;
	bool first;
};

static int sink_tick(struct sink *s, uint64_t now)
{
	struct progress *p = (struct progress *)s;

	p->base.due_ns += (now - p->base.due_ns) / NS_PER_S * NS_PER_S + NS_PER_S;
	if (!p->first && *p->packets == p->said)
		return 0;
	p->first = false;
	p->said = *p->packets;
	fprintf(stderr, "Got %" PRIu64 "\r", p->said);
	return 0;
}

static int sink_close(struct sink *s)
{
	free(s);
	return 0;
}

static const struct sink_ops progress_ops = { .tick = sink_tick, .close = sink_close };

int progress_sink_open(struct sink **out, const uint64_t *packets, uint64_t now_ns)
{
	struct progress *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->base = (struct sink){ .ops = &progress_ops, .due_ns = now_ns + NS_PER_S };
	p->packets = packets;
	p->first = true;
	*out = &p->base;
	return 0;
}
