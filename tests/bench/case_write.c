// SPDX-License-Identifier: BSD-2-Clause
/* Records of 128 bytes from memory into /dev/null: our pcapng, with all that a live packet carries, and our
 * pcap, against libpcap's pcap_dump(). Rounds are interleaved; the median of each side. */
#include <net/if.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file/iface.h"
#include "file/sink.h"

#define RECORDS 2000000
#define ROUNDS 7

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double ours(const char *format_name, const struct iface_table *table, const uint8_t *data)
{
	struct packet p = { .cap_len = 128,
			    .wire_len = 1500,
			    .iface = table->at[0],
			    .dir = DIR_IN,
			    .hook = HOOK_TC,
			    .has_pkt_type = true };
	struct file_sink_settings s = {
		.path = "/dev/null", .format_name = format_name, .live = true, .ifaces = table
	};
	double start = seconds();
	struct sink *sink;

	if (file_sink_open(&sink, &s))
		exit(1);
	for (int i = 0; i < RECORDS; i++) {
		p.ts_ns = 1700000000000000000ull + (uint64_t)i * 100;
		p.data = data + i % 4096 * 128;
		if (sink->ops->packet(sink, &p, NULL))
			exit(1);
	}
	if (sink->ops->close(sink))
		exit(1);
	return RECORDS / (seconds() - start) / 1e6;
}

static double theirs(const uint8_t *data)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 262144);
	struct pcap_pkthdr h = { .caplen = 128, .len = 1500, .ts.tv_sec = 1700000000 };
	double start = seconds();
	pcap_dumper_t *d = pcap_dump_open(pcap, "/dev/null");

	if (!d)
		exit(1);
	for (int i = 0; i < RECORDS; i++) {
		h.ts.tv_usec = i % 1000000;
		pcap_dump((u_char *)d, &h, data + i % 4096 * 128);
	}
	pcap_dump_close(d);
	pcap_close(pcap);
	return RECORDS / (seconds() - start) / 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v)
{
	qsort(v, ROUNDS, sizeof(*v), by_size);
	return v[ROUNDS / 2];
}

static void row(const char *name, double *mine, double peer)
{
	double m = median(mine);

	printf("{\"case\": \"write 128 bytes, %s\", \"what\": \"million records a second to /dev/null; pcap_dump\", "
	       "\"ours\": %.2f, \"theirs\": %.2f, \"value\": %.2f, \"limit\": 8, \"better\": \"more\", \"unit\": \"M/s\"}\n",
	       name, m, peer, m);
}

int main(void)
{
	double pcapng[ROUNDS], pcap[ROUNDS], dump[ROUNDS], peer;
	uint8_t *data = malloc(4096 * 128);
	struct iface_table table = { 0 };
	struct iface *i = iface_table_add(&table);

	if (!data || !i)
		return 1;
	memset(data, 0x5a, 4096 * 128);
	i->link_type = 1;
	i->snaplen = 262144;
	for (int r = 0; r < ROUNDS; r++) {
		pcapng[r] = ours("x.pcapng", &table, data);
		dump[r] = theirs(data);
		pcap[r] = ours("x.pcap", &table, data);
	}
	peer = median(dump);
	row("pcapng", pcapng, peer);
	row("pcap", pcap, peer);
	iface_table_clear(&table);
	free(data);
	return 0;
}
