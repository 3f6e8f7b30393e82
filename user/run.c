// SPDX-License-Identifier: BSD-2-Clause
#include "run.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>

#include "capture/capture.h"
#include "filter/filter.h"
#include "filter/linktype.h"
#include "list.h"
#include "options.h"
#include "session.h"
#include "util/io.h"
#include "util/log.h"
#include "util/strbuf.h"

#include <pcap/pcap.h>

static int print_version(void)
{
	printf("ebpfdump version %s\n%s\n", VERSION, pcap_lib_version());
	return 0;
}

/* -d: for the link type of -y, else Ethernet. */
static int dump_filter(const struct options *o)
{
	int link_type = o->link_type ? linktype_by_name(o->link_type) : 1;
	struct filter *f = NULL;
	struct strbuf text = { 0 };
	char err[256];
	int r;

	if (link_type < 0)
		return err_r(-EINVAL, "invalid data link type %s", o->link_type);
	r = filter_compile(&f, o->expression, (uint16_t)link_type, (uint32_t)o->snaplen, !o->no_optimize, err,
			   sizeof(err));
	if (r)
		return err_r(r, "%s", err);
	filter_dump(f, o->dump_filter, &text);
	r = write_all(1, text.s, text.len);
	strbuf_free(&text);
	filter_free(f);
	return r;
}

static int list_interfaces(void)
{
	struct strbuf text = { 0 };
	int r = capture_list(&text);

	if (!r)
		r = write_all(1, text.s, text.len);
	strbuf_free(&text);
	return r;
}

static int list(const struct options *o)
{
	char chosen[IF_NAMESIZE];
	const char *name = o->ifaces.n ? o->ifaces.at[0] : chosen;

	if (o->action == ACTION_LIST_IFACES)
		return list_interfaces();
	if (!o->ifaces.n && capture_default_iface(chosen, sizeof(chosen)))
		return err_r(-ENODEV, "no interface is up; name one with -i");
	return o->action == ACTION_LIST_CLOCKS ? list_clocks(name) : list_link_types(name);
}

int run(const struct options *o, const struct run_signals *signals)
{
	switch (o->action) {
	case ACTION_HELP:
		print_version();
		options_help();
		return 0;
	case ACTION_VERSION:
		return print_version();
	case ACTION_RUN:
		break;
	default:
		return list(o);
	}
	if (o->dump_filter)
		return dump_filter(o);
	return o->reads.n || o->read_list ? session_read(o, signals) : session_capture(o, signals);
}
