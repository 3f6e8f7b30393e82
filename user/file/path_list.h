/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of files: given one by one, or by a file that lists them. */
#ifndef FILE_PATH_LIST_H
#define FILE_PATH_LIST_H

#include <stddef.h>

struct path_list {
	char **at;
	size_t n;
};

int path_list_add(struct path_list *l, const char *path); /* copies; 0 or -ENOMEM after a message */
/* The lines of a file (or of stdin: "-"), empty ones left out. 0, or -errno after a message. */
int path_list_read(struct path_list *l, const char *list);
void path_list_clear(struct path_list *l);

#endif
