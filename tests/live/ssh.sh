#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Over ssh: a hint where the session would be captured, too; --not-ssh leaves exactly that connection out.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
cat >talk.py <<'P'
import socket, sys
s = socket.create_server(("10.9.0.2", 22))
for port in (40001, 40002):
    c = socket.create_connection(("10.9.0.2", 22), source_address=("10.9.0.2", port))
    p, _ = s.accept()
    c.sendall(b"x" * 10)
    p.recv(10)
    c.close()
    p.close()
P
export SSH_CONNECTION='10.9.0.2 40001 10.9.0.2 22'
start hint b "$dump" -i vb -nn
stop $started
check a_capture_of_the_session_is_hinted_at grep -q -x "ebpfdump: capturing your own ssh session too; add 'not port 22' or --not-ssh" hint.err
start filtered b "$dump" -i vb -nn port 80
stop $started
check no_hint_with_a_filter sh -c '! grep -q "your own ssh" filtered.err'
start lo b "$dump" -i lo -nn
stop $started
check no_hint_on_lo sh -c '! grep -q "your own ssh" lo.err'
start without b "$dump" -i lo -nn --not-ssh 'port 22'
on b python3 talk.py
stop $started
check only_that_connection_is_left_out sh -c 'grep -q "10.9.0.2.40002 >" without.out && ! grep -q 40001 without.out'
unset SSH_CONNECTION
done_testing
