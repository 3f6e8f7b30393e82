// SPDX-License-Identifier: BSD-2-Clause
#include "capture/load.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture.skel.h"
#include "capture/feature.h"
#include "capture/kernel_btf.h"
#include "capture/load_error.h"
#include "capture/splice.h"
#include "capture/wanted.h"
#include "util/cleanup.h"
#include "util/cpu_list.h"
#include "util/log.h"

#define SPARE_RING_BYTES (1u << 20)

/* Of a CPU's memory: its ring is seldom used, and a log is best many blocks. */
#define SIDE_RING_PARTS 16
#define SIDE_RING_MAX (256u << 10)
#define LOG_BLOCKS 16
#define LOG_KEPT_PARTS 4	   /* of a CPU's blocks, for itself alone */
#define BLOCK_BYTES_MAX (2u << 20) /* Linux 5.10 takes 4 MiB */

/* Where much comes, the consumer is woken by so much: a wake-up takes the traffic's CPU 25 us on some
 * machines. */
#define BUSY_WAKE_BYTES (1u << 20)
#define BUSY_WAKE_PARTS 7 /* of the log at most, but wake_bytes or one block at least */

static const char *const program_names[LOAD_PROGRAMS] = {
	[LOAD_IN] = "ebpfdump_in",	   [LOAD_OUT] = "ebpfdump_out", [LOAD_L3_IN] = "ebpfdump_l3_in",
	[LOAD_L3_OUT] = "ebpfdump_l3_out", [LOAD_XDP] = "ebpfdump_xdp", [LOAD_XDP_FRAGS] = "ebpfdump_xdpf",
};

static void look_up_kernel(struct kernel_btf *k)
{
	*k = (struct kernel_btf){ 0 };
	if (!feature_disabled("btf"))
		kernel_btf_read(k);
	if (feature_disabled("cast") || !k->has_ip_summed)
		k->cast_id = 0;
}

static const struct filter *pick_filter(void *arg, const struct bpf_program *prog)
{
	const struct load_settings *s = arg;

	for (int i = 0; i < LOAD_PROGRAMS; i++)
		if (strcmp(bpf_program__name(prog), program_names[i]) == 0)
			return s->filter[i];
	return NULL;
}

static size_t side_ring_bytes(size_t ring_bytes)
{
	size_t bytes = ring_bytes / SIDE_RING_PARTS;

	return bytes < SIDE_RING_MAX ? bytes : SIDE_RING_MAX;
}

/* So many bytes as are asked for, in blocks that hold the largest record; but at least two blocks that hold a
 * usual one. */
static void divide_log(struct load *l, struct settings *config)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), log = l->ring_bytes - side_ring_bytes(l->ring_bytes),
	       around = LOG_FIRST + LOG_TRAILER + sizeof(struct record) + page - 1,
	       usual = around + (config->snaplen < LOG_USUAL_MAX ? config->snaplen : LOG_USUAL_MAX),
	       block = log / LOG_BLOCKS, busy;

	if (block < around + config->snaplen)
		block = around + config->snaplen;
	if (block > log / 2)
		block = log / 2;
	if (block < usual)
		block = usual;
	if (block > BLOCK_BYTES_MAX)
		block = BLOCK_BYTES_MAX;
	block = block / page * page;
	config->block_bytes = (uint32_t)block;
	config->blocks = log / block < 2 ? 2 : (uint32_t)(log / block);
	busy = log / BUSY_WAKE_PARTS < BUSY_WAKE_BYTES ? log / BUSY_WAKE_PARTS : BUSY_WAKE_BYTES;
	if (busy < config->wake_bytes)
		busy = config->wake_bytes;
	/* As many blocks as that is, and a power of two. */
	for (config->wake_blocks = 0; (config->wake_blocks + 1) * 2 * block <= busy;)
		config->wake_blocks = config->wake_blocks * 2 + 1;
	config->all_blocks = (uint32_t)l->nonline * config->blocks;
	config->kept_blocks = config->blocks / LOG_KEPT_PARTS < 2 ? 2 : config->blocks / LOG_KEPT_PARTS;
	l->log_bytes = block * config->blocks;
}

static int configure(struct load *l, const struct load_settings *s, const struct kernel_btf *k)
{
	struct settings config = s->settings;
	struct bpf_map *m;
	int r;

	config.csum_source = !k->has_ip_summed ? SETTINGS_CSUM_NONE
			     : k->cast_id      ? SETTINGS_CSUM_CAST
					       : SETTINGS_CSUM_PROBE;
	config.xdp_load = s->want[LOAD_XDP_FRAGS];
	config.dynptr = load_kernel_at_least(5, 19) && !feature_disabled("dynptr");
	divide_log(l, &config);
	config.realtime |= load_file_says("/sys/kernel/realtime", "1");
	config.beyond = config.wants & SETTINGS_WANT_DECAP || config.icmp_len;
	l->nslots = config.slot_mask + 1;
	m = bpf_object__find_map_by_name(l->obj, ".rodata");
	r = m ? bpf_map__set_initial_value(m, &config, sizeof(config)) : -ENOENT;
	if (r == 0)
		r = bpf_map__set_max_entries(bpf_object__find_map_by_name(l->obj, "rings"),
					     (uint32_t)l->ncpus);
	if (r == 0)
		r = bpf_map__set_max_entries(bpf_object__find_map_by_name(l->obj, "cpus"),
					     (uint32_t)l->ncpus);
	m = bpf_object__find_map_by_name(l->obj, "logs");
	if (r == 0)
		r = bpf_map__set_value_size(m, config.block_bytes);
	if (r == 0)
		r = bpf_map__set_max_entries(m, config.all_blocks);
	if (r == 0)
		r = bpf_map__set_max_entries(bpf_object__find_map_by_name(l->obj, "counters"),
					     (uint32_t)l->ncpus * l->nslots);
	if (r == 0 && config.budget)
		r = bpf_map__set_max_entries(bpf_object__find_map_by_name(l->obj, "budget_cpus"),
					     (uint32_t)l->ncpus);
	for (int i = 0; i < LOAD_PROGRAMS && r == 0; i++)
		r = bpf_program__set_autoload(bpf_object__find_program_by_name(l->obj, program_names[i]),
					      s->want[i]);
	return r;
}

void *load_map(const struct load *l, const char *name, size_t bytes)
{
	int fd = bpf_object__find_map_fd_by_name(l->obj, name);
	void *p = fd < 0 ? MAP_FAILED : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

static int open_maps(struct load *l)
{
	l->counters = load_map(l, "counters", l->ncpus * l->nslots * sizeof(*l->counters));
	l->cpus = load_map(l, "cpus", l->ncpus * sizeof(*l->cpus));
	l->shared = load_map(l, ".bss", sizeof(*l->shared));
	l->logs = load_map(l, "logs", l->nonline * l->log_bytes);
	/* A child that becomes another program would get a copy of its page tables first: 25 ms for 2 GiB. */
	if (l->logs)
		madvise(l->logs, l->nonline * l->log_bytes, MADV_DONTFORK);
	return l->counters && l->cpus && l->shared && l->logs ? 0 : -ENOMEM;
}

/* fds[cpu]: its ring. In one go where the kernel can (5.15): after each single one it waits for all programs.
 */
static int give_rings(struct load *l, const int *fds)
{
	int map = bpf_object__find_map_fd_by_name(l->obj, "rings"), r = 0;
	_cleanup_free_ uint32_t *cpus = calloc(l->ncpus, sizeof(*cpus));
	uint32_t n = (uint32_t)l->ncpus;

	if (!cpus)
		return -ENOMEM;
	for (uint32_t cpu = 0; cpu < n; cpu++)
		cpus[cpu] = cpu;
	if (bpf_map_update_batch(map, cpus, fds, &n, NULL) == 0)
		return 0;
	for (uint32_t cpu = 0; cpu < l->ncpus && r == 0; cpu++)
		r = bpf_map_update_elem(map, &cpu, &fds[cpu], BPF_ANY) ? -errno : 0;
	return r;
}

static int add_ring(struct load *l, size_t bytes)
{
	int r = ring_open(&l->rings[l->nrings], bytes);

	l->nrings += r == 0;
	return r;
}

static bool is_online(const struct cpu_list *online, uint32_t cpu)
{
	for (size_t i = 0; i < online->n; i++)
		if (online->at[i] == cpu)
			return true;
	return false;
}

/* One for those that may come online later. */
static int open_spare_ring(struct load *l, const struct cpu_list *online, int *fds)
{
	int r = add_ring(l, l->ring_bytes < SPARE_RING_BYTES ? l->ring_bytes : SPARE_RING_BYTES);

	for (uint32_t cpu = 0; cpu < l->ncpus && r == 0; cpu++)
		if (!is_online(online, cpu)) {
			l->cpus[cpu].no_log = 1;
			fds[cpu] = l->rings[l->nrings - 1].fd;
		}
	return r;
}

/* The i-th CPU that is online: its log, and a ring. */
static int open_one(struct load *l, size_t i, uint32_t cpu_id, uint32_t block_bytes)
{
	struct cpu_state *cpu = &l->cpus[cpu_id];
	uint32_t nblocks = (uint32_t)(l->log_bytes / block_bytes);
	int r = add_ring(l, side_ring_bytes(l->ring_bytes));

	if (r)
		return r;
	cpu->end = LOG_PLACE(0, LOG_FIRST);
	cpu->block = cpu->first = (uint32_t)i * nblocks;
	ring_join_log(&l->rings[i], cpu, l->logs, block_bytes, l->shared);
	return 0;
}

static int open_rings(struct load *l, const struct cpu_list *online)
{
	_cleanup_free_ int *fds = calloc(l->ncpus, sizeof(*fds));
	uint32_t block_bytes = bpf_map__value_size(bpf_object__find_map_by_name(l->obj, "logs"));
	int r = 0;

	l->rings = calloc(online->n + 1, sizeof(*l->rings));
	if (!l->rings || !fds)
		r = -ENOMEM;
	for (size_t i = 0; i < online->n && r == 0; i++) {
		uint32_t cpu = online->at[i];

		r = cpu < l->ncpus ? open_one(l, i, cpu, block_bytes) : -ENXIO;
		if (r == 0)
			fds[cpu] = l->rings[i].fd;
	}
	if (r == 0 && online->n < l->ncpus)
		r = open_spare_ring(l, online, fds);
	return r ? r : give_rings(l, fds);
}

static int open_object(struct load *l, const char *btf_path)
{
	size_t size;
	const void *elf = capture__elf_bytes(&size);
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "ebpfdump", .btf_custom_path = btf_path);

	l->obj = bpf_object__open_mem(elf, size, &opts);
	return l->obj ? 0 : -errno;
}

/* The programs are relocated by the kernel's BTF, trimmed to what they name. */
static int load_programs(struct load *l, const struct load_settings *s, const struct kernel_btf *k)
{
	_cleanup_close_ int btf = kernel_btf_trim(k);
	char path[32];
	int r;

	if (btf < 0)
		return btf;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", btf);
	r = open_object(l, path);
	if (r == 0)
		r = configure(l, s, k);
	if (r == 0 && s->wanted)
		r = wanted_size(s->wanted, l->obj);
	if (r == 0)
		r = bpf_object__load(l->obj);
	for (int i = 0; i < LOAD_PROGRAMS && r == 0; i++)
		if (s->want[i])
			l->prog[i] =
				bpf_program__fd(bpf_object__find_program_by_name(l->obj, program_names[i]));
	return r;
}

/* Told, so that it is not -ENOMEM any more, which is not. */
static int no_memory(const struct load *l, int r)
{
	if (r == -EMFILE || r == -ENFILE)
		return load_explain(r);
	return err_r(r == -ENOMEM ? -ENOBUFS : r,
		     "no memory for the rings (%zu KiB a CPU): %s; try a smaller -B", l->ring_bytes / 1024,
		     strerror(-r));
}

static int open_with_filters(struct load *l, const struct load_settings *s)
{
	struct splice splice = { .pick = pick_filter,
				 .arg = (void *)s,
				 .flags = s->filter_exact ? FILTER_EXACT : 0 };
	struct kernel_btf kernel;
	int r;

	look_up_kernel(&kernel);
	splice.cast_id = kernel.cast_id;
	r = splice_begin(&splice);
	if (r == 0)
		r = load_programs(l, s, &kernel);
	splice_end(&splice);
	if (r && splice.err[0])
		return err_r(r, "%s", splice.err);
	/* Before Linux 5.11 a map must be less than 4 GiB. */
	if (r == -ENOMEM || (r == -E2BIG && l->nonline * l->log_bytes >> 32))
		return no_memory(l, -ENOMEM);
	return r ? load_explain(r) : 0;
}

int load_open(struct load *l, const struct load_settings *s)
{
	struct cpu_list online;
	char text[256];
	int r, ncpus;

	load_quiet();
	ncpus = libbpf_num_possible_cpus();
	if (ncpus <= 0)
		return err_r(ncpus ? ncpus : -ENODEV,
			     "cannot tell how many CPUs there are: is /sys mounted?");
	*l = (struct load){ .ncpus = (size_t)ncpus, .ring_bytes = s->ring_bytes };
	for (int i = 0; i < LOAD_PROGRAMS; i++)
		l->prog[i] = -1;
	r = cpu_list_online(&online, text, sizeof(text));
	if (r)
		return err_r(r, "cannot tell which CPUs are online: %s", strerror(-r));
	l->nonline = online.n;
	r = open_with_filters(l, s);
	if (r == 0 && ((r = open_maps(l)) || (r = open_rings(l, &online))))
		r = no_memory(l, r);
	cpu_list_free(&online);
	if (r)
		load_close(l);
	return r;
}

void load_close(struct load *l)
{
	for (size_t i = 0; i < l->nrings; i++)
		ring_close(&l->rings[i]);
	free(l->rings);
	if (l->counters)
		munmap(l->counters, l->ncpus * l->nslots * sizeof(*l->counters));
	if (l->cpus)
		munmap(l->cpus, l->ncpus * sizeof(*l->cpus));
	if (l->shared)
		munmap(l->shared, sizeof(*l->shared));
	if (l->logs)
		munmap(l->logs, l->nonline * l->log_bytes);
	bpf_object__close(l->obj);
	*l = (struct load){ 0 };
}

void load_count(const struct load *l, uint32_t slot, struct counters *sum)
{
	*sum = (struct counters){ 0 };
	for (size_t cpu = 0; cpu < l->ncpus; cpu++) {
		const volatile struct counters *c = &l->counters[cpu * l->nslots + slot];

		sum->received += c->received;
		sum->dropped += c->dropped;
		sum->sampled_out += c->sampled_out;
		sum->unreadable += c->unreadable;
		sum->icmp += c->icmp;
		sum->icmp_dropped += c->icmp_dropped;
	}
}

void load_count_all(const struct load *l, struct counters *sum)
{
	struct counters one;

	*sum = (struct counters){ 0 };
	for (uint32_t slot = 0; slot < l->nslots; slot++) {
		load_count(l, slot, &one);
		sum->received += one.received;
		sum->dropped += one.dropped;
		sum->sampled_out += one.sampled_out;
		sum->unreadable += one.unreadable;
		sum->icmp += one.icmp;
		sum->icmp_dropped += one.icmp_dropped;
	}
}
