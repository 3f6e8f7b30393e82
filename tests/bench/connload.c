// SPDX-License-Identifier: BSD-2-Clause
/* connload serve PORT | connload run FROM ADDRESS PORT SECONDS: connect, 64 bytes each way, close; prints
 * {"done":…,"ns":…}. FROM is a /24 whose addresses take turns: one of them alone runs out of ports, since
 * each stays in TIME-WAIT for a minute, and the search for a free one becomes what is measured. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BYTES 64

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int fail(const char *what)
{
	fprintf(stderr, "connload: %s: %s\n", what, strerror(errno));
	return 1;
}

static int serve(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
	char buf[BYTES];

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 1024))
		return fail("listen");
	puts("ready");
	fflush(stdout);
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c < 0)
			return fail("accept");
		if (recv(c, buf, BYTES, MSG_WAITALL) == BYTES && send(c, buf, BYTES, MSG_NOSIGNAL) == BYTES)
			recv(c, buf, BYTES, 0); /* the client closes first, and keeps the TIME_WAIT */
		close(c);
	}
}

static int once(const struct sockaddr_in *from, const struct sockaddr_in *to)
{
	char buf[BYTES] = { 'x' };
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1, r = -1;

	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	if (fd >= 0 && !bind(fd, (const struct sockaddr *)from, sizeof(*from)) &&
	    !connect(fd, (const struct sockaddr *)to, sizeof(*to)) &&
	    send(fd, buf, BYTES, MSG_NOSIGNAL) == BYTES && recv(fd, buf, BYTES, MSG_WAITALL) == BYTES)
		r = 0;
	close(fd);
	return r;
}

static int run(const char *network, const char *address, uint16_t port, double seconds)
{
	struct sockaddr_in from = { .sin_family = AF_INET },
			   to = { .sin_family = AF_INET, .sin_port = htons(port) };
	uint64_t start = now_ns(), done = 0;
	uint32_t first;

	if (inet_pton(AF_INET, network, &from.sin_addr) != 1 ||
	    inet_pton(AF_INET, address, &to.sin_addr) != 1)
		return fail(address);
	first = ntohl(from.sin_addr.s_addr) + (uint32_t)(start % 250);
	while ((double)(now_ns() - start) < seconds * 1e9) {
		from.sin_addr.s_addr = htonl((first & ~255u) | ((first + done) % 254 + 1));
		if (once(&from, &to))
			return fail(address);
		done++;
	}
	printf("{\"done\":%" PRIu64 ",\"ns\":%" PRIu64 "}\n", done, now_ns() - start);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve((uint16_t)atoi(argv[2]));
	if (argc == 6 && !strcmp(argv[1], "run"))
		return run(argv[2], argv[3], (uint16_t)atoi(argv[4]), atof(argv[5]));
	fprintf(stderr, "usage: connload serve PORT | connload run FROM ADDRESS PORT SECONDS\n");
	return 1;
}
