# Cases of hosts that need root: control groups, mounts and namespaces. For try-hosts.sh, which sources this and calls
# each case_NAME with SALVO set to the words that run the jar; or alone:
#
#   SALVO='java -jar jmh/target/salvo.jar' bash -c '. jmh/hosts/cases-hosts.sh; hosts_cases'
#
# A case returns 0 if it held, 1 (after a line that says what was found) if not, and 77 if this machine cannot show it.
# Each leaves the machine as it was.

HOSTS_QUOTA='quota 0.50 CPUs'

# Where CPU quotas are set here, by the file that holds one: "1 DIRECTORY" or "2 DIRECTORY"; nothing if nowhere.
hosts_cgroup() {
  local at
  at=$(awk '{ for (i = 7; i < NF; i++) if ($i == "-" && $(i + 1) == "cgroup" && $NF ~ /(^|,)cpu(,|$)/) print $5 }' \
    /proc/self/mountinfo | head -n 1)
  if [ -n "$at" ]; then
    echo "1 $at"
    return
  fi
  at=$(awk '{ for (i = 7; i < NF; i++) if ($i == "-" && $(i + 1) == "cgroup2") print $5 }' /proc/self/mountinfo | head -n 1)
  if [ -n "$at" ] && grep -qw cpu "$at/cgroup.subtree_control" 2>/dev/null; then
    echo "2 $at"
  fi
}

# hosts_in_group NAME COMMAND...: runs it in a new control group of that name, allowed half a CPU, and takes the group
# away again. A name may hold slashes. Prints what the command printed; returns 77 if there can be no such group.
hosts_in_group() {
  local name=$1 version directory code
  shift
  read -r version directory < <(hosts_cgroup) || return 77
  mkdir -p "$directory/$name" 2>/dev/null || return 77
  if [ "$version" = 1 ]; then
    echo 100000 >"$directory/$name/cpu.cfs_period_us" && echo 50000 >"$directory/$name/cpu.cfs_quota_us"
  else
    echo '50000 100000' >"$directory/$name/cpu.max"
  fi || {
    rmdir "$directory/$name"
    return 77
  }
  (
    echo "$BASHPID" >"$directory/$name/cgroup.procs" && "$@"
  ) 2>&1
  code=$?
  (cd "$directory" && rmdir -p "$name")
  return "$code"
}

# hosts_expect TEXT COMMAND...: the command ends with 0, without a stack trace, and prints the text.
hosts_expect() {
  local text=$1 output code=0 work
  shift
  work=$(mktemp -d) # for all that a case makes; what it mounts there ends with its namespace
  output=$(TMPDIR=$work "$@" 2>&1) || code=$?
  rm -rf "$work"
  [ "$code" != 77 ] || return 77
  if [ "$code" != 0 ] || [[ $output != *"$text"* ]] || grep -q '^\s*at [a-z]' <<<"$output"; then
    printf 'expected "%s" and exit 0, found exit %s and:\n%s\n' "$text" "$code" "$(head -n 3 <<<"$output")"
    return 1
  fi
}

hosts_salvo() { $SALVO host; }
hosts_salvo_in_c() { LC_ALL=C $SALVO host; }
hosts_salvo_in_utf8() { LC_ALL=C.UTF-8 $SALVO host; }

# The quota of a group whose name is not ASCII is found in a UTF-8 locale.
case_a_groups_name_in_utf8() { hosts_expect "$HOSTS_QUOTA" hosts_in_group 'salvo-größe-тест' hosts_salvo_in_utf8; }

# And under LC_ALL=C, where the JVM cannot say the name.
case_a_groups_name_in_utf8_under_lc_all_c() {
  hosts_expect "$HOSTS_QUOTA" hosts_in_group 'salvo-größe-тест' hosts_salvo_in_c
}

# A name that is no text in any encoding.
case_a_groups_name_of_odd_bytes() { hosts_expect "$HOSTS_QUOTA" hosts_in_group $'salvo-\xff\x80' hosts_salvo_in_utf8; }

# A blank, which the mount table writes as \040, a colon, and a backslash.
case_a_groups_name_with_blank_colon_and_backslash() {
  hosts_expect "$HOSTS_QUOTA" hosts_in_group 'salvo a:b\c ' hosts_salvo
}

# The quota of a group above the own one binds, too.
case_a_quota_two_groups_up() {
  hosts_below() {
    local version directory
    read -r version directory < <(hosts_cgroup)
    mkdir -p "$directory/salvo-top/below/deeper" && echo "$BASHPID" >"$directory/salvo-top/below/deeper/cgroup.procs"
    $SALVO host
    echo "$BASHPID" >"$directory/salvo-top/cgroup.procs"
    rmdir "$directory/salvo-top/below/deeper" "$directory/salvo-top/below"
  }
  hosts_expect "$HOSTS_QUOTA" hosts_in_group salvo-top hosts_below
}

# In a namespace of control groups whose hierarchy was mounted outside, that mount's root is told as /.. or /../..
case_a_mount_above_the_namespace() {
  hosts_unshared() { unshare -C true 2>/dev/null || return 77 && unshare -C $SALVO host; }
  hosts_expect "$HOSTS_QUOTA" hosts_in_group salvo-box hosts_unshared
}

case_a_mount_two_levels_above_the_namespace() {
  hosts_unshared() { unshare -C true 2>/dev/null || return 77 && unshare -C $SALVO host; }
  hosts_expect "$HOSTS_QUOTA" hosts_in_group 'salvo-out/salvo-ß' hosts_unshared
}

# A list of CPUs on line that a container numbers anew (as lxcfs does): none of those in the mask is lost.
case_a_renumbered_list_of_cpus() {
  hosts_renumbered() {
    local list last
    list=$(mktemp) && echo 0 >"$list"
    last=$(($(getconf _NPROCESSORS_CONF) - 1))
    [ "$last" -gt 0 ] || return 77
    # shellcheck disable=SC2016 # expanded by the shell in the namespace
    unshare -m sh -c 'mount --bind "$1" /sys/devices/system/cpu/online && exec taskset -c "$2" $3 host' - "$list" "$last" \
      "$SALVO"
  }
  hosts_expect "numbers its CPUs anew" hosts_renumbered
}

# A directory, an empty file or a list that ends in NUL in place of what sysfs holds.
case_a_directory_in_place_of_a_list() { hosts_with_mounted 'mkdir "$1"' 'cannot be read'; }
case_an_empty_list() { hosts_with_mounted ': >"$1"' 'placement: '; }
case_a_list_that_ends_in_nul() { hosts_with_mounted 'printf "0\n\0" >"$1"' 'placement: '; }
case_a_list_of_nonsense() { hosts_with_mounted 'echo nonsense >"$1"' 'which is not understood'; }

# hosts_with_mounted MAKE TEXT: with what MAKE makes at $1 over the topology of CPU 0, salvo host prints the text.
hosts_with_mounted() {
  hosts_mounted() {
    # shellcheck disable=SC2016
    unshare -m sh -c 'dir=$(mktemp -d) && mount -t tmpfs none "$dir" && set -- "$dir/core_cpus_list" "$1" "$2" &&
      eval "$2" && mount --bind "$dir" /sys/devices/system/cpu/cpu0/topology && exec $3 host' - "$1" "$SALVO"
  }
  hosts_expect "$2" hosts_mounted "$1"
}

# On a chip whose last CPU is slower, a placement that mixes them says so, and one by kind keeps to the kind.
case_fast_and_slow_cpus() {
  local last
  last=$(($(getconf _NPROCESSORS_ONLN) - 1))
  hosts_hybrid() {
    [ "$last" -gt 0 ] || return 77
    # shellcheck disable=SC2016
    unshare -m sh -c 'last=$1 && cd /sys/devices/system/cpu && for cpu in $(seq 0 "$last"); do dir=$(mktemp -d) &&
      mount -t tmpfs none "$dir" && cp -r "cpu$cpu/topology" "$dir" 2>/dev/null; echo 1024 >"$dir/cpu_capacity"
      [ "$cpu" != "$last" ] || echo 400 >"$dir/cpu_capacity"
      mount --bind "$dir" "cpu$cpu" || exit 77; done; cd "$4" && exec $2 host $3' - "$last" "$SALVO" "$*" "$PWD"
  }
  hosts_expect "Fast and slow CPUs are mixed" hosts_hybrid --placement compact &&
    hosts_expect "core -> CPU: 0->$last" hosts_hybrid --placement efficiency --cores 1 &&
    hosts_expect "core -> CPU: 0->0" hosts_hybrid --placement performance --cores 1
}

# Placing by kind on a host of one kind is refused in one line, before a run is begun.
case_placing_by_kind_on_a_host_of_one_kind() {
  local folder output code=0
  folder=$(mktemp -d)
  output=$($SALVO curve --quick --placement performance --out "$folder/runs" 2>&1) || code=$?
  if [[ $output == *"another JMH run"* ]]; then
    code=77
  elif [ "$code" != 2 ] || [ "$(wc -l <<<"$output")" != 1 ] || [ -n "$(ls -A "$folder")" ]; then
    printf 'expected one line, exit 2 and no run, found exit %s and:\n%s\n' "$code" "$(head -n 3 <<<"$output")"
    code=1
  else
    code=0
  fi
  rm -rf "$folder"
  return "$code"
}

# All cases above, each with its result.
hosts_cases() {
  local name code failed=0
  for name in $(declare -F | awk '/ case_/ { print $3 }'); do
    code=0
    "$name" || code=$?
    case $code in
      0) echo "ok      ${name#case_}" ;;
      77) echo "skipped ${name#case_}" ;;
      *) echo "FAILED  ${name#case_}" && failed=1 ;;
    esac
  done
  return "$failed"
}
