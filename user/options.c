// SPDX-License-Identifier: BSD-2-Clause
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/format.h"
#include "options_table.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/strbuf.h"

static int add_string(struct string_list *l, const char *s)
{
	const char **at = realloc(l->at, (l->n + 1) * sizeof(*at));

	if (!at)
		return err_r(-ENOMEM, "options: out of memory");
	l->at = at;
	l->at[l->n++] = s;
	return 0;
}

bool options_row(size_t n, char *letter, const char **name, const char **arg)
{
	if (n >= option_rows_len)
		return false;
	*letter = option_rows[n].letter;
	*name = option_rows[n].name;
	*arg = option_rows[n].arg;
	return true;
}

static int set_number(uint64_t *to, const struct option_row *r, const char *arg)
{
	char *end;
	unsigned long long v;

	errno = 0;
	v = strtoull(arg, &end, 10);
	if (end == arg || *end || errno || strchr(arg, '-') || v < r->min || v > r->max)
		return err_r(-EINVAL, "invalid %s %s", r->what, arg);
	*to = v;
	return 0;
}

static int apply(struct options *o, const struct option_row *r, const char *arg)
{
	void *field = (char *)o + r->at;

	switch (r->kind) {
	case FLAG:
		*(int *)field = 1;
		return 0;
	case COUNT:
		++*(int *)field;
		return 0;
	case STRING:
		*(const char **)field = arg;
		return 0;
	case LIST:
		return add_string(field, arg);
	case NUMBER:
		return set_number(field, r, arg);
	case CALL:
		return r->call(o, arg);
	case NONE:
		break;
	}
	return err_r(-EINVAL, "option -%c is not taken: %s", r->letter, r->what);
}

/* The words of an expression, joined by blanks: as tcpdump's copy_argv. */
static int join_expression(struct options *o, char **words)
{
	struct strbuf b = { 0 };

	if (!*words)
		return 0;
	for (; *words; words++) {
		if (b.len)
			strbuf_char(&b, ' ');
		strbuf_str(&b, *words);
	}
	strbuf_char(&b, '\0');
	if (b.failed) {
		strbuf_free(&b);
		return err_r(-ENOMEM, "filter expression: out of memory");
	}
	o->expression = b.s;
	return 0;
}

/* FILE as an expression; `#' begins a comment that ends with its line, as in tcpdump. */
static int read_expression(struct options *o, const char *path)
{
	_cleanup_fclose_ FILE *f = strcmp(path, "-") ? fopen(path, "re") : fdopen(dup(0), "r");
	struct strbuf b = { 0 };
	bool comment = false;
	int c;

	if (!f)
		return err_r(-errno, "can't open %s: %s", path, strerror(errno));
	errno = 0;
	while ((c = getc(f)) > 0) {
		if (c == '#')
			comment = true;
		else if (c == '\n')
			comment = false;
		strbuf_char(&b, comment ? ' ' : (char)c);
	}
	strbuf_char(&b, '\0');
	if (!c || ferror(f) || b.failed) {
		const char *why = !c ? "a zero byte: this is no text" : strerror(errno ? errno : ENOMEM);

		strbuf_free(&b);
		return err_r(-EIO, "can't read the filter from %s: %s", path, why);
	}
	free(o->expression);
	o->expression = b.s;
	return 0;
}

static const struct option_row *row_of(int code)
{
	if (code >= 256)
		return &option_rows[code - 256];
	for (size_t i = 0; i < option_rows_len; i++)
		if (option_rows[i].letter == code)
			return &option_rows[i];
	return NULL;
}

static int has_argument(const struct option_row *r)
{
	if (!r->arg)
		return no_argument;
	return r->arg[0] == '[' ? optional_argument : required_argument;
}

static void fill_getopt(char *letters, struct option *names)
{
	*letters++ = ':';
	for (size_t i = 0; i < option_rows_len; i++) {
		if (option_rows[i].letter) {
			*letters++ = option_rows[i].letter;
			if (option_rows[i].arg)
				*letters++ = ':';
		}
		if (option_rows[i].name)
			*names++ = (struct option){ option_rows[i].name, has_argument(&option_rows[i]), NULL,
						    256 + (int)i };
	}
	*letters = '\0';
	*names = (struct option){ 0 };
}

static bool abbreviates(const char *word, const struct option_row *r)
{
	size_t n = strcspn(word, "=");

	return r->name && n > 2 && !strncmp(word, "--", 2) && !strncmp(word + 2, r->name, n - 2);
}

/* In getopt's words, which tcpdump prints before its usage. */
static int complain(int c, char **argv)
{
	static const char see[] = "see ebpfdump --help";
	const char *word = argv[optind - 1];
	const char *name = optopt >= 256 ? option_rows[optopt - 256].name : NULL;

	if (c == ':' && name)
		return err_r(-EINVAL, "option '--%s' requires an argument; %s", name, see);
	if (c == ':')
		return err_r(-EINVAL, "option requires an argument -- '%c'; %s", optopt, see);
	if (name)
		return err_r(-EINVAL, "option '--%s' doesn't allow an argument; %s", name, see);
	if (optopt)
		return err_r(-EINVAL, "invalid option -- '%c'; %s", optopt, see);
	for (size_t i = 0; i < option_rows_len; i++)
		if (abbreviates(word, &option_rows[i]))
			return err_r(-EINVAL, "option '%s' is ambiguous; %s", word, see);
	return err_r(-EINVAL, "unrecognized option '%s'; %s", word, see);
}

/* What is unique among tcpdump's long options may be abbreviated as there, whatever begins alike here. */
static const struct option_row *abbreviated(const char *word)
{
	const struct option_row *found = NULL;

	for (const struct option_row *r = option_rows; r->letter || r->name; r++) {
		if (!abbreviates(word, r))
			continue;
		if (found)
			return NULL;
		found = r;
	}
	return found;
}

static int apply_abbreviated(struct options *o, const struct option_row *r, int argc, char **argv)
{
	const char *arg = strchr(argv[optind - 1], '=');

	optopt = 256 + (int)(r - option_rows);
	if (arg && !r->arg)
		return complain('?', argv);
	if (r->arg && !arg && optind == argc)
		return complain(':', argv);
	return apply(o, r, arg ? arg + 1 : r->arg ? argv[optind++] : NULL);
}

static int check_files(const struct options *o)
{
	bool rotates = o->rotate_bytes || o->rotate_seconds;

	for (size_t i = 0; i < o->comments.n; i++)
		if (strlen(o->comments.at[i]) > UINT16_MAX)
			return err_r(-EINVAL, "--comment: a file holds comments of at most %u bytes",
				     UINT16_MAX);
	if (!o->write && (o->compress || o->keep_bytes || o->stop_bytes || o->comments.n || o->verdict))
		return err_r(
			-EINVAL,
			"--compress, --keep, --stop-size, --comment and --verdict need a file to write: -w FILE");
	if (o->after_s && !o->records)
		return err_r(-EINVAL, "--after needs --last or --trigger");
	if (o->records && (!o->write || rotates || !strcmp(o->write, "-")))
		return err_r(
			-EINVAL,
			"--last and --trigger write a file of their own each time: -w FILE, without -C and -G");
	if (rotates && o->write && !strcmp(o->write, "-"))
		return err_r(-EINVAL, "-C and -G need names of files: standard output cannot be rotated");
	if (!o->write && (rotates || o->max_files || o->postrotate))
		log_line("-C, -G, -W and -z do nothing without -w");
	if (!o->write && o->icmp)
		log_line("--icmp does nothing without -w");
	if (!rotates && o->keep_bytes)
		return err_r(-EINVAL, "--keep needs -C or -G");
	if ((o->comments.n || o->verdict) && format_of_name(o->write) == FORMAT_PCAP)
		return err_r(
			-EINVAL,
			"%s: a pcap file has no place for --comment and --verdict; give it a name ending in "
			".pcapng",
			o->write);
	return 0;
}

static int check(const struct options *o)
{
	if (o->time > 5)
		return err_r(-EINVAL, "only -t, -tt, -ttt, -tttt and -ttttt are supported");
	if (o->numeric_foreign && (o->reads.n || o->read_list))
		return err_r(-EINVAL, "-f can not be used with -V or -r");
	if (o->reads.n && o->read_list)
		return err_r(-EINVAL, "-V and -r are mutually exclusive.");
	if (o->sample_all_flags && !o->sample && !o->cpu_budget)
		return err_r(-EINVAL, "--sample-all-flags needs --sample or --cpu-budget");
	if (o->sample_seed && !o->sample_flows && !o->cpu_budget)
		return err_r(-EINVAL, "--sample-seed needs --sample-flows or --cpu-budget");
	if (o->head_table && !o->head)
		return err_r(-EINVAL, "--head-table needs --head");
	return check_files(o);
}

int options_parse(struct options *o, int argc, char **argv)
{
	_cleanup_free_ char *letters = calloc(option_rows_len + 1, 2);
	_cleanup_free_ struct option *names = calloc(option_rows_len + 1, sizeof(*names));
	int c, r;

	*o = (struct options){ .snaplen = SNAPLEN_MAX, .flow = { .max_connections = 1000000 } };
	if (!letters || !names)
		return err_r(-ENOMEM, "options: out of memory");
	fill_getopt(letters, names);
	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		const struct option_row *row = c == '?' && !optopt ? abbreviated(argv[optind - 1]) : NULL;

		if (row)
			r = apply_abbreviated(o, row, argc, argv);
		else if (c == '?' || c == ':')
			r = complain(c, argv);
		else
			r = apply(o, row_of(c), optarg);
		if (r)
			return r;
	}
	r = o->filter_file ? read_expression(o, o->filter_file) : join_expression(o, argv + optind);
	if (!r)
		r = options_flow_check(o);
	return r ? r : check(o);
}

void options_free(struct options *o)
{
	free(o->ifaces.at);
	free(o->reads.at);
	free(o->comments.at);
	free(o->expression);
	*o = (struct options){ 0 };
}

static void help_row(const struct option_row *r)
{
	char left[64], letter[4] = "";

	if (r->letter)
		snprintf(letter, sizeof(letter), "-%c", r->letter);
	snprintf(left, sizeof(left), "%2s%s%s%s%s%s", letter,
		 r->letter && r->name ? ", "
		 : r->letter	      ? ""
				      : "  ",
		 r->name ? "--" : "", r->name ? r->name : "", r->arg && r->arg[0] != '[' ? " " : "",
		 r->arg ? r->arg : "");
	printf("  %-34s%s%s\n", left, strlen(left) > 33 ? "\n                                    " : "",
	       r->help);
}

void options_help(void)
{
	printf("Usage: ebpfdump [option …] [filter expression]\n"
	       "Captures TCP segments; the expression is pcap-filter(7)'s. Reads and writes pcapng and pcap.\n\n");
	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *r = &option_rows[i];

		if (r->help && (r->letter || r->name))
			help_row(r);
		else if (r->help)
			printf("\n%s:\n", r->help);
	}
}
