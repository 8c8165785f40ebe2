package dev.salvo.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.salvo.jmh.FirstCause.Reach;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

/** What measured JVMs, their launcher and JMH said when they failed, as it stood in jmh.log. */
class FirstCauseTest {
    private static final String JMH_SAYS = "\nBenchmark had encountered error, and fail on error was requested\n";

    private static FirstCause of(String heard) {
        return FirstCause.of((heard + JMH_SAYS).lines().toList(), new RunnerException("Benchmark caught the exception",
            new IllegalStateException("Forked VM failed with exit code 1")));
    }

    @Test
    void twoCollectorsAreTheLineAfterTheOneThatSaysNothing() {
        FirstCause cause = of("""
            Error occurred during initialization of VM
            Multiple garbage collectors selected
            <forked VM failed with exit code 1>""");
        assertEquals(new FirstCause("a measured JVM does not start: Multiple garbage collectors selected", Reach.ANY), cause);
    }

    @Test
    void aPortThatIsTakenIsWhatTheAgentSaysFirst() {
        FirstCause cause = of("""
            ERROR: transport error 202: bind failed: Address already in use
            ERROR: JDWP Transport dt_socket failed to initialize, TRANSPORT_INIT(510)
            <forked VM failed with exit code 2>""");
        assertEquals("a measured JVM does not start: transport error 202: bind failed: Address already in use", cause.line());
    }

    @Test
    void anOptionThatNoJvmKnowsIsNamed() {
        FirstCause cause = of("""
            Unrecognized VM option 'UseMagic'
            Error: Could not create the Java Virtual Machine.
            Error: A fatal exception has occurred. Program will exit.
            <forked VM failed with exit code 1>""");
        assertEquals(new FirstCause("a measured JVM does not start: Unrecognized VM option 'UseMagic'", Reach.ANY), cause);
    }

    @Test
    void aJvmThatWasKilledHadTooLittleMemoryAndIsToldHowMuchItNeeds() {
        FirstCause cause = of("""
            <forked VM failed with exit code 137>
            <stdout last='20 lines'>
            </stdout>
            <stderr last='20 lines'>
            </stderr>""");
        assertTrue(cause.line().startsWith("a measured JVM was killed (137)"), cause.line());
        assertTrue(cause.line().contains("needs about 400 MiB"), cause.line());
        assertEquals(Reach.LARGER, cause.reach());
    }

    @Test
    void aHeapWithoutRoomForItsAddressesIsALimit() {
        FirstCause cause = of("""
            Error occurred during initialization of VM
            Could not reserve enough space for 524288KB object heap
            <forked VM failed with exit code 1>""");
        assertTrue(cause.line().contains("Could not reserve enough space for 524288KB object heap"), cause.line());
        assertTrue(cause.line().contains("ulimit -v"), cause.line());
        assertEquals(Reach.ANY, cause.reach());
    }

    @Test
    void aHeapThatIsUsedUpIsSaidWithWhatToDo() {
        FirstCause cause = of("""
            # Warmup Iteration   1: <failure>

            java.lang.OutOfMemoryError: Java heap space
            \tat dev.salvo.engine.tlb.Tlb.<init>(Tlb.java:40)
            <forked VM failed with exit code 1>""");
        assertTrue(cause.line().startsWith("a measured JVM's heap is used up (Java heap space)"), cause.line());
        assertTrue(cause.line().contains("fewer cores"), cause.line());
        assertEquals(Reach.LARGER, cause.reach());
    }

    @Test
    void memoryThatIsRefusedIsSaidAndTheReportThatTheJvmLeftIsNamed() {
        FirstCause cause = of("""
            OpenJDK 64-Bit Server VM warning: INFO: os::commit_memory(0x00000000e0000000, 268435456, 0) failed; \
            error='Not enough space' (errno=12)
            #
            # There is insufficient memory for the Java Runtime Environment to continue.
            # Native memory allocation (mmap) failed to map 268435456 bytes for committing reserved memory.
            # An error report file with more information is saved as:
            # /home/ann/hs_err_pid4711.log
            <forked VM failed with exit code 1>""");
        assertTrue(cause.line().startsWith("a measured JVM was refused memory"), cause.line());
        assertTrue(cause.line().endsWith("; the JVM left /home/ann/hs_err_pid4711.log"), cause.line());
    }

    @Test
    void aThreadThatIsRefusedIsALimitThatSmallerPointsMayKeep() {
        FirstCause cause = of("""
            # Warmup Iteration   1: [3.503s][warning][os,thread] Failed to start thread "Unknown thread" - pthread_create \
            failed (EAGAIN) for attributes: stacksize: 1024k, guardsize: 0k, detached.
            <failure>

            java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached
            \tat java.base/java.lang.Thread.start0(Native Method)
            <forked VM failed with exit code 1>""");
        assertTrue(cause.line().contains("refused a thread") && cause.line().contains("pids.max"), cause.line());
        assertEquals(Reach.LARGER, cause.reach());
    }

    @Test
    void whatTheEngineSaysOfTheHostIsSaidAsItIs() {
        FirstCause cause = of("""
            # Warmup Iteration   1: <failure>

            dev.salvo.engine.MachineFailedException: core-001 died: dev.salvo.engine.host.PinningException: threads cannot be \
            pinned: Operation not permitted
            \tat dev.salvo.engine.Machine.checkAlive(Machine.java:592)
            Caused by: dev.salvo.engine.host.PinningException: threads cannot be pinned: Operation not permitted""");
        assertEquals(new FirstCause("threads cannot be pinned: Operation not permitted", Reach.ANY), cause);
    }

    @Test
    void aMachineThatFailsIsThisPointsOwn() {
        FirstCause cause = of("""
            # Warmup Iteration   1: <failure>

            dev.salvo.engine.MachineFailedException: core-001 died: java.lang.IllegalStateException: no frame
            \tat dev.salvo.engine.Machine.checkAlive(Machine.java:592)""");
        assertEquals(new FirstCause("core-001 died: java.lang.IllegalStateException: no frame", Reach.POINT), cause);
    }

    @Test
    void classesThatAreNotFoundAreSaidToBeMissing() {
        FirstCause cause = of("""
            Error: Could not find or load main class org.openjdk.jmh.runner.ForkedMain
            Caused by: java.lang.ClassNotFoundException: org.openjdk.jmh.runner.ForkedMain
            <forked VM failed with exit code 1>""");
        assertTrue(cause.line().contains("does not find its code"), cause.line());
        assertEquals(Reach.ANY, cause.reach());
    }

    @Test
    void aJdkThatIsGoneIsNamed() {
        FirstCause cause = FirstCause.of(List.of(), new RunnerException("Benchmark caught the exception",
            new IOException("Cannot run program \"/opt/jdk/bin/java\": error=2, No such file or directory")));
        assertEquals("/opt/jdk/bin/java: a measured JVM cannot be started by it (No such file or directory); is the JDK "
            + "still where it was?", cause.line());
        assertEquals(Reach.ANY, cause.reach());
    }

    @Test
    void aCrashIsItsSignalAndTheReportThatTheJvmLeft() {
        FirstCause cause = of("""
            #
            # A fatal error has been detected by the Java Runtime Environment:
            #
            #  SIGSEGV (0xb) at pc=0x00007f6d3c0a1b2c, pid=812, tid=830
            #
            # An error report file with more information is saved as:
            # /home/ann/hs_err_pid812.log
            <forked VM failed with exit code 134>""");
        assertEquals(new FirstCause("a measured JVM crashed: SIGSEGV (0xb); the JVM left /home/ann/hs_err_pid812.log",
            Reach.POINT), cause);
    }

    @Test
    void anotherRunAtTheLockIsNoReasonToTryTheNextPoint() {
        FirstCause cause = FirstCause.of(List.of(), new RunnerException("ERROR: Another JMH instance might be "
            + "running. Unable to acquire the JMH lock (/tmp/jmh.lock), exiting. Use -Djmh.ignoreLock=true to forcefully "
            + "continue."));
        assertEquals(new FirstCause("JMH does not begin: Another JMH instance might be running. Unable to acquire the JMH "
            + "lock (/tmp/jmh.lock)", Reach.ANY), cause);
    }

    @Test
    void onlySignalsThatAPersonDidNotSendAreExplained() {
        assertEquals(Reach.LARGER, FirstCause.ofExitCode(137).orElseThrow().reach());
        assertEquals(Reach.POINT, FirstCause.ofExitCode(139).orElseThrow().reach());
        assertFalse(FirstCause.ofExitCode(130).isPresent());
        assertFalse(FirstCause.ofExitCode(1).isPresent());
    }
}
