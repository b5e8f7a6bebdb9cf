#!/usr/bin/env bash
# What the tests need beside Python: Debian's Chromium and PostgreSQL. Where one cannot be had, its tests skip and say so.
# A server of its own is started by the tests that ask for one; the package's is not.
set -u
server=$(compgen -G "/usr/lib/postgresql/*/bin/postgres")
wanted=()
command -v chromium >/dev/null || wanted+=(chromium)
[ -n "$server" ] || wanted+=(postgresql)
[ ${#wanted[@]} = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  if [ -z "$server" ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >>/etc/postgresql-common/createcluster.conf
  fi
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } >/tmp/deskpulse-apt.log 2>&1 && exit 0
fi
echo "services: no ${wanted[*]} here (needs Debian and root): tests that need it will be skipped"
[ "${DESKPULSE_REQUIRE_SERVICES:-}" = 1 ] && exit 1
exit 0
