#!/usr/bin/env bash
# What the tests need beside Python: from Debian Chromium, Request Tracker 5 and a clock to set for it; from npm Prism.
# Where it cannot be had, the tests that need it skip and say so.
set -u
packages=(chromium request-tracker5 rt5-db-sqlite rt5-standalone libfaketime)
there() { command -v chromium >/dev/null && [ -x /usr/share/request-tracker5/libexec/rt-server ] && ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1; }
prism="$(dirname "$0")/prism"
if command -v npm >/dev/null && [ ! -x "$prism/node_modules/.bin/prism" ]; then
  npm ci --prefix "$prism" --no-audit --no-fund --loglevel=error >/tmp/deskpulse-npm.log 2>&1 \
    || echo "services: no Prism (npm): the tests of Intercom's description will be skipped"
fi
there && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/tmp/deskpulse-apt.log 2>&1 \
    && there && exit 0
fi
echo "services: not all of ${packages[*]} (needs Debian and root): the tests that need them will be skipped"
[ "${DESKPULSE_REQUIRE_SERVICES:-}" = 1 ] && exit 1
exit 0
