// SPDX-License-Identifier: BSD-2-Clause
#include "extcap.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/filter.h"
#include "options.h"
#include "util/cleanup.h"
#include "util/log.h"

#define INTERFACE "ebpfdump"
#define LINKTYPE_ETHERNET 1

/* What Wireshark offers in its dialog; left out where this program has no such option. */
static const struct {
	const char *call;   /* Wireshark's word for it */
	const char *option; /* ours */
	const char *display, *rest;
	const char *const values[4]; /* of a selector */
} offers[] = {
	{ "--mode", "mode", "Hook", "{type=selector}{group=Capture}", { "tc", "xdp" } },
	{ "--sample",
	  "sample",
	  "One in N segments",
	  "{type=unsigned}{range=1,65535}{default=1}{group=Capture}",
	  { 0 } },
	{ "--snapshot-length",
	  "snapshot-length",
	  "Bytes of each segment",
	  "{type=unsigned}{range=1,262144}{default=262144}{group=Capture}",
	  { 0 } },
	{ "--headers", "headers", "Headers only", "{type=boolflag}{group=Capture}", { 0 } },
	{ "--process",
	  "process",
	  "Process (name or PID)",
	  "{type=string}{required=false}{group=Capture}",
	  { 0 } },
};

static bool has_option(const char *name)
{
	const char *row_name, *arg;
	char letter;

	for (size_t n = 0; options_row(n, &letter, &row_name, &arg); n++)
		if (row_name && !strcmp(row_name, name))
			return true;
	return false;
}

static bool has_word(int argc, char **argv, const char *word)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], word))
			return true;
	return false;
}

/* What follows a word, or NULL. */
static char *value_of(int argc, char **argv, const char *word)
{
	size_t n = strlen(word);

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], word))
			return i + 1 < argc ? argv[i + 1] : NULL;
		if (!strncmp(argv[i], word, n) && argv[i][n] == '=')
			return argv[i] + n + 1;
	}
	return NULL;
}

bool extcap_asked(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], "--extcap-", 9))
			return true;
	return false;
}

static void list_interfaces(void)
{
	printf("extcap {version=%s}{display=eBPF TCP capture}\n", VERSION);
	printf("interface {value=" INTERFACE "}{display=TCP by eBPF}\n");
}

static void list_devices(void)
{
	struct if_nameindex *all = if_nameindex();

	printf("arg {number=0}{call=--ifname}{display=Network interface}{type=selector}{required=false}{group=Capture}\n");
	printf("value {arg=0}{value=}{display=of the default route}{default=true}\n");
	for (const struct if_nameindex *i = all; i && i->if_index; i++)
		printf("value {arg=0}{value=%s}{display=%s}\n", i->if_name, i->if_name);
	if (all)
		if_freenameindex(all);
}

static void list_offers(void)
{
	int number = 0;

	list_devices();
	for (size_t i = 0; i < ARRAY_LEN(offers); i++) {
		if (!has_option(offers[i].option))
			continue;
		number++;
		printf("arg {number=%d}{call=%s}{display=%s}%s\n", number, offers[i].call, offers[i].display,
		       offers[i].rest);
		for (size_t v = 0; v < ARRAY_LEN(offers[i].values) && offers[i].values[v]; v++)
			printf("value {arg=%d}{value=%s}{display=%s}%s\n", number, offers[i].values[v],
			       offers[i].values[v], v ? "" : "{default=true}");
	}
}

/* Says what is wrong with it; nothing if it is right. */
static void check_filter(const char *expression)
{
	struct filter *f = NULL;
	char err[256];

	if (filter_compile(&f, expression, LINKTYPE_ETHERNET, 262144, true, err, sizeof(err)))
		printf("%s\n", err);
	filter_free(f);
}

static int add(char **words, int n, const char *option, char *value)
{
	if (!value || !*value)
		return n;
	words[n++] = (char *)(uintptr_t)option;
	words[n++] = value;
	return n;
}

/* The command line that a person would have typed. */
static int capture_options(struct options *o, int argc, char **argv)
{
	char *words[2 * ARRAY_LEN(offers) + 10] = { argv[0] };
	char *fifo = value_of(argc, argv, "--fifo"),
	     *filter = value_of(argc, argv, "--extcap-capture-filter");
	int n = 1, r;

	if (!fifo)
		return err_r(-EINVAL, "--capture needs --fifo PATH");
	n = add(words, n, "-w", fifo);
	n = add(words, n, "-i", value_of(argc, argv, "--ifname"));
	for (size_t i = 0; i < ARRAY_LEN(offers); i++) {
		bool flag = strstr(offers[i].rest, "boolflag");

		if (!has_option(offers[i].option))
			continue;
		if (!flag)
			n = add(words, n, offers[i].call, value_of(argc, argv, offers[i].call));
		else if (has_word(argc, argv, offers[i].call))
			words[n++] = (char *)(uintptr_t)offers[i].call;
	}
	if (filter && *filter) {
		words[n++] = (char *)(uintptr_t) "--";
		words[n++] = filter;
	}
	r = options_parse(o, n, words);
	o->extcap = true;
	return r;
}

int extcap_parse(struct options *o, int argc, char **argv)
{
	const char *interface = value_of(argc, argv, "--extcap-interface");
	const char *filter = value_of(argc, argv, "--extcap-capture-filter");

	*o = (struct options){ 0 };
	if (has_word(argc, argv, "--extcap-interfaces")) {
		list_interfaces();
		return 1;
	}
	if (interface && strcmp(interface, INTERFACE))
		return err_r(-EINVAL, "%s: there is only the interface " INTERFACE, interface);
	if (has_word(argc, argv, "--capture"))
		return capture_options(o, argc, argv);
	if (has_word(argc, argv, "--extcap-dlts"))
		printf("dlt {number=%d}{name=EN10MB}{display=Ethernet}\n", LINKTYPE_ETHERNET);
	else if (has_word(argc, argv, "--extcap-config"))
		list_offers();
	else if (filter)
		check_filter(filter);
	return 1;
}
