// SPDX-License-Identifier: BSD-2-Clause
#include "ssh.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/cleanup.h"

#define NAME "SSH_CONNECTION="
#define ANCESTORS 8

static bool is_address(const char *s)
{
	uint8_t addr[16];

	return inet_pton(AF_INET, s, addr) == 1 || inet_pton(AF_INET6, s, addr) == 1;
}

bool ssh_filter_of(const char *connection, char *expr, size_t size)
{
	char from[64], to[64];
	unsigned from_port, to_port;

	if (sscanf(connection, "%63s %u %63s %u", from, &from_port, to, &to_port) != 4)
		return false;
	from[strcspn(from, "%")] = to[strcspn(to, "%")] = '\0'; /* a link-local address names its interface */
	if (!is_address(from) || !is_address(to) || from_port > 65535 || to_port > 65535)
		return false;
	return snprintf(expr, size, "(host %s and host %s and tcp port %u and tcp port %u)", from, to,
			from_port, to_port) < (int)size;
}

/* The parent of a process, 0 if it cannot be told. */
static pid_t parent_of(pid_t pid)
{
	char path[64], word[64];
	int ppid = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	while (f && fscanf(f, "%63s", word) == 1)
		if (!strcmp(word, "PPid:"))
			return fscanf(f, "%d", &ppid) == 1 ? ppid : 0;
	return 0;
}

static bool filter_of_process(pid_t pid, char *expr, size_t size)
{
	_cleanup_free_ char *line = NULL;
	size_t room = 0;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	while (f && getdelim(&line, &room, '\0', f) > 0)
		if (!strncmp(line, NAME, strlen(NAME)))
			return ssh_filter_of(line + strlen(NAME), expr, size);
	return false;
}

bool ssh_session_filter(char *expr, size_t size)
{
	const char *own = getenv("SSH_CONNECTION");
	pid_t pid = getppid();

	if (own)
		return ssh_filter_of(own, expr, size);
	for (int i = 0; i < ANCESTORS && pid > 1; i++, pid = parent_of(pid))
		if (filter_of_process(pid, expr, size))
			return true;
	return false;
}
