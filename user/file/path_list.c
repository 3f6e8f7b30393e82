// SPDX-License-Identifier: BSD-2-Clause
#include "file/path_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/log.h"

int path_list_add(struct path_list *l, const char *path)
{
	char **at = realloc(l->at, (l->n + 1) * sizeof(*at));

	if (at)
		l->at = at;
	if (!at || !(at[l->n] = strdup(path)))
		return err_r(-ENOMEM, "%s: out of memory", path);
	l->n++;
	return 0;
}

int path_list_read(struct path_list *l, const char *list)
{
	_cleanup_fclose_ FILE *f = strcmp(list, "-") ? fopen(list, "re") : fdopen(dup(STDIN_FILENO), "r");
	_cleanup_free_ char *line = NULL;
	size_t cap = 0, before = l->n;
	ssize_t len;
	int r = 0;

	if (!f)
		return err_r(-errno, "%s: %s", list, strerror(errno));
	while (!r && (len = getline(&line, &cap, f)) >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0])
			r = path_list_add(l, line);
	}
	if (!r && ferror(f))
		return err_r(-EIO, "%s: cannot be read", list);
	if (!r && l->n == before)
		return err_r(-EINVAL, "%s: names no file", list);
	return r;
}

void path_list_clear(struct path_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->at[i]);
	free(l->at);
	*l = (struct path_list){ 0 };
}
