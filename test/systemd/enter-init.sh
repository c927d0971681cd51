#!/bin/bash
# Second half of booting a box, as PID 1 of its namespaces: builds the root file system over the host's, leaves the host's
# behind and becomes systemd. Each line was needed; the reasons are beside those that do not show them.
set -eu
name=$1 layer=$2 cgroups=$3 lower=$4
root=$layer/root
mount -t overlay overlay -o "$(bash "$(dirname "$0")/overlay-options.sh" "$layer" "$lower")" "$root"
cd "$root"
mount -t proc proc proc
# The boot id has no namespace, and stays the host's: a made-up one could be laid over it here, but not over the fresh
# procfs that a service with ProtectProc= gets, and the two would disagree about who is who.
# Or systemd-sysctl could change settings of the host's kernel.
mount --rbind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
# Read-only, which keeps udev from starting.
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t tmpfs -o mode=755 tmpfs run
mkdir run/lock
mount -t tmpfs -o mode=1777 tmpfs tmp
if [ "$cgroups" = unified ]; then
  mount -t cgroup2 cgroup2 sys/fs/cgroup
else
  # Controllers that the host has bound to v1 exist nowhere else: systemd's hybrid layout takes them from there.
  mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
  mkdir sys/fs/cgroup/unified sys/fs/cgroup/systemd
  mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
  mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
  for controllers in $(sed -nE 's/^[0-9]+:([a-z_,]+):.*/\1/p' /proc/self/cgroup); do
    mkdir "sys/fs/cgroup/$controllers"
    mount -t cgroup -o "$controllers" cgroup "sys/fs/cgroup/$controllers"
  done
fi
hostname "$name"
ip link set lo up
mkdir -p .old
pivot_root . .old
umount -l /.old
rmdir /.old
cd /
# systemd leaves this out in containers, and then LoadCredential= silently gives an empty folder.
mount --make-rshared /
exec env -i container=other PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --show-status=no --log-target=journal </dev/null >/dev/null 2>&1
