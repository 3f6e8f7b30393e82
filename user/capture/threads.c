// SPDX-License-Identifier: BSD-2-Clause
#include "capture/threads.h"

#include <errno.h>
#include <string.h>

#include "capture/consumers.h"
#include "capture/internal.h"
#include "capture/wait.h"
#include "util/log.h"

static int read_cpus(struct cpu_list *l, const char *cpus)
{
	struct cpu_list online;
	char text[256];
	int r = cpu_list_online(&online, text, sizeof(text)), stranger;

	if (r)
		return err_r(r, "cannot tell which CPUs are online: %s", strerror(-r));
	r = cpu_list_parse(l, cpus);
	stranger = r ? -1 : cpu_list_stranger(l, &online);
	cpu_list_free(&online);
	if (r == -EINVAL)
		return err_r(r, "--cpu %s: not a list of CPUs, such as 3 or 0,2-5 (online: %s)", cpus, text);
	return stranger < 0
		       ? r
		       : err_r(-EINVAL, "--cpu %s: CPU %d is not online (online: %s)", cpus, stranger, text);
}

int threads_pin(struct capture *c, const char *cpus)
{
	int r;

	if (!cpus)
		return 0;
	r = read_cpus(&c->cpus, cpus);
	if (r)
		return r;
	r = cpu_pin(c->cpus.at[0]);
	return r ? err_r(r, "cannot run on CPU %u: %s (a cpuset, perhaps)", c->cpus.at[0], strerror(-r)) : 0;
}

unsigned threads_count(const struct capture *c)
{
	return c->s.threads < c->load.nonline ? c->s.threads : (unsigned)c->load.nonline;
}

int threads_start(struct capture *c)
{
	const struct consumers_settings s = { .rings = c->load.rings,
					      .nrings = c->load.nrings,
					      .ring_bytes = c->load.ring_bytes,
					      .nthreads = threads_count(c),
					      .latency_ms = c->s.latency_ms,
					      .asleep = &c->load.shared->asleep,
					      .cpus = c->cpus.at,
					      .ncpus = c->cpus.n };
	int r;

	if (!s.nthreads)
		return 0;
	r = consumers_start(&c->consumers, &s);
	return r ? r : wait_for_consumers(c);
}
