#!/usr/bin/env bash
# Reads the machines that the test suites of util-linux (lscpu) and hwloc (lstopo) carry, and compares what we find with
# what those suites expect: CPUs, physical cores, sockets, NUMA nodes; and that every placement on them is sane.
#
#   engine/hosts-check.sh                 fetches Debian's source packages of both (needs apt-get and a network)
#   engine/hosts-check.sh FOLDER...       takes sources that are there already: unpacked, or the tarballs of either
#   SUITE=trixie engine/hosts-check.sh    those of another Debian release (default: bookworm)
#
# Nothing of the system is changed: apt-get gets a list of sources and a state of its own. Ends with 0 if every host is
# as expected or its difference is in engine/src/test/resources/hosts/known-differences.txt, 1 if not, 2 if it cannot run.
set -euo pipefail

engine=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/hosts-check.XXXXXX")
trap 'rm -rf "$work"' EXIT

fail() {
  echo "hosts-check: $1" >&2
  exit 2
}

# Debian's source packages into $1.
download() {
  local apt=$work/apt keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  command -v apt-get >/dev/null || fail "no apt-get here; accepted is a folder with the sources of util-linux and hwloc"
  [ -r "$keyring" ] || fail "$keyring: not there; install debian-archive-keyring, or name a folder with the sources"
  mkdir -p "$1" "$apt"/{state/lists/partial,cache/archives/partial}
  echo "deb-src [signed-by=$keyring] http://deb.debian.org/debian ${SUITE:-bookworm} main" >"$apt/sources.list"
  local options=(-qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State="$apt/state"
    -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=)
  apt-get "${options[@]}" update || fail "apt-get update failed; name a folder with the sources instead"
  (cd "$1" && apt-get "${options[@]}" --download-only source util-linux hwloc) || fail "apt-get source failed"
}

# Whatever of the suites lies below folder $1, packed or not, as hosts below $work/dumps.
unpack() {
  local folder=$1 file name
  mkdir -p "$work/sources"
  while IFS= read -r file; do
    tar -xf "$file" -C "$work/sources" --wildcards '*/tests/ts/lscpu/*' '*/tests/expected/lscpu/*' \
      '*/tests/hwloc/linux/*' 2>/dev/null || true # each has one of the two
  done < <(find "$folder" -name '*util-linux*.tar.*' -o -name '*hwloc*.tar.*')
  while IFS= read -r file; do
    name=$(basename "$file" .tar.gz)
    host lscpu "$name" "$file" "$(dirname "$file")/../../../expected/lscpu/lscpu-$name"
  done < <(find "$folder" "$work/sources" -path '*/tests/ts/lscpu/dumps/*.tar.gz')
  while IFS= read -r file; do
    name=$(basename "${file%.tar.*}")
    local expected=
    for expected in "${file%.tar.*}"{.output,.xml.output,.console,.xml}; do
      [ ! -e "$expected" ] || break
    done
    host hwloc "$name" "$file" "$expected"
  done < <(find "$folder" "$work/sources" -path '*/tests/hwloc/linux/*.tar.*' ! -path '*/allowed/*')
}

# One host of suite $1 and name $2: its files from archive $3, what is expected from $4.
host() {
  local root=$work/dumps/$1/$2 top
  [ -e "$4" ] || fail "$3: there is nothing that says what is expected of it ($4)"
  [ -e "$root" ] && return
  mkdir -p "$root.tar"
  tar -xf "$3" -C "$root.tar" --exclude='*/dev/*' 2>/dev/null || true # device nodes, which only root may make
  top=$(find "$root.tar" -maxdepth 3 -type d -name sys -print -quit)
  [ -n "$top" ] || fail "$3: holds no sys"
  mv "$(dirname "$top")" "$root"
  rm -rf "$root.tar"
  cp "$4" "$root.expected"
}

if [ $# -eq 0 ]; then
  download "$work/debian"
  set -- "$work/debian"
fi
for folder; do
  [ -d "$folder" ] || fail "$folder: not a folder; accepted are folders with the sources of util-linux and hwloc"
  unpack "$folder"
done
[ -d "$work/dumps" ] || fail "no dumps below $*; accepted are folders with the sources of util-linux and hwloc"
for suite in "$work"/dumps/*; do
  echo "$(find "$suite" -name '*.expected' | wc -l) hosts of $(basename "$suite")"
done
cd "$engine/.."
mvn -q -B -ntp ${MAVEN_OFFLINE:+-o} -pl engine test -Dtest=HostsAsTheyAreTest -Dhosts.dumps="$work/dumps" || exit 1
