// SPDX-License-Identifier: BSD-2-Clause
#include "print/names.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "print/names_cache.h"
#include "print/names_resolver.h"
#include "util/cleanup.h"
#include "util/strbuf.h"

#define WAIT_MS_DEFAULT 1000
#define PORTS 65536
#define NS_PER_MS 1000000
#define LAG_MS_MAX 200
#define WAIT_PACKETS 1000 /* may come during one wait: far fewer than a ring holds */
#define GAP_NS_MAX 1000000000
#define GAP_SHARE 16 /* each packet's part in the mean gap */

struct names {
	struct names_settings set;
	struct names_resolver *resolver; /* NULL: look up here and wait */
	struct names_cache cache;
	char **ports;	  /* TCP services by port; NULL with -n */
	uint64_t last_ns; /* live: the packet before */
	uint64_t gap_ns;  /* mean time between packets */
};

static int system_resolve(void *arg, int family, const uint8_t *addr, char *name, size_t size)
{
	struct hostent host, *found = NULL;
	char buf[8192];
	int herr;

	if (gethostbyaddr_r(addr, family == AF_INET ? 4 : 16, family, &host, buf, sizeof(buf), &found,
			    &herr) != 0 ||
	    !found)
		return -ENOENT;
	snprintf(name, size, "%s", found->h_name);
	return 0;
}

/* All at once at the start, as tcpdump does. Of several services on a port the first counts. */
static int load_services(struct names *n)
{
	struct servent *s;
	int ret = 0;

	n->ports = calloc(PORTS, sizeof(char *));
	if (!n->ports)
		return -ENOMEM;
	setservent(1);
	while (!ret && (s = getservent())) {
		char **slot = &n->ports[ntohs((uint16_t)s->s_port)];

		if (strcmp(s->s_proto, "tcp") != 0 || *slot)
			continue;
		*slot = strdup(s->s_name);
		if (!*slot)
			ret = -ENOMEM;
	}
	endservent();
	return ret;
}

struct names *names_new(const struct names_settings *s)
{
	struct names *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->set = *s;
	if (!n->set.resolve)
		n->set.resolve = system_resolve;
	if (!n->set.wait_ms)
		n->set.wait_ms = WAIT_MS_DEFAULT;
	if (s->numeric)
		return n;
	errno = -load_services(n);
	if (!errno && s->background)
		n->resolver = names_resolver_new(n->set.resolve, n->set.resolve_arg);
	n->gap_ns = (uint64_t)n->set.wait_ms * NS_PER_MS / WAIT_PACKETS;
	if (!errno)
		return n;
	names_free(n);
	return NULL;
}

void names_free(struct names *n)
{
	int saved = errno;
	size_t i;

	if (!n)
		return;
	names_resolver_free(n->resolver);
	names_cache_free(&n->cache);
	for (i = 0; n->ports && i < PORTS; i++)
		free(n->ports[i]);
	free(n->ports);
	free(n);
	errno = saved;
}

static bool is_behind(uint64_t ts_ns)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec >
	       ts_ns + (uint64_t)LAG_MS_MAX * NS_PER_MS;
}

void names_line(struct names *n, uint64_t ts_ns)
{
	uint64_t gap, wait_ms;

	if (!n || !n->resolver)
		return;
	gap = n->last_ns && ts_ns > n->last_ns ? ts_ns - n->last_ns : 0;
	if (n->last_ns)
		n->gap_ns += (gap < GAP_NS_MAX ? gap : GAP_NS_MAX) / GAP_SHARE - n->gap_ns / GAP_SHARE;
	n->last_ns = ts_ns;
	wait_ms = n->gap_ns * WAIT_PACKETS / NS_PER_MS;
	if (wait_ms > n->set.wait_ms)
		wait_ms = n->set.wait_ms;
	names_resolver_line(n->resolver, is_behind(ts_ns) ? 0 : (uint32_t)wait_ms);
}

static void put_number(struct strbuf *b, int family, const uint8_t *addr)
{
	if (family == AF_INET)
		names_ipv4(b, addr);
	else
		names_ipv6(b, addr);
}

static bool is_foreign(const struct names *n, int family, const uint8_t *addr)
{
	uint32_t a;

	if (family != AF_INET)
		return false;
	memcpy(&a, addr, 4);
	return (a & n->set.local_mask_be) != n->set.local_net_be;
}

/* Appends the host's name; what is not known yet is shown as a number and asked for again by the next line.
 */
static void look_up(struct names *n, struct strbuf *b, int family, const uint8_t *addr,
		    const struct name_key *key)
{
	char name[NAME_SIZE];
	size_t from = b->len;
	int ret;

	if (n->resolver)
		ret = names_resolver_ask(n->resolver, key, name, sizeof(name));
	else
		ret = n->set.resolve(n->set.resolve_arg, family, addr, name, sizeof(name));
	if (ret)
		put_number(b, family, addr);
	else
		strbuf_mem(b, name, n->set.no_domain ? strcspn(name, ".") : strlen(name));
	if (ret == 0 && n->set.found)
		n->set.found(n->set.found_arg, family, addr, name);
	if (ret != -EAGAIN && !b->failed)
		names_cache_put(&n->cache, key, b->s + from, b->len - from);
}

void names_host(struct names *n, struct strbuf *b, int family, const uint8_t *addr)
{
	struct name_key key = { .kind = family == AF_INET ? NAME_IPV4 : NAME_IPV6 };
	const char *text;

	if (!n || n->set.numeric || is_foreign(n, family, addr)) {
		put_number(b, family, addr);
		return;
	}
	memcpy(key.addr, addr, family == AF_INET ? 4 : 16);
	text = names_cache_get(&n->cache, &key);
	if (text)
		strbuf_str(b, text);
	else
		look_up(n, b, family, addr, &key);
}

void names_port(struct names *n, struct strbuf *b, uint16_t port)
{
	if (n && n->ports && n->ports[port])
		strbuf_str(b, n->ports[port]);
	else
		strbuf_u64(b, port);
}

/* The few makers that tcpdump knows. */
const char *names_maker(uint32_t oui)
{
	static const struct {
		uint32_t oui;
		const char *name;
	} makers[] = {
		{ 0x000000, "Ethernet" },
		{ 0x00000c, "Cisco" },
		{ 0x00005e, "IANA" },
		{ 0x000081, "Nortel Networks SONMP" },
		{ 0x0000f8, "Cisco bridged" },
		{ 0x00049f, "Freescale" },
		{ 0x0004ea, "HP-Labs" },
		{ 0x001018, "Broadcom" },
		{ 0x00120f, "IEEE 802.3 Private" },
		{ 0x0012bb, "ANSI/TIA" },
		{ 0x0015ad, "Netronome" },
		{ 0x001b21, "DCBX" },
		{ 0x002320, "Nicira Networks" },
		{ 0x002481, "HP" },
		{ 0x0080c2, "Ethernet bridged" },
		{ 0x009069, "Juniper" },
		{ 0x00a03e, "ATM Forum" },
		{ 0x00e004, "PMC-Sierra" },
		{ 0x00e02f, "DOCSIS Spanning Tree" },
		{ 0x080007, "Appletalk" },
		{ 0x080009, "Hewlett-Packard" },
		{ 0x5c16c7, "Big Switch Networks" },
		{ 0x748771, "Infoblox Inc" },
		{ 0xa42305, "Open Networking Lab" },
		{ 0xb0d2f5, "Vello Systems" },
		{ 0xd0f0db, "Ericsson" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(makers); i++)
		if (makers[i].oui == oui)
			return makers[i].name;
	return NULL;
}

static void put_mac(struct strbuf *b, const uint8_t mac[6])
{
	int i;

	for (i = 0; i < 6; i++) {
		if (i)
			strbuf_char(b, ':');
		strbuf_hex(b, mac[i], 2);
	}
}

static void look_up_ether(struct strbuf *b, const uint8_t mac[6])
{
	const char *maker = names_maker((uint32_t)mac[0] << 16 | (uint32_t)mac[1] << 8 | mac[2]);
	struct ether_addr addr;
	char name[NAME_SIZE];

	memcpy(&addr, mac, 6);
	if (ether_ntohost(name, &addr) == 0) {
		strbuf_str(b, name);
	} else if (memcmp(mac, "\xff\xff\xff\xff\xff\xff", 6) == 0) {
		strbuf_str(b, "Broadcast");
	} else {
		put_mac(b, mac);
		strbuf_printf(b, " (oui %s)", maker ? maker : "Unknown");
	}
}

void names_ether(struct names *n, struct strbuf *b, const uint8_t mac[6])
{
	struct name_key key = { .kind = NAME_ETHER };
	const char *text;
	size_t from;

	if (!n || n->set.numeric) {
		put_mac(b, mac);
		return;
	}
	memcpy(key.addr, mac, 6);
	text = names_cache_get(&n->cache, &key);
	if (text) {
		strbuf_str(b, text);
		return;
	}
	from = b->len;
	look_up_ether(b, mac);
	if (!b->failed)
		names_cache_put(&n->cache, &key, b->s + from, b->len - from);
}
