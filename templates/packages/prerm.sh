#!/bin/sh
# Before the files go. dpkg says `remove`; Red Hat's says 0 when no other version follows.
set -e
case "$1" in
  remove | deconfigure | 0) ;;
  *) exit 0 ;;
esac
# A service that another pearlctl installed goes on.
if [ ! -f /etc/systemd/system/pearlctl.service ]; then
  if [ -d /run/systemd/system ]; then systemctl stop pearlctl.service; fi
  systemctl --quiet disable pearlctl.service
fi
