// SPDX-License-Identifier: BSD-2-Clause
/* What was attached where, for the person. */
#include "capture/internal.h"
#include "capture/port.h"
#include "capture/threads.h"
#include "util/strbuf.h"

/* With `any` many interfaces share one sentence. */
#define NAMED_MAX 8

void port_describe(struct strbuf *to, const struct port *p)
{
	const struct attach *in = &p->hooks[0], *out = &p->hooks[1];

	if (in->kind != ATTACH_NONE)
		strbuf_printf(to, "%s ingress", attach_name(in->kind));
	if (out->kind != ATTACH_NONE)
		strbuf_printf(to, "%s%s egress", in->kind != ATTACH_NONE ? ", " : "", attach_name(out->kind));
}

static bool same_hooks(const struct port *a, const struct port *b)
{
	return a->hooks[0].kind == b->hooks[0].kind && a->hooks[1].kind == b->hooks[1].kind;
}

static void describe_names(struct strbuf *to, const struct capture *c, size_t first)
{
	size_t n = 0;

	for (size_t i = first; i < c->nports; i++) {
		if (c->ports[i]->gone || !same_hooks(c->ports[i], c->ports[first]))
			continue;
		if (n < NAMED_MAX)
			strbuf_printf(to, "%s%s", n ? ", " : "", c->ports[i]->device.name);
		n++;
	}
	if (n > NAMED_MAX)
		strbuf_printf(to, " and %zu more", n - NAMED_MAX);
}

static bool told_before(const struct capture *c, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (!c->ports[j]->gone && same_hooks(c->ports[j], c->ports[i]))
			return true;
	return false;
}

void capture_describe(const struct source *s, struct strbuf *to)
{
	const struct capture *c = (const struct capture *)s;
	const char *sep = "attached to ";

	for (size_t i = 0; i < c->nports; i++) {
		if (c->ports[i]->gone || told_before(c, i))
			continue;
		strbuf_str(to, sep);
		describe_names(to, c, i);
		strbuf_str(to, ": ");
		port_describe(to, c->ports[i]);
		sep = "; ";
	}
	if (c->nports == 0)
		strbuf_str(to, "attached to no interface yet");
	strbuf_printf(to, "; %zu ring%s of %zu KiB", c->load.nonline, c->load.nonline == 1 ? "" : "s",
		      c->load.ring_bytes / 1024);
	if (threads_count(c))
		strbuf_printf(to, "; %u thread%s", threads_count(c), threads_count(c) == 1 ? "" : "s");
}

uint64_t capture_held(const struct source *s, uint64_t *all)
{
	const struct load *l = &((const struct capture *)s)->load;
	uint64_t most = 0;

	for (size_t i = 0; i < l->nonline; i++) {
		uint64_t held = (uint64_t)ring_blocks_held(&l->rings[i]) * l->rings[i].block_bytes;

		if (held > most)
			most = held;
	}
	*all = l->log_bytes;
	return most;
}

bool capture_is_any(const struct source *s)
{
	return ((const struct capture *)s)->s.any;
}

bool capture_uses_clsact(const struct source *s)
{
	return ((const struct capture *)s)->slot.fd >= 0;
}
