#!/bin/bash
# Holds the layer of a box: a file system in memory, in a mount namespace that dies with this process. Removes from the
# box's view what the machine has of pearlctl: its accounts, and the paths that are given. Arguments: FOLDER, PATHS.
set -eu
layer=$1
shift
mount -t tmpfs -o size=4g tmpfs "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
accounts=$(grep -ls '^pearlctl[-:]' /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid || true)
if [ $# -gt 0 ] || [ -n "$accounts" ]; then
  # As the box will mount it: what is removed in here is hidden there, and stays on the machine.
  mount -t overlay overlay -o "$(bash "$(dirname "$0")/overlay-options.sh" "$layer")" "$layer/root"
  for path in "$@"; do
    rm -rf "$layer/root$path"
  done
  for file in $accounts; do
    sed -i '/^pearlctl[-:]/d' "$layer/root$file"
  done
  umount "$layer/root"
fi
echo ready
exec sleep infinity
