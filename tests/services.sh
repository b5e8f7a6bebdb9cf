#!/usr/bin/env bash
# What the tests need beside Python: from Debian Chromium, Java for Spark, Request Tracker 5 and a clock to set for it, and
# nginx; from npm Prism and an identity provider. Where it cannot be had, the tests that need it skip and say so.
set -u
packages=(chromium openjdk-17-jre-headless request-tracker5 rt5-db-sqlite rt5-standalone libfaketime nginx-light)
there() { command -v chromium >/dev/null && command -v java >/dev/null && [ -x /usr/share/request-tracker5/libexec/rt-server ] && ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 && [ -x /usr/sbin/nginx ]; }
here="$(dirname "$0")"
from_npm() { # FOLDER WHAT-IS-THERE WHAT-IS-SKIPPED
  [ -e "$here/$1/node_modules/$2" ] && return
  command -v npm >/dev/null \
    && npm ci --prefix "$here/$1" --ignore-scripts --no-audit --no-fund --loglevel=error >/tmp/deskpulse-npm.log 2>&1 && return
  echo "services: not from npm: $3 will be skipped"
}
from_npm prism .bin/prism "the tests of Intercom's description"
from_npm support/openid oidc-provider "the tests of sign-in"
there && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/tmp/deskpulse-apt.log 2>&1 \
    && there && exit 0
fi
echo "services: not all of ${packages[*]} (needs Debian and root): the tests that need them will be skipped"
[ "${DESKPULSE_REQUIRE_SERVICES:-}" = 1 ] && exit 1
exit 0
