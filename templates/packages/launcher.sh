#!/bin/sh
# Starts pearlctl with the Node beside it, wherever this folder lies.
self=$(readlink -f "$0")
exec "${self%/*}/bin/node" "${self%/*}/pearlctl.cjs" "$@"
