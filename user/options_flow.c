// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow/line.h"
#include "options_table.h"
#include "output/flow.h"
#include "util/cleanup.h"
#include "util/log.h"

/* The next word of a list with commas; *s moves behind it. False at the end. */
static bool next_word(const char **s, char *word, size_t size)
{
	size_t n = strcspn(*s, ",");

	if (!**s)
		return false;
	snprintf(word, size, "%.*s", (int)(n < size ? n : size - 1), *s);
	*s += n + ((*s)[n] == ',');
	return true;
}

int options_flow_picture(struct options *o, const char *arg)
{
	static const char *const names[] = { [PICTURE_TEXT] = "text",
					     [PICTURE_SVG] = "svg",
					     [PICTURE_MERMAID] = "mermaid",
					     [PICTURE_JSON] = "json" };

	o->flow.picture_file = NULL;
	o->flow.picture = PICTURE_TEXT;
	if (!arg)
		return 0;
	if (strncmp(arg, "svg:", 4) == 0 && arg[4]) {
		o->flow.picture = PICTURE_SVG;
		o->flow.picture_file = arg + 4;
		return 0;
	}
	for (size_t i = PICTURE_TEXT; i < ARRAY_LEN(names); i++)
		if (strcmp(arg, names[i]) == 0) {
			o->flow.picture = (int)i;
			return 0;
		}
	return err_r(-EINVAL, "unknown picture `%s': text, svg, svg:FILE, mermaid, json", arg);
}

int options_flow_json(struct options *o, const char *arg)
{
	struct options_flow *f = &o->flow;
	char word[32];

	if (!arg)
		f->json_segments = f->json_connections = f->json_events = true;
	else if (!*arg)
		return err_r(-EINVAL, "--json= names nothing: segments, connections, events");
	while (arg && next_word(&arg, word, sizeof(word))) {
		if (strcmp(word, "segments") == 0)
			f->json_segments = true;
		else if (strcmp(word, "connections") == 0)
			f->json_connections = true;
		else if (strcmp(word, "events") == 0)
			f->json_events = true;
		else
			return err_r(-EINVAL, "unknown kind of JSON `%s': segments, connections, events",
				     word);
	}
	return 0;
}

int options_flow_sort(struct options *o, const char *arg)
{
	o->flow.sort = flow_sort_key(arg);
	if (o->flow.sort < 0)
		return err_r(-EINVAL, "unknown order `%s': time, bytes, pkts, retrans, rtt, duration", arg);
	return 0;
}

int options_flow_fail_on(struct options *o, const char *arg)
{
	char word[32], *end;

	if (!*arg)
		return err_r(-EINVAL, "--fail-on names nothing: refused, reset, retrans:N");
	while (next_word(&arg, word, sizeof(word))) {
		if (strcmp(word, "refused") == 0) {
			o->flow.fail_refused = true;
		} else if (strcmp(word, "reset") == 0) {
			o->flow.fail_reset = true;
		} else if (strncmp(word, "retrans:", 8) == 0) {
			o->flow.fail_retrans = strtoull(word + 8, &end, 10);
			if (!o->flow.fail_retrans || *end || word[8] == '-')
				return err_r(-EINVAL, "invalid number in `%s'", word);
		} else {
			return err_r(-EINVAL, "unknown word `%s': refused, reset, retrans:N", word);
		}
	}
	return 0;
}

bool options_flow_tells(const struct options_flow *f)
{
	return f->connections || f->explain || f->summary || f->top || f->picture || f->json_segments ||
	       f->json_connections || f->json_events;
}

static bool is_number(const char *s)
{
	return s[strspn(s, "0123456789")] == '\0';
}

/* A filter narrows the expression: (expression) and (filter). */
static int narrow(struct options *o)
{
	char *both = NULL;
	int n;

	if (!o->flow.follow || is_number(o->flow.follow))
		return 0;
	if (o->expression)
		n = asprintf(&both, "(%s) and (%s)", o->expression, o->flow.follow);
	else
		n = asprintf(&both, "%s", o->flow.follow);
	if (n < 0)
		return err_r(-ENOMEM, "filter expression: out of memory");
	free(o->expression);
	o->expression = both;
	o->flow.follow = NULL;
	return 0;
}

int options_flow_check(struct options *o)
{
	struct options_flow *f = &o->flow;

	if (f->follow && is_number(f->follow)) {
		unsigned long long number = strtoull(f->follow, NULL, 10);

		if (number == 0 || number > UINT32_MAX)
			return err_r(
				-EINVAL,
				"--follow wants the number of a connection, from 1 to %u, or a filter expression",
				UINT32_MAX);
	}
	if (!options_flow_tells(f) && ((f->follow && is_number(f->follow)) || f->all || f->ascii || f->sort))
		log_line(
			"--all, --ascii, --follow and --sort do nothing without --connections, --flow or the like");
	if ((f->explain || f->summary) && !f->picture && !f->json_connections && !f->top)
		f->connections = 1;
	if (o->write && strcmp(o->write, "-") == 0 && options_flow_tells(f) &&
	    !(f->picture_file && !f->connections))
		return err_r(-EINVAL,
			     "-w - takes standard output: what is told of connections needs another place");
	if (f->top && (f->connections || f->picture || f->json_segments || f->json_connections ||
		       f->json_events || o->print))
		return err_r(-EINVAL, "--top takes the whole screen: nothing else can be printed beside it");
	return narrow(o);
}
