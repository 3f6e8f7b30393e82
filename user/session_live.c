// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "filter/linktype.h"
#include "following.h"
#include "options.h"
#include "run.h"
#include "session.h"
#include "session_internal.h"
#include "ssh.h"
#include "util/io.h"
#include "util/log.h"
#include "util/privilege.h"

#include <pcap/pcap.h>

/* Standard output is what tcpdump's would be without -w. */
static bool is_plain(const struct options *o)
{
	return !o->write && (o->only_count || session_prints_text(o));
}

static void print_listening(const struct session *s)
{
	const struct options *o = s->o;
	struct strbuf where = { 0 };

	if (!o->verbose && is_plain(o))
		log_line("verbose output suppressed, use -v[v]... for full protocol decode");
	else
		fputs("ebpfdump: ", stderr);
	fputs("listening on ", stderr);
	for (size_t i = 0; i < s->ifaces.n && !capture_is_any(s->source); i++)
		fprintf(stderr, "%s%s", i ? ", " : "", s->ifaces.at[i]->name);
	if (capture_is_any(s->source))
		fputs("any", stderr);
	session_print_link(s->ifaces.at[0], " bytes");
	capture_describe(s->source, &where);
	log_line("%s", strbuf_cstr(&where));
	strbuf_free(&where);
}

/* The expression, without the packets of our own ssh session where --not-ssh asks for that. */
static int make_expression(struct session *s)
{
	const struct options *o = s->o;
	char ssh[256];

	if (o->not_ssh && !ssh_session_filter(ssh, sizeof(ssh)))
		return err_r(-ENOENT, "--not-ssh: this was not started over ssh");
	if (o->not_ssh && o->expression)
		strbuf_printf(&s->expression, "(%s) and not %s", o->expression, ssh);
	else if (o->not_ssh)
		strbuf_printf(&s->expression, "not %s", ssh);
	else
		strbuf_str(&s->expression, o->expression ? o->expression : "");
	return s->expression.failed ? err_r(-ENOMEM, "filter expression: out of memory") : 0;
}

static void hint_at_ssh(const struct session *s)
{
	bool only_lo = s->ifaces.n == 1 && s->ifaces.at[0]->name && !strcmp(s->ifaces.at[0]->name, "lo");
	char ssh[256];

	if (!s->expression.len && !only_lo && ssh_session_filter(ssh, sizeof(ssh)))
		log_line("capturing your own ssh session too; add 'not port 22' or --not-ssh");
}

/* How long a packet may lie on its ring: on some machines each look takes 150 us of a CPU. */
static uint32_t latency_ms(const struct options *o)
{
	if (!o->write || o->print || o->packet_buffered || options_flow_tells(&o->flow))
		return 20;
	return o->extcap || !strcmp(o->write, "-") ? 100 : 200;
}

static int open_capture(struct session *s, const char *const *names, size_t n)
{
	const struct options *o = s->o;
	struct capture_settings c = {
		.ifaces = names,
		.nifaces = n,
		.direction = o->direction,
		.snaplen = (uint32_t)o->snaplen,
		.ring_kib = (uint32_t)o->ring_kib,
		.promisc = !o->no_promiscuous,
		.mode = o->xdp ? CAPTURE_XDP : CAPTURE_TC,
		.netns = o->netns,
		.sample = (uint32_t)o->sample,
		.sample_flows = (uint32_t)o->sample_flows,
		.cpu_budget = o->cpu_budget,
		.sample_seed = (uint32_t)o->sample_seed,
		.sample_all_flags = o->sample_all_flags,
		.expr = s->expression.len ? strbuf_cstr(&s->expression) : NULL,
		.no_optimize = o->no_optimize,
		.networks = o->networks,
		.flags = (uint8_t)o->flags,
		.headers = o->headers,
		.decap = o->decap,
		.icmp = o->icmp		      ? CAPTURE_ICMP_WHOLE
			: following_wanted(o) ? CAPTURE_ICMP_HEADERS
					      : CAPTURE_ICMP_NONE,
		.rate = (uint32_t)o->rate,
		.head = o->head,
		.head_directions = (uint32_t)o->head_table,
		.latency_ms = latency_ms(o),
		.threads = (uint32_t)o->threads,
		.cpus = o->cpus,
		.attaching = s->signals->settle,
		.wait_mask = s->signals->wait_mask,
	};

	return capture_open(&s->source, &c, &s->ifaces);
}

/* -y: the records have the link type that their interface has, and no other. */
static int check_link_type(const struct session *s)
{
	const char *name = s->o->link_type;

	if (!name)
		return 0;
	if (s->ifaces.n && s->ifaces.at[0]->link_type != linktype_by_name(name))
		return err_r(-EINVAL, "%s is not one of the DLTs supported by this device", name);
	log_line("data link type %s", name);
	return 0;
}

/* -j: others than the one there is are known, and not had, as of a device in tcpdump. */
static void check_clock(const struct session *s)
{
	const char *name = s->o->clock;

	if (name && strcmp(name, "host") && s->ifaces.n)
		fprintf(stderr, "ebpfdump: WARNING: When trying to set timestamp type '%s' on %s: %s\n", name,
			s->ifaces.at[0]->name, pcap_statustostr(PCAP_WARNING_TSTAMP_TYPE_NOTSUP));
}

/* What joins "any" later is attached to later, and tc filters of clsact are taken off at the end. */
static enum privilege_keep what_to_keep(const struct session *s)
{
	if (!capture_is_any(s->source) && !capture_uses_clsact(s->source))
		return PRIVILEGE_KEEP_NONE;
	return s->o->netns ? PRIVILEGE_KEEP_NETNS : PRIVILEGE_KEEP_NET;
}

int session_capture(const struct options *o, const struct run_signals *signals)
{
	struct session s = { .o = o, .signals = signals, .live = true, .pipeline = { .limit = o->count } };
	int r = make_expression(&s);

	if (!r)
		r = open_capture(&s, o->ifaces.at, o->ifaces.n);
	if (!r)
		r = check_link_type(&s);
	if (!r)
		check_clock(&s);
	if (!r && o->user)
		r = privilege_drop(o->user, what_to_keep(&s));
	if (!r)
		r = session_add_sinks(&s);
	if (!r) {
		if (!o->flow.top && !o->extcap) {
			print_listening(&s);
			hint_at_ssh(&s);
		}
		s.running = true;
		s.end_ns = session_end_ns(o);
		r = session_pump(&s);
		if (s.interrupted && is_plain(o)) /* as tcpdump, in case the terminal shows ^C */
			write_all(STDOUT_FILENO, "\n", 1);
	}
	return session_finish(&s, r);
}
