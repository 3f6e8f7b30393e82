// SPDX-License-Identifier: BSD-2-Clause
#include "run.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "dump.h"
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

static int list_interfaces(void)
{
	struct strbuf text = { 0 };
	int r = capture_list(&text);

	if (!r && text.failed) {
		r = err_r(-ENOMEM, "interfaces: out of memory");
	} else if (!r) {
		r = write_all(STDOUT_FILENO, text.s, text.len);
		if (r)
			err_r(r, "standard output: %s", strerror(-r));
	}
	strbuf_free(&text);
	return r;
}

static int list(const struct options *o)
{
	char chosen[IF_NAMESIZE];
	int r;

	if (o->action == ACTION_LIST_IFACES)
		return list_interfaces();
	if (!o->ifaces.n && capture_default_iface(chosen, sizeof(chosen)))
		return err_r(-ENODEV, "no interface is up; name one with -i");
	r = o->ifaces.n ? capture_iface_name(o->ifaces.at[0], chosen, sizeof(chosen)) : 0;
	if (r)
		return r;
	return o->action == ACTION_LIST_CLOCKS ? list_clocks(chosen) : list_link_types(chosen);
}

/* From files nothing is captured: what there would be to choose from is not asked for, as in tcpdump. */
static bool lists(const struct options *o)
{
	return o->action == ACTION_LIST_IFACES || !(o->reads.n || o->read_list);
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
		if (lists(o))
			return list(o);
	}
	if (o->dump_filter)
		return dump_filter(o, signals);
	return o->reads.n || o->read_list ? session_read(o, signals) : session_capture(o, signals);
}
