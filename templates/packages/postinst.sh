#!/bin/sh
# After the files are there. dpkg says `configure`, with the old version when there was one; Red Hat's says 1, or 2 for an upgrade.
set -e
case "$1" in
  configure | 1 | 2) ;;
  *) exit 0 ;;
esac
systemd-sysusers pearlctl.conf
# A service that another pearlctl installed goes before this one's: it is not ours to restart.
if [ -d /run/systemd/system ] && [ ! -f /etc/systemd/system/pearlctl.service ]; then
  systemctl daemon-reload
  # Only one that runs: nothing is mined unasked. One that does not start must not leave the package half installed.
  systemctl try-restart pearlctl.service ||
    echo 'pearlctl: The new version does not start. To see why: journalctl -u pearlctl' >&2
fi
