# shellcheck shell=bash
# What the kernel's files, of sysfs and of control groups, may look like.

expect_quota_of_half_a_cpu() {
    salvo host
    expect_done
    expect_shown 'quota 0.50 CPUs'
}

case_group_name_in_utf8() {
    limit cpu 50000 '-größe-тест'
    LC_ALL=C.UTF-8 expect_quota_of_half_a_cpu
}

# The JVM cannot say the name there.
case_group_name_in_utf8_under_lc_all_c() {
    limit cpu 50000 '-größe-тест'
    LC_ALL=C expect_quota_of_half_a_cpu
}

# No text in any encoding.
case_group_name_of_odd_bytes() {
    limit cpu 50000 $'-\xff\x80'
    LC_ALL=C.UTF-8 expect_quota_of_half_a_cpu
}

# The mount table writes the blank as \040.
case_group_name_with_blank_colon_and_backslash() {
    limit cpu 50000 ' a:b\c '
    expect_quota_of_half_a_cpu
}

case_quota_two_groups_up() {
    limit cpu 50000
    enter_group below/deeper
    expect_quota_of_half_a_cpu
}

# In a namespace of control groups whose hierarchy was mounted outside, that mount's root is told as /.. or /../..
case_mount_above_the_namespace() {
    limit cpu 50000
    under unshare --cgroup
    expect_quota_of_half_a_cpu
}

case_mount_two_levels_above_the_namespace() {
    limit cpu 50000 '-out/ß'
    under unshare --cgroup
    expect_quota_of_half_a_cpu
}

# As lxcfs does it to a container whose only CPU is the host's last one.
case_renumbered_list_of_cpus() {
    local last=$(($(getconf _NPROCESSORS_CONF) - 1))
    [ "$last" -gt 0 ] || skip "needs two CPUs"
    echo 0 > online
    in_place_of /sys/devices/system/cpu/online online
    under taskset -c "$last"
    salvo host
    expect_done
    expect_shown 'numbers its CPUs anew'
}

# expect_read WORDS: with the folder made here in place of CPU 0's topology, they are shown.
expect_read() {
    in_place_of /sys/devices/system/cpu/cpu0/topology topology
    salvo host
    expect_done
    expect_shown "$1"
}

case_directory_in_place_of_a_list() {
    mkdir -p topology/core_cpus_list
    expect_read 'cannot be read'
}

case_empty_list() {
    mkdir topology
    : > topology/core_cpus_list
    expect_read 'placement: '
}

case_list_that_ends_in_nul() {
    mkdir topology
    printf '0\n\0' > topology/core_cpus_list
    expect_read 'placement: '
}

case_list_of_nonsense() {
    mkdir topology
    echo nonsense > topology/core_cpus_list
    expect_read 'which is not understood'
}

case_fast_and_slow_cpus() {
    local cpu last=$(($(getconf _NPROCESSORS_ONLN) - 1))
    [ "$last" -gt 0 ] || skip "needs two CPUs"
    for cpu in $(seq 0 "$last"); do
        mkdir "cpu$cpu"
        cp -r "/sys/devices/system/cpu/cpu$cpu/topology" "cpu$cpu"
        echo $((cpu == last ? 400 : 1024)) > "cpu$cpu/cpu_capacity"
        in_place_of "/sys/devices/system/cpu/cpu$cpu" "cpu$cpu"
    done
    salvo host --placement compact
    expect_done
    expect_shown 'Fast and slow CPUs are mixed'
    salvo host --placement efficiency --cores 1
    expect_done
    expect_shown "core -> CPU: 0->$last"
    salvo host --placement performance --cores 1
    expect_done
    expect_shown 'core -> CPU: 0->0'
}

case_placing_by_kind_on_a_host_of_one_kind() {
    [ ! -e /sys/devices/cpu_atom ] || skip "needs a host of one kind of CPUs"
    [ "$(cat /sys/devices/system/cpu/cpu*/cpu_capacity 2> /dev/null | sort -u | wc -l)" -le 1 ] ||
        skip "needs a host of one kind of CPUs"
    curve --placement performance
    expect_refused_at_once 'performance'
    [ ! -e runs ] || fail "a run was begun"
}
