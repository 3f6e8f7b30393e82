// SPDX-License-Identifier: BSD-2-Clause
#include "options_table.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "file/pack.h"
#include "file/recorder.h"
#include "filter/linktype.h"
#include "print/payload.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <pcap/pcap.h>

static int set_mode(struct options *o, const char *arg)
{
	if (strcmp(arg, "xdp") && strcmp(arg, "tc"))
		return err_r(-EINVAL, "unknown mode `%s' (tc or xdp)", arg);
	o->xdp = strcmp(arg, "xdp") == 0;
	return 0;
}

static int set_snaplen(struct options *o, const char *arg)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 0);

	if (end == arg || *end || n > SNAPLEN_MAX || strchr(arg, '-'))
		return err_r(-EINVAL, "invalid snaplen %s (must be >= 0 and <= %d)", arg, SNAPLEN_MAX);
	o->snaplen = n ? n : SNAPLEN_MAX;
	return 0;
}

static int set_cpu_budget(struct options *o, const char *arg)
{
	char *end;
	double percent = strtod(arg, &end);

	end += *end == '%';
	if (!isdigit((unsigned char)*arg) || *end || !(percent >= 0.01 && percent <= 100))
		return err_r(-EINVAL, "invalid CPU budget %s (percent of each CPU, 0.01 to 100)", arg);
	o->cpu_budget = percent;
	return 0;
}

static int set_direction(struct options *o, const char *arg)
{
	if (!strcasecmp(arg, "in"))
		o->direction = DIRECTION_IN;
	else if (!strcasecmp(arg, "out"))
		o->direction = DIRECTION_OUT;
	else if (!strcasecmp(arg, "inout"))
		o->direction = DIRECTION_INOUT;
	else
		return err_r(-EINVAL, "unknown capture direction `%s'", arg);
	return 0;
}

static int set_precision(struct options *o, const char *arg)
{
	if (strncmp(arg, "micro", 5) &&
	    strncmp(arg, "nano", 4)) /* what follows is ignored: so does tcpdump */
		return err_r(-EINVAL, "unsupported time stamp precision");
	o->nano = arg[0] == 'n';
	return 0;
}

static int set_micro(struct options *o, const char *arg)
{
	o->nano = 0;
	return 0;
}

static int set_nano(struct options *o, const char *arg)
{
	o->nano = 1;
	return 0;
}

static int set_payload_type(struct options *o, const char *arg)
{
	/* What tcpdump knows; those that say nothing about TCP leave payloads unread, as there. */
	static const struct {
		const char *name;
		uint32_t type;
	} types[] = {
		{ "resp", PAYLOAD_RESP },   { "zmtp1", PAYLOAD_ZMTP1 },	   { "domain", PAYLOAD_DOMAIN },
		{ "vat", PAYLOAD_NONE },    { "wb", PAYLOAD_NONE },	   { "rpc", PAYLOAD_NONE },
		{ "rtp", PAYLOAD_NONE },    { "rtcp", PAYLOAD_NONE },	   { "snmp", PAYLOAD_NONE },
		{ "cnfp", PAYLOAD_NONE },   { "tftp", PAYLOAD_NONE },	   { "aodv", PAYLOAD_NONE },
		{ "carp", PAYLOAD_NONE },   { "radius", PAYLOAD_NONE },	   { "vxlan", PAYLOAD_NONE },
		{ "pgm", PAYLOAD_NONE },    { "pgm_zmtp1", PAYLOAD_NONE }, { "lmp", PAYLOAD_NONE },
		{ "someip", PAYLOAD_NONE }, { "ptp", PAYLOAD_NONE },
	};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (!strcasecmp(arg, types[i].name)) {
			o->payload_type = types[i].type;
			return 0;
		}
	return err_r(-EINVAL, "unknown packet type `%s'", arg);
}

static int set_clock(struct options *o, const char *arg)
{
	if (pcap_tstamp_type_name_to_val(arg) < 0)
		return err_r(-EINVAL, "invalid time stamp type %s", arg);
	o->clock = arg;
	return 0;
}

static int set_link_type(struct options *o, const char *arg)
{
	if (linktype_by_name(arg) < 0)
		return err_r(-EINVAL, "invalid data link type %s", arg);
	o->link_type = arg;
	return 0;
}

static int set_action(struct options *o, int action)
{
	if (o->action == ACTION_RUN)
		o->action = action;
	return 0;
}

/* A number of units, or with the suffix k, m or g of KiB, MiB or GiB. */
static int set_size(uint64_t *to, const char *arg, uint64_t unit, const char *what)
{
	static const char suffixes[] = "kmg";
	char *end;
	unsigned long long n = strtoull(arg, &end, 10);
	const char *suffix = *end ? strchr(suffixes, tolower((unsigned char)*end)) : NULL;

	if (suffix) {
		unit = 1024ull << 10 * (suffix - suffixes);
		end++;
	}
	if (end == arg || *end || strchr(arg, '-') || !n)
		return err_r(-EINVAL, "invalid %s %s", what, arg);
	if (n > INT64_MAX / unit)
		return err_r(-EINVAL, "%s %s is too large", what, arg);
	*to = n * unit;
	return 0;
}

static int set_rotate_bytes(struct options *o, const char *arg)
{
	return set_size(&o->rotate_bytes, arg, 1000000, "file size");
}

static int set_keep_bytes(struct options *o, const char *arg)
{
	return set_size(&o->keep_bytes, arg, 1, "size to keep");
}

static int set_stop_bytes(struct options *o, const char *arg)
{
	return set_size(&o->stop_bytes, arg, 1, "size to stop at");
}

static int set_last(struct options *o, const char *arg)
{
	o->records = true;
	return recorder_parse_last(arg, &o->last_s, &o->last_bytes);
}

static int set_trigger(struct options *o, const char *arg)
{
	o->records = true;
	return recorder_parse_triggers(arg, &o->triggers, &o->trigger_command);
}

static int set_compress(struct options *o, const char *arg)
{
	if (!strcmp(arg, "gzip"))
		o->compress = PACK_GZIP;
	else if (!strcmp(arg, "zstd"))
		o->compress = PACK_ZSTD;
	else
		return err_r(-EINVAL, "unknown compression `%s'; gzip and zstd are known", arg);
	return 0;
}

static int want_help(struct options *o, const char *arg)
{
	return set_action(o, ACTION_HELP);
}

static int want_version(struct options *o, const char *arg)
{
	return set_action(o, ACTION_VERSION);
}

static int want_ifaces(struct options *o, const char *arg)
{
	return set_action(o, ACTION_LIST_IFACES);
}

static int want_link_types(struct options *o, const char *arg)
{
	return set_action(o, ACTION_LIST_LINK_TYPES);
}

static int want_clocks(struct options *o, const char *arg)
{
	return set_action(o, ACTION_LIST_CLOCKS);
}

static int accept_quietly(struct options *o, const char *arg)
{
	return 0;
}

static int set_flags(struct options *o, const char *arg)
{
	static const char *const names[] = { "fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr" };

	while (*arg) {
		size_t n = strcspn(arg, ","), i = 0;

		while (i < ARRAY_LEN(names) && (n != 3 || strncasecmp(arg, names[i], 3)))
			i++;
		if (i == ARRAY_LEN(names))
			return err_r(-EINVAL, "unknown TCP flag %.*s", (int)n, arg);
		o->flags |= 1u << i;
		arg += n + (arg[n] == ',');
	}
	return o->flags ? 0 : err_r(-EINVAL, "--flags names no flag");
}

#define AT(field) offsetof(struct options, field)

const struct option_row option_rows[] = {
	{ 'a', NULL, NULL, NULL, CALL, 0, .call = accept_quietly }, /* of old, as tcpdump takes it */
	{ 'A', NULL, NULL, "print each packet in ASCII (-AA: with its link-layer header)", COUNT, AT(ascii) },
	{ 'b', NULL, NULL, "print BGP's AS numbers in asdot notation", FLAG, AT(asdot) },
	{ 'B', "buffer-size", "KIB", "size of each CPU's ring buffer, in KiB (default 8192)", NUMBER,
	  AT(ring_kib), "packet buffer size", 1, 4194304 },
	{ 'c', NULL, "COUNT", "exit after COUNT packets", NUMBER, AT(count), "packet count", 1, INT_MAX },
	{ 0, "count", NULL, "print only how many packets a file holds", FLAG, AT(only_count) },
	{ 'C', NULL, "SIZE",
	  "begin a new file when one has passed SIZE million bytes (k, m, g: KiB, MiB, GiB)", CALL, 0,
	  .call = set_rotate_bytes },
	{ 'd', NULL, NULL, "print the compiled filter and stop (-dd: as C, -ddd: as numbers)", COUNT,
	  AT(dump_filter) },
	{ 'D', "list-interfaces", NULL, "list the interfaces and stop", CALL, 0, .call = want_ifaces },
	{ 'e', NULL, NULL, "print the link-layer header on each line", FLAG, AT(link_header) },
	{ 'E', NULL, "SECRET", NULL, NONE, 0, "decrypting IPsec is not what a TCP capture does" },
	{ 'f', NULL, NULL, "print addresses outside the local network as numbers", FLAG,
	  AT(numeric_foreign) },
	{ 'F', NULL, "FILE", "read the filter expression from FILE", STRING, AT(filter_file) },
	{ 'G', NULL, "SECONDS", "begin a new file every SECONDS; its name is a strftime(3) format", NUMBER,
	  AT(rotate_seconds), "number of seconds", 0, INT_MAX },
	{ 'h', "help", NULL, "print this help and stop", CALL, 0, .call = want_help },
	{ 'H', NULL, NULL, NULL, NONE, 0, "802.11s mesh headers are not decoded" },
	{ 0, "version", NULL, "print the version and stop", CALL, 0, .call = want_version },
	{ 'i', "interface", "INTERFACE",
	  "capture on INTERFACE, a name or a number of -D; may be given several times", LIST, AT(ifaces) },
	{ 'I', "monitor-mode", NULL, NULL, NONE, 0, "monitor mode is for radio captures; tcpdump does that" },
	{ 0, "immediate-mode", NULL, "accepted: packets are always handed on at once when somebody waits",
	  CALL, 0, .call = accept_quietly },
	{ 'j', "time-stamp-type", "TYPE", "time stamp type; `host' is the one there is", CALL, 0,
	  .call = set_clock },
	{ 'J', "list-time-stamp-types", NULL, "list the time stamp types and stop", CALL, 0,
	  .call = want_clocks },
	{ 0, "time-stamp-precision", "micro|nano", "precision of printed and read time stamps", CALL, 0,
	  .call = set_precision },
	{ 0, "micro", NULL, "the same as --time-stamp-precision=micro", CALL, 0, .call = set_micro },
	{ 0, "nano", NULL, "the same as --time-stamp-precision=nano", CALL, 0, .call = set_nano },
	{ 'K', "dont-verify-checksums", NULL, "do not verify checksums", FLAG, AT(no_checksum) },
	{ 'l', NULL, NULL, "write each line as soon as it is known", FLAG, AT(line_buffered) },
	{ 'L', "list-data-link-types", NULL, "list the interface's link types and stop", CALL, 0,
	  .call = want_link_types },
	{ 'm', NULL, "MODULE", NULL, NONE, 0, "SMI MIB modules are for SNMP, which is not TCP" },
	{ 'M', NULL, "SECRET", "verify the MD5 option (RFC 2385) with SECRET", STRING, AT(md5_secret) },
	{ 'n', NULL, NULL, "print addresses and ports as numbers", COUNT, AT(numeric) },
	{ 'N', NULL, NULL, "print host names without their domain", FLAG, AT(no_domain) },
	{ '#', "number", NULL, "print a number in front of each line", FLAG, AT(number) },
	{ 'O', "no-optimize", NULL, "do not optimise the compiled filter", FLAG, AT(no_optimize) },
	{ 'p', "no-promiscuous-mode", NULL, "do not put the interface into promiscuous mode", FLAG,
	  AT(no_promiscuous) },
	{ 0, "print", NULL, "print packets although -w writes them", FLAG, AT(print) },
	{ 'Q', "direction", "in|out|inout", "capture this direction only", CALL, 0, .call = set_direction },
	{ 'P', NULL, "DIRECTION", "the same as -Q, as some distributions call it", CALL, 0,
	  .call = set_direction },
	{ 'q', NULL, NULL, "print less about each packet (-qq: still less)", COUNT, AT(quick) },
	{ 'r', NULL, "FILE",
	  "read packets from FILE (pcap or pcapng; - is standard input); several are merged by time", LIST,
	  AT(reads) },
	{ 'S', "absolute-tcp-sequence-numbers", NULL, "print sequence numbers as they are", FLAG,
	  AT(absolute_seq) },
	{ 's', "snapshot-length", "BYTES", "capture at most BYTES of each packet (default, and 0: 262144)",
	  CALL, 0, .call = set_snaplen },
	{ 'T', NULL, "TYPE", "read payloads as TYPE (resp, zmtp1, domain)", CALL, 0,
	  .call = set_payload_type },
	{ 't', NULL, NULL,
	  "time: -t none, -tt seconds, -ttt since the last, -tttt date, -ttttt since the first", COUNT,
	  AT(time) },
	{ 'u', NULL, NULL, "print NFS file handles as they are", FLAG, AT(raw_handles) },
	{ 'U', "packet-buffered", NULL, "write each packet to the file as soon as it is known", FLAG,
	  AT(packet_buffered) },
	{ 'v', NULL, NULL, "print more about each packet (-vv, -vvv: still more)", COUNT, AT(verbose) },
	{ 'V', NULL, "FILE", "read packets from the files that FILE lists, one a line", STRING,
	  AT(read_list) },
	{ 'w', NULL, "FILE",
	  "write packets to FILE: pcapng, or pcap if it ends in .pcap or .cap; - is standard output", STRING,
	  AT(write) },
	{ 'W', NULL, "COUNT", "with -C a ring of COUNT files; with -G exit after COUNT files", NUMBER,
	  AT(max_files), "number of output files", 1, INT_MAX },
	{ 'x', NULL, NULL, "print each packet in hex (-xx: with its link-layer header)", COUNT, AT(hex) },
	{ 'X', NULL, NULL, "print each packet in hex and ASCII (-XX: with its link-layer header)", COUNT,
	  AT(hex_ascii) },
	{ 'y', "linktype", "TYPE", "the link type to use, e.g. EN10MB", CALL, 0, .call = set_link_type },
	{ 'z', NULL, "COMMAND", "with -C or -G run COMMAND FILE on each finished file", STRING,
	  AT(postrotate) },
	{ 'Z', "relinquish-privileges", "USER", "become USER once the capture is open", STRING, AT(user) },
	{ .help = "Capturing" },
	{ 0, "cpu", "LIST", "run on these CPUs, such as 3 or 0,2-5: the first, and --threads on the next",
	  STRING, AT(cpus) },
	{ 0, "decap", NULL,
	  "also TCP inside VXLAN, Geneve, GRE and IP; the expression is then of the inner packet", FLAG,
	  AT(decap) },
	{ 0, "duration", "SECONDS", "exit after SECONDS", NUMBER, AT(duration_s), "duration", 1, INT_MAX },
	{ 0, "icmp", NULL,
	  "also write ICMP errors that quote a segment which the expression accepts (-w, --last)", FLAG,
	  AT(icmp) },
	{ 0, "mode", "tc|xdp", "capture what comes in by tc (the default) or by XDP, before the stack", CALL,
	  0, .call = set_mode },
	{ 0, "netns", "PATH|PID|NAME", "capture in that network namespace", STRING, AT(netns) },
	{ 0, "threads", "N", "empty the CPUs' ring buffers in N threads (default: in the one that writes)",
	  NUMBER, AT(threads), "number of threads", 1, 1024 },
	{ .help = "Choosing packets" },
	{ 0, "cpu-budget", "PERCENT",
	  "keep fewer connections while the capture costs more than PERCENT of a CPU", CALL, 0,
	  .call = set_cpu_budget },
	{ 0, "filter-file", "FILE", "only addresses and networks that FILE lists, one a line; ! excludes",
	  STRING, AT(networks) },
	{ 0, "flags", "FLAG[,FLAG...]", "only segments with any of these TCP flags, e.g. syn,fin,rst", CALL,
	  0, .call = set_flags },
	{ 0, "head", "BYTES", "the first BYTES of each direction of a connection, then only SYN, FIN and RST",
	  NUMBER, AT(head), "head", 1, INT64_MAX },
	{ 0, "head-table", "DIRECTIONS", "how many directions --head follows at once (default 131072)",
	  NUMBER, AT(head_table), "head table", 1, 1 << 26 },
	{ 0, "headers", NULL, "cut each packet behind its TCP header: no payload", FLAG, AT(headers) },
	{ 0, "not-ssh", NULL, "leave out the ssh session from which this was started", FLAG, AT(not_ssh) },
	{ 0, "rate", "PPS", "at most PPS segments a second; the rest is counted as sampled out", NUMBER,
	  AT(rate), "rate", 1, 1000000000 },
	{ 0, "sample", "N", "keep one in N segments; SYN, FIN and RST always", NUMBER, AT(sample),
	  "sampling rate", 1, UINT32_MAX },
	{ 0, "sample-all-flags", NULL, "with --sample: SYN, FIN and RST are sampled like the rest", FLAG,
	  AT(sample_all_flags) },
	{ 0, "sample-flows", "N", "keep one in N connections, whole", NUMBER, AT(sample_flows),
	  "sampling rate", 1, UINT32_MAX },
	{ 0, "sample-seed", "SEED", "equal seeds keep equal connections, on every host (default 0)", NUMBER,
	  AT(sample_seed), "seed", 0, UINT32_MAX },
	{ .help = "Files" },
	{ 0, "comment", "TEXT", "write TEXT as a comment into the file; may be given several times", LIST,
	  AT(comments) },
	{ 0, "comments", NULL, "print the comments and marks that a file holds, under each packet", FLAG,
	  AT(show_comments) },
	{ 0, "compress", "gzip|zstd", "compress the file while it is written", CALL, 0,
	  .call = set_compress },
	{ 0, "keep", "SIZE", "delete the oldest rotated files, so that all take at most SIZE bytes", CALL, 0,
	  .call = set_keep_bytes },
	{ 0, "stop-size", "SIZE", "exit when SIZE bytes are written", CALL, 0, .call = set_stop_bytes },
	{ 0, "verdict", NULL, "write into the file what was done with each packet", FLAG, AT(verdict) },
	{ .help = "Flight recorder" },
	{ 0, "after", "SECONDS", "with --trigger write what follows for SECONDS, too", NUMBER, AT(after_s),
	  "number of seconds", 0, INT_MAX },
	{ 0, "last", "SECONDS|SIZE",
	  "keep the newest packets in memory; -w is written when a trigger fires (30, 64m, 30,64m)", CALL, 0,
	  .call = set_last },
	{ 0, "trigger", "WORD[,WORD]",
	  "write what --last keeps on: rst, retrans, zero-window, refused, signal, cmd:COMMAND", CALL, 0,
	  .call = set_trigger },
	{ .help = "Connections" },
	{ 0, "all", NULL, "unfold the runs of pure ACKs in ladders", FLAG, AT(flow.all) },
	{ 0, "analyze", NULL, "append what each segment is: <retransmission 204 ms>, <dup ack #2>", FLAG,
	  AT(flow.analyze) },
	{ 0, "ascii", NULL, "draw ladders and tables without line-drawing characters", FLAG, AT(flow.ascii) },
	{ 0, "connections", NULL, "one line for each connection: ends, times, amounts, what became of it",
	  FLAG, AT(flow.connections) },
	{ 0, "explain", NULL, "say in sentences what a connection's end proves, and what to try", FLAG,
	  AT(flow.explain) },
	{ 0, "fail-on", "refused,reset,retrans:N", "exit with status 3 when one of these happened", CALL, 0,
	  .call = options_flow_fail_on },
	{ 0, "flow", "[=text|svg|mermaid|json]", "draw each connection as a ladder (svg:FILE writes FILE)",
	  CALL, 0, .call = options_flow_picture },
	{ 0, "follow", "N|FILTER", "tell of connection number N, or of those that match FILTER, only", STRING,
	  AT(flow.follow) },
	{ 0, "json", "[=segments,connections,events]", "JSON, one object a line (default: all three)", CALL,
	  0, .call = options_flow_json },
	{ 0, "max-connections", "N",
	  "follow at most N connections, tell of the quietest and forget it (default 1000000)", NUMBER,
	  AT(flow.max_connections), "number of connections", 1, UINT32_MAX / 2 },
	{ 0, "sort", "KEY", "order of connections: time, bytes, pkts, retrans, rtt, duration", CALL, 0,
	  .call = options_flow_sort },
	{ 0, "stats", "SECONDS", "a line of statistics each SECONDS", NUMBER, AT(flow.stats_s), "interval", 1,
	  86400 },
	{ 0, "summary", NULL, "at the end: top talkers, top retransmitters, histogram of round trips", FLAG,
	  AT(flow.summary) },
	{ 0, "top", NULL, "a live table of the busiest connections, full screen", FLAG, AT(flow.top) },
};

const size_t option_rows_len = ARRAY_LEN(option_rows);
