#!/bin/sh
# Starts pearlctl with the Node beside it, wherever this folder lies.
here=$(dirname "$(readlink -f "$0")")
exec "$here/bin/node" "$here/pearlctl.cjs" "$@"
