# SPDX-License-Identifier: BSD-2-Clause
# bash completion for ebpfdump; made by generate
_ebpfdump() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	case $prev in
	-F | -r | -V | -w) COMPREPLY=($(compgen -f -- "$cur")) ;;
	-i | --interface) COMPREPLY=($(compgen -W "any $(ls /sys/class/net)" -- "$cur")) ;;
	*) COMPREPLY=($(compgen -W "
		-A
		--all
		--analyze
		--ascii
		-b
		-B
		--buffer-size
		-c
		--connections
		--count
		-C
		--comment
		--comments
		--compress
		-d
		-D
		--list-interfaces
		--duration
		-e
		--explain
		-f
		-F
		-G
		--fail-on
		--flow
		--follow
		-h
		--help
		-i
		--interface
		--immediate-mode
		-j
		--time-stamp-type
		-J
		--list-time-stamp-types
		--json
		-K
		--dont-verify-checksums
		--keep
		-l
		-L
		--list-data-link-types
		--max-connections
		-M
		-n
		-N
		-#
		--number
		-O
		--no-optimize
		-p
		--no-promiscuous-mode
		-P
		--print
		-q
		-Q
		--direction
		-r
		-s
		--snapshot-length
		--stop-size
		--sort
		--stats
		--summary
		-S
		--absolute-tcp-sequence-numbers
		-t
		-T
		--time-stamp-precision
		--micro
		--nano
		--top
		-u
		-U
		--packet-buffered
		-v
		-V
		--verdict
		--version
		-w
		-W
		-x
		-X
		-y
		--linktype
		-z
		-Z
		--relinquish-privileges
		" -- "$cur")) ;;
	esac
}
complete -F _ebpfdump ebpfdump
