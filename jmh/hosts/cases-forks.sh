# shellcheck shell=bash
# Hosts on which a measured JVM, which is a process of its own, cannot start or cannot stay.

case_memory_of_300_MiB() {
    limit memory $((300 << 20))
    curve
    expect_refused 'killed \(137\).*needs about 400 MiB.*here are 300 in all'
}

case_memory_of_700_MiB_is_enough() {
    limit memory $((700 << 20))
    curve
    expect_measured
}

case_pids_40() {
    limit pids 40
    salvo host --cores 64
    expect_found_unsuitable '[0-9]+ threads are needed, and only [0-9]+ started' # those of a fork's JVM, too
    salvo torture --seconds 1 --cores 64
    expect_refused_at_once '64 threads are needed, and only [0-9]+ started'
    curve --cores 2,64
    expect_refused_at_once '[0-9]+ threads are needed, and only [0-9]+ started'
    curve # if this JVM finds threads enough, then not the one that measures
    expect_refused '(refused a thread|threads are needed, and only).*pids\.max'
}

case_address_space_limit() {
    under prlimit --as=1500000000
    jvm -Xmx128m -XX:ReservedCodeCacheSize=32m -XX:CompressedClassSpaceSize=32m
    curve
    expect_refused 'ulimit -v|refused memory'
}

# Spoils the jar by the given command as soon as the first of two points is measured.
spoil_jar_meanwhile() {
    cp "$jar" mine.jar
    jar=mine.jar
    (until grep -q '^\[1/2\]' err 2> /dev/null; do sleep 0.2; done; "$@") &
    curve --strategy sync,batched # by a JVM each, and each more than once
    expect_no_stack
    expect_said 'mine.jar was replaced or removed'
    expect_points 1
}

case_jar_removed() {
    spoil_jar_meanwhile rm mine.jar
}

case_jar_overwritten() {
    spoil_jar_meanwhile truncate -s 100000 mine.jar
}
