#!/usr/bin/env bash
# What the tests need beside Python: Debian's Chromium. Where it cannot be had, its tests skip and say so.
set -u
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/tmp/deskpulse-apt.log 2>&1 \
    && command -v chromium >/dev/null && exit 0
fi
echo "services: no Chromium here (needs Debian and root): browser tests will be skipped"
[ "${DESKPULSE_REQUIRE_SERVICES:-}" = 1 ] && exit 1
exit 0
