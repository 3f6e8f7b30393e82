# SPDX-License-Identifier: BSD-2-Clause
# make [all] | deps | demo | test | test-unit | test-parity [SEED= COUNT=] | test-kernels [KERNELS=] | bench | fuzz [TIME=] | format | lint | install | clean | help      V=1 shows the commands

VERSION  := 0.1.0
PREFIX   ?= /usr/local
DESTDIR  ?=
CC       ?= cc
CLANG    ?= clang
# Where Wireshark looks for programs that are interfaces.
EXTCAP   ?= /usr/lib/$(shell $(CC) -print-multiarch 2>/dev/null)/wireshark/extcap
BPFTOOL  ?= $(firstword $(wildcard /usr/sbin/bpftool /usr/bin/bpftool) bpftool)
WERROR   ?= $(if $(CI),-Werror)
CFLAGS   ?= -O2 -g
B        := build
ARCH     := $(shell uname -m | sed 's/x86_64/x86/; s/aarch64/arm64/')

DEPS_BUILD := gcc make clang llvm bpftool libbpf-dev libelf-dev zlib1g-dev libpcap-dev libzstd-dev libncurses-dev
DEPS_TEST  := tcpdump tshark wireshark-common python3 iproute2 ethtool nftables mandoc strace util-linux libcap2-bin procps \
	      socat tmux iputils-ping libclang-rt-14-dev zstd groff-base
DEPS_BENCH := netsniff-ng xdp-tools iperf3 tcptrace
DEPS_KERNELS := qemu-system-x86 busybox-static

# gcc for x86 copies and clears a few bytes by string instructions, which take an Intel CPU 30 ns to begin.
COPY_FLAGS := -mmemcpy-strategy=vector_loop:128:noalign,libcall:-1:noalign \
	-mmemset-strategy=vector_loop:512:noalign,libcall:-1:noalign
COPY_FLAGS := $(if $(shell $(CC) $(COPY_FLAGS) -fsyntax-only -x c /dev/null 2>/dev/null && echo taken),$(COPY_FLAGS))

override CFLAGS += -std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wno-unused-parameter -Wno-missing-field-initializers $(WERROR)
override CPPFLAGS += -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Iuser -Iinclude -I$B/gen -MMD -MP
LDLIBS   := -lbpf -lelf -lz -lzstd -lpcap -lncursesw -ltinfo -lpthread
BPF_CFLAGS := -target bpf -mcpu=v3 -D__TARGET_ARCH_$(ARCH) -O2 -g -Wall -Wextra -Wno-unused-parameter $(WERROR) \
	-Ivmlinux -Iinclude -Ibpf -MMD -MP

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n'
MAKEFLAGS += --no-print-directory
endif

SRCS     := $(filter-out user/main.c,$(sort $(wildcard user/*.c user/*/*.c)))
OBJS     := $(SRCS:%.c=$B/%.o)
BPF_SRCS := $(sort $(wildcard bpf/*.bpf.c))
TEST_BPF := $(sort $(wildcard tests/bpf/*.bpf.c))
BENCH_SKELS = $(BENCH_BPF:tests/bench/%.bpf.c=$B/gen/%.skel.h)
SKELS    := $(BPF_SRCS:bpf/%.bpf.c=$B/gen/%.skel.h) $(TEST_BPF:tests/bpf/%.bpf.c=$B/gen/%.skel.h)
BENCH_BPF := $(sort $(wildcard tests/bench/*.bpf.c))
BENCH_C  := $(filter-out %.bpf.c,$(sort $(wildcard tests/bench/*.c)))
# Test programs: one file each, linked with everything but main.
TESTS_C  := $(filter-out %.bpf.c,$(sort $(wildcard tests/unit/*.c tests/bpf/*.c)))
TESTS_SH := $(sort $(wildcard tests/golden/*.sh tests/bpf/*.sh tests/live/*.sh tests/cli/*.sh tests/fuzz/*.sh))
TESTS    := $(TESTS_C:%.c=$B/%) $(TESTS_SH)

# Fuzz targets: one file each, linked with everything that needs no kernel, built anew with sanitizers.
FUZZ_C    := $(sort $(wildcard tests/fuzz/*.c))
FUZZ      := $(FUZZ_C:%.c=$B/%)
FUZZ_OBJS := $(patsubst %.c,$B/fuzz/%.o,$(filter-out user/capture/%,$(SRCS)))
FUZZ_CFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TIME      ?= 600
SEED      ?= 1
COUNT     ?= 1000
KERNELS   ?= 5.10 6.1 6.12

.PHONY: all deps deps-bench deps-kernels demo test test-unit test-parity test-kernels bench fuzz fuzz-targets format lint \
	install uninstall completions clean help vmlinux
.DELETE_ON_ERROR:
.SECONDARY:

all: $B/ebpfdump

$B/ebpfdump: $B/user/main.o $B/libebpfdump.a
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/libebpfdump.a: $(OBJS)
	$(say) AR $@
	$(Q)rm -f $@ && ar rcs $@ $^

$B/%.o: %.c | $(SKELS)
	$(say) CC $<
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(COPY_FLAGS) $(CFLAGS) -c -o $@ $<

$B/bpf/%.bpf.o: bpf/%.bpf.c
	$(say) BPF $<
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) -c -o $@ $< && llvm-strip -g $@

$B/tests/bpf/%.bpf.o: tests/bpf/%.bpf.c
	$(say) BPF $<
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) -c -o $@ $< && llvm-strip -g $@

$B/gen/%.skel.h: $B/bpf/%.bpf.o
	$(say) SKEL $@
	$(Q)mkdir -p $(@D) && $(BPFTOOL) gen skeleton $< name $* > $@

$B/gen/%.skel.h: $B/tests/bpf/%.bpf.o
	$(say) SKEL $@
	$(Q)mkdir -p $(@D) && $(BPFTOOL) gen skeleton $< name $* > $@

$B/tests/bench/%.bpf.o: tests/bench/%.bpf.c
	$(say) BPF $<
	$(Q)mkdir -p $(@D) && $(CLANG) $(BPF_CFLAGS) -c -o $@ $< && llvm-strip -g $@

$B/gen/%.skel.h: $B/tests/bench/%.bpf.o
	$(say) SKEL $@
	$(Q)mkdir -p $(@D) && $(BPFTOOL) gen skeleton $< name $* > $@

$(BENCH_C:%.c=$B/%.o): | $(BENCH_SKELS)

$B/tests/%.o: CPPFLAGS += -Itests/lib
$B/tests/%: $B/tests/%.o $B/libebpfdump.a
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/fuzz/%.o: %.c | $(SKELS)
	$(say) CC $@
	$(Q)mkdir -p $(@D) && $(CLANG) $(CPPFLAGS) $(CFLAGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

$B/fuzz/libebpfdump.a: $(FUZZ_OBJS)
	$(say) AR $@
	$(Q)rm -f $@ && ar rcs $@ $^

$B/tests/fuzz/%: tests/fuzz/%.c $B/fuzz/libebpfdump.a
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(CLANG) $(CPPFLAGS) -Itests/lib $(CFLAGS) $(FUZZ_CFLAGS) -fsanitize=fuzzer -o $@ $(filter %.c %.a,$^) $(LDLIBS)

# Installs what is missing, and only that.
define apt
	$(Q)missing=$$(for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then echo "installing $$missing" | tr '\n' ' '; echo; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

deps:
	$(call apt,$(DEPS_BUILD) $(DEPS_TEST))

deps-bench: deps
	$(call apt,$(DEPS_BENCH))

deps-kernels: deps
	$(call apt,$(DEPS_KERNELS))

test: deps
	$(Q)$(MAKE) all fuzz-targets $(TESTS_C:%.c=$B/%)
	$(Q)tests/run $(TESTS)

test-unit: $(TESTS_C:%.c=$B/%)
	$(Q)tests/run $(filter $B/tests/unit/%,$^)

# Peers to compare with come from deps-bench. NAMES="flood filter" runs some cases only.
bench: deps-bench
	$(Q)$(MAKE) all $(BENCH_C:%.c=$B/%)
	$(Q)tests/bench/run $(NAMES)

demo: deps
	$(Q)$(MAKE) all
	$(Q)tests/demo

install: all
	$(say) INSTALL $(DESTDIR)$(PREFIX)
	$(Q)install -D -m 755 $B/ebpfdump $(DESTDIR)$(PREFIX)/bin/ebpfdump
	$(Q)install -D -m 644 user/ebpfdump.8 $(DESTDIR)$(PREFIX)/share/man/man8/ebpfdump.8
	$(Q)install -D -m 644 user/completions/ebpfdump.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ebpfdump
	$(Q)install -D -m 644 user/completions/_ebpfdump $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ebpfdump
	$(Q)install -D -m 644 docs/json-schema.json $(DESTDIR)$(PREFIX)/share/doc/ebpfdump/json-schema.json
	$(Q)mkdir -p $(DESTDIR)$(EXTCAP) && ln -sf $(PREFIX)/bin/ebpfdump $(DESTDIR)$(EXTCAP)/ebpfdump

uninstall:
	$(Q)rm -f $(DESTDIR)$(PREFIX)/bin/ebpfdump $(DESTDIR)$(PREFIX)/share/man/man8/ebpfdump.8 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/ebpfdump \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ebpfdump $(DESTDIR)$(EXTCAP)/ebpfdump

# The other compiler, the formatter, the man page.
lint:
	$(Q)$(MAKE) all B=$B/clang CC=clang WERROR=-Werror
	$(Q)clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h' | grep -v vmlinux/)
	$(Q)mandoc -T lint -W warning user/ebpfdump.8

# Text against the installed tcpdump's on COUNT generated captures, from SEED on.
test-parity: all
	$(Q)tests/gen/parity.py --seed $(SEED) --count $(COUNT)

# Debian's kernels of these versions, booted under qemu. Needs what deps-kernels installs, and no root.
test-kernels: all $(patsubst tests/bpf/%.c,$B/tests/bpf/%,$(filter tests/bpf/%.c,$(TESTS_C)))
	$(Q)tests/kernels/run $(KERNELS)

fuzz-targets: $(FUZZ)

# Each target for TIME seconds; what it finds stays in $B/fuzz/.
fuzz: fuzz-targets
	$(Q)TIME=$(TIME) tests/fuzz/run.sh

# The kernel types that bpf/ names, looked up in the running kernel's BTF, or in that of BTF=FILE.
vmlinux:
	$(Q)vmlinux/check

format:
	$(Q)clang-format -i $$(git ls-files '*.c' '*.h' | grep -v vmlinux/)

completions: $B/ebpfdump
	$(Q)user/completions/generate $<

clean:
	$(Q)rm -rf $B

help:
	@sed -n '2s/^# //p' Makefile

-include $(shell find $B -name '*.d' 2>/dev/null)
