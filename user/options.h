/* SPDX-License-Identifier: BSD-2-Clause */
/* argv → struct options. One table stands behind parsing, --help, the completions and the man page check. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct string_list {
	const char **at;
	size_t n;
};

enum options_action {
	ACTION_RUN,
	ACTION_HELP,
	ACTION_VERSION,
	ACTION_LIST_IFACES,
	ACTION_LIST_LINK_TYPES,
	ACTION_LIST_CLOCKS
};
enum options_direction { DIRECTION_INOUT, DIRECTION_IN, DIRECTION_OUT };

/* Connections: what is told of them. */
struct options_flow {
	int connections, explain, summary, top, analyze; /* --NAME */
	int picture;					 /* --flow: enum flow_picture of output/flow.h */
	const char *picture_file;			 /* --flow=svg:FILE; NULL: standard output */
	int all, ascii;					 /* of the ladder */
	const char *follow; /* --follow: a number or a filter expression, which then is in expression too */
	int sort;	    /* --sort: enum flow_sort */
	uint64_t stats_s;   /* --stats; 0: none */
	uint64_t max_connections;
	bool json_segments, json_connections, json_events;
	bool fail_refused, fail_reset;
	uint64_t fail_retrans; /* 0: not looked at */
};

/* Strings point into argv or are owned by the options. Counts are how often an option was given. */
struct options {
	int action; /* enum options_action */

	/* where packets come from */
	struct string_list ifaces; /* -i */
	struct string_list reads;  /* -r */
	const char *read_list;	   /* -V */
	uint32_t direction;	   /* -Q: enum options_direction */
	uint64_t snaplen;	   /* -s */
	uint64_t ring_kib;	   /* -B; 0: the default */
	int no_promiscuous;	   /* -p */
	int xdp;		   /* --mode xdp */
	const char *netns;	   /* --netns */
	uint64_t threads;	   /* --threads; 0: none but the main one */
	const char *cpus;	   /* --cpu */
	uint64_t sample;	   /* --sample; 0: all */
	uint64_t sample_flows;	   /* --sample-flows; 0: all */
	uint64_t sample_seed;	   /* --sample-seed */
	int sample_all_flags;	   /* --sample-all-flags */
	double cpu_budget;	   /* --cpu-budget: percent; 0: no limit */
	uint64_t count;		   /* -c; 0: no limit */
	const char *link_type;	   /* -y */
	const char *clock;	   /* -j: one that libpcap knows; NULL without */

	/* the filter */
	const char *filter_file; /* -F */
	int not_ssh;		 /* --not-ssh */
	int no_optimize;	 /* -O */
	int dump_filter;	 /* -d */
	const char *networks;	 /* --filter-file */
	uint32_t flags;		 /* --flags: TCP flags */
	int headers;		 /* --headers */
	uint64_t rate;		 /* --rate; 0: no limit */
	uint64_t head;		 /* --head; 0: all */
	uint64_t head_table;	 /* --head-table; 0: the default */
	int decap;		 /* --decap */
	int icmp;		 /* --icmp */
	char *expression;	 /* the words that are no options, or what -F holds; NULL without */

	/* text */
	int ascii, hex, hex_ascii; /* -A, -x, -X */
	int link_header;	   /* -e */
	int numeric;		   /* -n */
	int no_domain;		   /* -N */
	int numeric_foreign;	   /* -f */
	int number;		   /* -# */
	int no_checksum;	   /* -K */
	int quick;		   /* -q */
	int absolute_seq;	   /* -S */
	int time;		   /* -t */
	int verbose;		   /* -v */
	int asdot;		   /* -b */
	int raw_handles;	   /* -u */
	int line_buffered;	   /* -l */
	int only_count;		   /* --count */
	int nano;		   /* --time-stamp-precision */
	uint32_t payload_type;	   /* -T: enum payload_type */
	const char *md5_secret;	   /* -M */

	/* files */
	const char *write;	     /* -w */
	int print;		     /* --print */
	int packet_buffered;	     /* -U */
	uint64_t rotate_bytes;	     /* -C */
	uint64_t rotate_seconds;     /* -G */
	uint64_t max_files;	     /* -W */
	const char *postrotate;	     /* -z */
	uint32_t compress;	     /* --compress: enum pack_kind */
	uint64_t keep_bytes;	     /* --keep */
	uint64_t stop_bytes;	     /* --stop-size */
	uint64_t duration_s;	     /* --duration */
	struct string_list comments; /* --comment */
	int show_comments;	     /* --comments */
	int verdict;		     /* --verdict */
	bool extcap;		     /* Wireshark reads: nothing is said, and it may leave */
	bool records;		     /* --last or --trigger */
	uint64_t last_s, last_bytes; /* --last */
	uint64_t after_s;	     /* --after */
	unsigned triggers;	     /* --trigger: enum trigger */
	const char *trigger_command;

	const char *user; /* -Z */

	struct options_flow flow;
};

/* Some option of these tells of connections on standard output, in place of the packets. */
bool options_flow_tells(const struct options_flow *f);

/* 0; -EINVAL after one line on stderr. */
int options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);
void options_help(void); /* to stdout */

/* For tests and completions: the n-th option; false behind the last. letter is 0 and name NULL where it has
 * none. */
bool options_row(size_t n, char *letter, const char **name, const char **arg);

#endif
