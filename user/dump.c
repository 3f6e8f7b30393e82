// SPDX-License-Identifier: BSD-2-Clause
#include "dump.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "decode/linktype.h"
#include "file/source.h"
#include "filter/filter.h"
#include "filter/linktype.h"
#include "options.h"
#include "session_internal.h"
#include "util/io.h"
#include "util/log.h"

#include <pcap/pcap.h>

static int dump_as_read(const struct options *o, const struct iface *i)
{
	struct strbuf text = { 0 };
	struct filter *f = NULL;
	char err[256];
	int r = filter_compile_file(&f, o->expression, i->link_type, i->swapped, i->snaplen, !o->no_optimize,
				    err, sizeof(err));

	if (!r && filter_never_answers(f, !i->undirected)) {
		filter_savefile_error(f, err, sizeof(err));
		r = -EOPNOTSUPP;
	}
	if (r) {
		filter_free(f);
		return err_r(r, "%s", err);
	}
	filter_dump(f, o->dump_filter, &text);
	r = write_all(STDOUT_FILENO, text.s, text.len);
	strbuf_free(&text);
	filter_free(f);
	return r;
}

/* As for the packets of the first file. */
static int dump_for_file(const struct options *o, const struct run_signals *signals)
{
	struct session s = { .o = o, .signals = signals };
	int r = session_open_files(&s);

	if (!r)
		r = dump_as_read(o, file_source_iface(s.source, 0));
	if (s.source)
		s.source->ops->close(s.source);
	iface_table_clear(&s.ifaces);
	return r;
}

static int set_link_type(pcap_t *p, const char *name)
{
	if (pcap_set_datalink(p, pcap_datalink_name_to_val(name)))
		return err_r(-EINVAL, "%s", pcap_geterr(p));
	log_line("data link type %s", name);
	return 0;
}

static int compile_and_dump(pcap_t *p, const struct options *o)
{
	struct bpf_program program;

	if (pcap_compile(p, &program, o->expression ? o->expression : "", !o->no_optimize, 0))
		return err_r(-EINVAL, "%s", pcap_geterr(p));
	bpf_dump(&program, o->dump_filter);
	pcap_freecode(&program);
	return fflush(stdout) ? err_r(-errno, "standard output: %s", strerror(errno)) : 0;
}

/* As for a socket at the interface: there the kernel keeps VLAN tags beside the packet. */
static int dump_for_interface(const struct options *o)
{
	char name[IF_NAMESIZE], err[PCAP_ERRBUF_SIZE];
	const char *link_type = o->link_type;
	pcap_t *p;
	int r = capture_iface_name(o->ifaces.at[0], name, sizeof(name)), status;

	if (r)
		return r;
	p = pcap_create(name, err);
	if (!p)
		return err_r(-ENODEV, "%s", err);
	pcap_set_snaplen(p, (int)o->snaplen);
	status = pcap_activate(p);
	if (!link_type && !strcmp(name, "any"))
		link_type = "LINUX_SLL2";
	if (status < 0)
		r = err_r(-EIO, "%s: %s", name, pcap_statustostr(status));
	else if (link_type)
		r = set_link_type(p, link_type);
	if (!r)
		r = compile_and_dump(p, o);
	pcap_close(p);
	return r;
}

static int dump_for_link_type(const struct options *o)
{
	int link_type = o->link_type ? linktype_by_name(o->link_type) : LINKTYPE_ETHERNET, r;
	pcap_t *p = pcap_open_dead(linktype_dlt((uint16_t)link_type), (int)o->snaplen);

	if (!o->link_type)
		fputs("Warning: assuming Ethernet\n", stderr);
	if (!p)
		return err_r(-ENOMEM, "-d: out of memory");
	r = compile_and_dump(p, o);
	pcap_close(p);
	return r;
}

int dump_filter(const struct options *o, const struct run_signals *signals)
{
	if (o->reads.n || o->read_list)
		return dump_for_file(o, signals);
	return o->ifaces.n ? dump_for_interface(o) : dump_for_link_type(o);
}
