// SPDX-License-Identifier: BSD-2-Clause
#include "capture/wanted.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ebpfdump/settings.h>

#include "util/cleanup.h"
#include "util/log.h"
#include "util/strbuf.h"

#define DIRECTIONS (128 * 1024)
#define BATCH 4096
#define SECOND_NS 1000000000ull
#define BURST_NS (SECOND_NS / 10)

/* Keys of nets4 and nets6, as the kernel's LPM tries have them. */
struct key4 {
	uint32_t bits;
	uint8_t addr[4];
};

struct key6 {
	uint32_t bits;
	uint8_t addr[16];
};

/* -EBADMSG: it is no text. */
static int read_text(const char *path, struct strbuf *to)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	while (strbuf_room(to, 1 << 16)) {
		size_t n = fread(to->s + to->len, 1, 1 << 16, f);

		if (memchr(to->s + to->len, 0, n))
			return -EBADMSG;
		to->len += n;
		if (n == 0)
			return ferror(f) ? -errno : 0;
	}
	return -ENOMEM;
}

static int read_networks(struct wanted *w, const char *path)
{
	struct strbuf text = { 0 };
	char err[160];
	int r = read_text(path, &text);

	if (r) {
		strbuf_free(&text);
		return err_r(r, "%s: %s", path,
			     r == -EBADMSG ? "a zero byte: this is no text" : strerror(-r));
	}
	r = netlist_parse(&w->nets, text.s, text.len, err, sizeof(err));
	strbuf_free(&text);
	if (r == -EINVAL)
		return err_r(r, "%s: %s", path, err);
	if (r == 0 && w->nets.n == 0)
		return err_r(-EINVAL, "%s: holds no address", path);
	return r;
}

int wanted_open(struct wanted *w, const struct capture_settings *s, struct settings *to)
{
	int r = 0;

	*w = (struct wanted){ 0 };
	if (s->networks) {
		r = read_networks(w, s->networks);
		to->wants |= SETTINGS_WANT_ADDRESSES | (w->nets.nlisted ? SETTINGS_WANT_LISTED : 0);
	}
	to->wants |= (s->flags ? SETTINGS_WANT_FLAGS : 0) | (s->headers ? SETTINGS_WANT_HEADERS : 0) |
		     (s->decap ? SETTINGS_WANT_DECAP : 0) | (s->rate ? SETTINGS_WANT_RATE : 0) |
		     (s->head ? SETTINGS_WANT_HEAD : 0);
	to->flags = s->flags;
	to->head = s->head;
	if (s->head)
		w->directions = s->head_directions ? s->head_directions : DIRECTIONS;
	if (s->rate) {
		to->rate_interval_ns = SECOND_NS / s->rate;
		to->rate_burst_ns = BURST_NS;
	}
	return r;
}

void wanted_close(struct wanted *w)
{
	netlist_free(&w->nets);
}

static struct bpf_map *map(struct bpf_object *obj, const char *name)
{
	return bpf_object__find_map_by_name(obj, name);
}

int wanted_size(const struct wanted *w, struct bpf_object *obj)
{
	int r = 0;

	if (w->nets.n4)
		r = bpf_map__set_max_entries(map(obj, "nets4"), (uint32_t)w->nets.n4);
	if (r == 0 && w->nets.n6)
		r = bpf_map__set_max_entries(map(obj, "nets6"), (uint32_t)w->nets.n6);
	if (r == 0 && w->directions)
		r = bpf_map__set_max_entries(map(obj, "heads"), w->directions);
	return r;
}

/* In one call where the kernel can, else one by one. */
static int put_batch(int fd, const void *keys, size_t key_size, const uint8_t *values, uint32_t n)
{
	uint32_t done = n;

	if (bpf_map_update_batch(fd, keys, values, &done, NULL) == 0)
		return 0;
	for (uint32_t i = 0; i < n; i++)
		if (bpf_map_update_elem(fd, (const char *)keys + i * key_size, &values[i], BPF_ANY))
			return -errno;
	return 0;
}

static void make_key(void *key, const struct net *n)
{
	if (n->v6) {
		*(struct key6 *)key = (struct key6){ .bits = n->bits };
		memcpy(((struct key6 *)key)->addr, n->addr, 16);
	} else {
		*(struct key4 *)key = (struct key4){ .bits = n->bits };
		memcpy(((struct key4 *)key)->addr, n->addr, 4);
	}
}

static int fill_family(const struct netlist *nets, bool v6, int fd)
{
	size_t size = v6 ? sizeof(struct key6) : sizeof(struct key4);
	_cleanup_free_ char *keys = malloc(BATCH * size);
	uint8_t values[BATCH];
	uint32_t n = 0;
	int r = 0;

	if (!keys)
		return -ENOMEM;
	for (size_t i = 0; i < nets->n && r == 0; i++) {
		if (nets->at[i].v6 != v6)
			continue;
		make_key(keys + n * size, &nets->at[i]);
		values[n++] = !nets->at[i].excluded;
		if (n == BATCH) {
			r = put_batch(fd, keys, size, values, n);
			n = 0;
		}
	}
	return r || !n ? r : put_batch(fd, keys, size, values, n);
}

int wanted_fill(const struct wanted *w, struct bpf_object *obj)
{
	int r = 0;

	if (w->nets.n4)
		r = fill_family(&w->nets, false, bpf_map__fd(map(obj, "nets4")));
	if (r == 0 && w->nets.n6)
		r = fill_family(&w->nets, true, bpf_map__fd(map(obj, "nets6")));
	return r ? err_r(r, "cannot hand %zu networks to the kernel: %s", w->nets.n, strerror(-r)) : 0;
}

static uint64_t count_made(int fd)
{
	int ncpus = libbpf_num_possible_cpus();
	_cleanup_free_ uint64_t *made = calloc((size_t)(ncpus > 0 ? ncpus : 1), sizeof(*made));
	uint64_t sum = 0;

	if (!made || bpf_map_lookup_elem(fd, &(uint32_t){ 0 }, made))
		return 0;
	for (int i = 0; i < ncpus; i++)
		sum += made[i];
	return sum;
}

/* Entries of a map that the programs go on changing: bucket by bucket, since to go on from a key that was
 * evicted meanwhile is to begin again. */
static uint64_t count_entries(const struct bpf_map *m)
{
	_cleanup_free_ char *keys = malloc((size_t)BATCH * bpf_map__key_size(m));
	_cleanup_free_ char *values = malloc((size_t)BATCH * bpf_map__value_size(m));
	uint32_t at, next = 0, n;
	uint64_t sum = 0;
	int r = keys && values ? 0 : -ENOMEM;

	for (void *from = NULL; r == 0; from = &at) {
		n = BATCH;
		r = bpf_map_lookup_batch(bpf_map__fd(m), from, &next, keys, values, &n, NULL);
		if (r == 0 || r == -ENOENT) /* those were the last */
			sum += n;
		at = next;
	}
	return sum < bpf_map__max_entries(m) ? sum : bpf_map__max_entries(m);
}

void wanted_count(const struct wanted *w, struct bpf_object *obj, uint64_t *followed, uint64_t *evicted)
{
	uint64_t made;

	*followed = 0;
	*evicted = 0;
	if (!w->directions)
		return;
	made = count_made(bpf_map__fd(map(obj, "heads_made")));
	*followed = count_entries(map(obj, "heads"));
	*evicted = made > *followed ? made - *followed : 0;
}
