// SPDX-License-Identifier: BSD-2-Clause
#include "capture/load_error.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "util/cleanup.h"
#include "util/log.h"
#include "util/strbuf.h"

/* linux/capability.h of Linux 5.8 */
#define PERFMON 38
#define BPF 39

static const struct need {
	unsigned cap;
	const char *name;
} needs[] = { { BPF, "CAP_BPF" }, { CAP_NET_ADMIN, "CAP_NET_ADMIN" }, { PERFMON, "CAP_PERFMON" } };

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return 0;
}

void load_quiet(void)
{
	if (!getenv("EBPFDUMP_DEBUG"))
		libbpf_set_print(quiet);
}

bool load_kernel_at_least(unsigned major, unsigned minor)
{
	struct utsname u;
	unsigned a = 0, b = 0;

	if (uname(&u) || sscanf(u.release, "%u.%u", &a, &b) != 2)
		return false;
	return a > major || (a == major && b >= minor);
}

static uint64_t effective_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &head, data))
		return UINT64_MAX;
	return (uint64_t)data[1].effective << 32 | data[0].effective;
}

static const char *own_path(char *buf, size_t len)
{
	ssize_t n = readlink("/proc/self/exe", buf, len - 1);

	if (n < 0)
		return "ebpfdump";
	buf[n] = '\0';
	return buf;
}

int load_check_privileges(void)
{
	uint64_t have = effective_capabilities();
	_cleanup_(strbuf_free) struct strbuf missing = { 0 };
	char path[PATH_MAX];

	/* CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON, and before Linux 5.8 it is needed itself. */
	if (have >> CAP_SYS_ADMIN & 1)
		have |= 1ull << BPF | 1ull << PERFMON;
	for (size_t i = 0; i < ARRAY_LEN(needs); i++)
		if (!(have >> needs[i].cap & 1))
			strbuf_printf(&missing, "%s%s", missing.len ? ", " : "", needs[i].name);
	if (!missing.len)
		return 0;
	return err_r(-EPERM,
		     "you may not capture: %s missing; run it as root, or once: setcap "
		     "cap_bpf,cap_net_admin,cap_perfmon,cap_net_raw+ep %s",
		     strbuf_cstr(&missing), own_path(path, sizeof(path)));
}

/* bpf(2) asked for nothing: EINVAL or EFAULT where it is there at all. */
static int bpf_call_error(void)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	return syscall(SYS_bpf, -1, &attr, sizeof(attr)) < 0 ? errno : 0;
}

bool load_file_says(const char *path, const char *word)
{
	char text[256] = "";
	_cleanup_fclose_ FILE *f = fopen(path, "re");

	return f && fgets(text, sizeof(text), f) && strstr(text, word);
}

int load_explain(int r)
{
	int call = bpf_call_error();

	if (r == -EMFILE || r == -ENFILE)
		return err_r(r, "%s: rings and programs are files; raise the limit (ulimit -n)",
			     strerror(-r));
	if (call == ENOSYS)
		return err_r(r, "this kernel has no bpf(2); it must be built with CONFIG_BPF_SYSCALL");
	if (call == EPERM && r == -EPERM)
		return err_r(
			r,
			"bpf(2) is not allowed here: in a container, run it with --privileged or with a seccomp "
			"profile that allows bpf and CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON");
	if (r == -EPERM && load_file_says("/sys/kernel/security/lockdown", "[confidentiality]"))
		return err_r(
			r,
			"the kernel is locked down (confidentiality): BPF programs may not read packets' state; "
			"EBPFDUMP_DISABLE=btf does without");
	if (r == -EPERM && !load_kernel_at_least(5, 11))
		return err_r(r,
			     "the kernel counts BPF memory as locked memory and RLIMIT_MEMLOCK is too low: "
			     "run it as root, or `ulimit -l unlimited` first");
	if (r == -EPERM && !load_file_says("/proc/self/uid_map", "4294967295"))
		return err_r(
			r,
			"what a user namespace (a rootless container) allows is not enough for bpf(2): run it "
			"as root of the host");
	if (r == -EPERM)
		return err_r(r, "the kernel refuses the capture programs: %s (a security module, perhaps)",
			     strerror(-r));
	if (r == -E2BIG)
		return err_r(r,
			     "the capture programs are more than this kernel's verifier follows: use --mode "
			     "tc, or a smaller -s, such as -s 2048, or a shorter filter");
	if (r == -ENOENT && access("/proc/self", F_OK))
		return err_r(r, "the kernel's types are read through /proc: is it mounted?");
	if (!load_kernel_at_least(5, 8))
		return err_r(r, "this kernel is too old: BPF ring buffers came with Linux 5.8");
	return err_r(r, "the kernel does not take the capture programs: %s; EBPFDUMP_DEBUG=1 shows why",
		     strerror(-r));
}
