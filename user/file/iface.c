// SPDX-License-Identifier: BSD-2-Clause
#include "file/iface.h"

#include <stdlib.h>

struct iface *iface_table_add(struct iface_table *t)
{
	struct iface **at = realloc(t->at, (t->n + 1) * sizeof(*at));
	struct iface *i;

	if (!at)
		return NULL;
	t->at = at;
	i = calloc(1, sizeof(*i));
	if (!i)
		return NULL;
	i->id = (uint32_t)t->n;
	i->ifrecv = i->filteraccept = i->osdrop = i->usrdeliv = UINT64_MAX;
	t->at[t->n++] = i;
	return i;
}

void iface_set_link(struct iface *i, uint16_t link_type, uint32_t snaplen)
{
	/* Programs that write Linux's number DLT_RAW mean what a file calls 101. */
	i->link_type = link_type == 12 ? 101 : link_type;
	i->snaplen = snaplen && snaplen <= INT32_MAX ? snaplen : 262144;
}

struct iface *iface_table_by_ifindex(const struct iface_table *t, uint32_t ifindex)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->at[i]->ifindex == ifindex)
			return t->at[i];
	return NULL;
}

void iface_table_clear(struct iface_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct iface *f = t->at[i];

		free(f->name);
		free(f->description);
		free(f->filter);
		free(f->comment);
		free(f->statistics_comment);
		free(f->addrs);
		free(f->options);
		free(f);
	}
	free(t->at);
	*t = (struct iface_table){ 0 };
}
