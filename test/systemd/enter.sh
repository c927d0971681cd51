#!/bin/bash
# First half of booting a box: moves itself into control groups of the box's own, then starts the second half as PID 1
# of new namespaces. Arguments: NAME, the folder with upper/ and work/, then what enter-init.sh wants besides.
set -eu
name=$1
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ -f "$hierarchy/cgroup.procs" ] || continue
  own=$hierarchy/$name
  mkdir -p "$own"
  # A v1 cpuset without processors takes no processes.
  for knob in cpuset.cpus cpuset.mems; do
    [ -f "$own/$knob" ] && [ -z "$(cat "$own/$knob")" ] && cat "$hierarchy/$knob" >"$own/$knob" || true
  done
  echo $$ >"$own/cgroup.procs"
done
exec unshare --fork --kill-child=SIGKILL --pid --mount --uts --ipc --cgroup --net --propagation private \
  /bin/bash "$(dirname "$0")/enter-init.sh" "$@"
