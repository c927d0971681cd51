#!/bin/sh
# After the files are gone. dpkg says `remove`, and `purge` when the configuration and the state go too; Red Hat's says 0, and has
# no such word: there they stay.
set -e
if [ -f /etc/systemd/system/pearlctl.service ]; then
  # Of another pearlctl, which uses the same configuration, state and account.
  exit 0
fi
case "$1" in
  remove | 0)
    if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
    # systemd keeps it on purpose, so that a stopped service can say why it stopped.
    rm -rf /run/pearlctl
    ;;
  purge)
    rm -rf /etc/pearlctl /var/lib/pearlctl /run/pearlctl /etc/systemd/system/pearlctl.service.d
    if getent passwd pearlctl >/dev/null; then userdel pearlctl; fi
    if getent group pearlctl >/dev/null; then groupdel pearlctl; fi
    ;;
esac
