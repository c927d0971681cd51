#!/bin/bash
# Holds the layer of a box: a file system in memory, in a mount namespace that dies with this process. Removes from the
# box's view what the root below it has of pearlctl: its accounts, and the paths that are given. Arguments: FOLDER, LOWER, PATHS.
set -eu
layer=$1 lower=$2
shift 2
mount -t tmpfs -o size=4g tmpfs "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
accounts=$(cd "$lower/etc" && grep -ls '^pearlctl[-:]' passwd shadow group gshadow subuid subgid || true)
if [ $# -gt 0 ] || [ -n "$accounts" ]; then
  # As the box will mount it: what is removed in here is hidden there, and stays on the machine.
  mount -t overlay overlay -o "$(bash "$(dirname "$0")/overlay-options.sh" "$layer" "$lower")" "$layer/root"
  for path in "$@"; do
    rm -rf "$layer/root$path"
  done
  for file in $accounts; do
    sed -i '/^pearlctl[-:]/d' "$layer/root/etc/$file"
  done
  umount "$layer/root"
fi
echo ready
exec sleep infinity
