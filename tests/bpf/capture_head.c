// SPDX-License-Identifier: BSD-2-Clause
/* The directions that --head follows. */
#include "capture_rig.h"

#include <bpf/libbpf.h>
#include <pthread.h>

#include "capture/wanted.h"

#define DIRECTIONS (128 * 1024)
#define ROUNDS 12

struct churn {
	struct bpf_map *map;
	uint64_t made; /* shared */
	bool stop;     /* shared */
};

/* New ones all the time, as in a flood of SYNs. */
static void *churn_main(void *arg)
{
	struct churn *c = arg;
	uint8_t key[64] = { 0 }, value[64] = { 0 };

	for (uint64_t i = 1; !__atomic_load_n(&c->stop, __ATOMIC_RELAXED); i++) {
		memcpy(key, &i, sizeof(i));
		bpf_map_update_elem(bpf_map__fd(c->map), key, value, BPF_ANY);
		__atomic_store_n(&c->made, i, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void followed_directions_are_counted_once_while_they_change(void)
{
	const struct wanted w = { .directions = DIRECTIONS };
	uint64_t followed, evicted, before;
	struct churn c = { 0 };
	pthread_t thread;
	struct rig g;

	rig_open(&g, &(struct setup){ .wanted = &w });
	wanted_count(&w, g.load.obj, &followed, &evicted);
	CHECK_EQ(followed, 0);
	c.map = bpf_object__find_map_by_name(g.load.obj, "heads");
	CHECK_EQ(pthread_create(&thread, NULL, churn_main, &c), 0);
	while (__atomic_load_n(&c.made, __ATOMIC_RELAXED) < DIRECTIONS)
		usleep(1000);
	for (int i = 0; i < ROUNDS; i++) {
		before = __atomic_load_n(&c.made, __ATOMIC_RELAXED);
		wanted_count(&w, g.load.obj, &followed, &evicted);
		CHECK(followed <= DIRECTIONS && followed > DIRECTIONS / 2);
		/* what changes at a rate does not make it begin again */
		CHECK(__atomic_load_n(&c.made, __ATOMIC_RELAXED) - before < DIRECTIONS);
	}
	__atomic_store_n(&c.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	rig_close(&g);
}

int main(void)
{
	RUN(followed_directions_are_counted_once_while_they_change);
	return CHECK_DONE();
}
