package dev.salvo.jmh;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.concurrent.locks.LockSupport;

/** The walls between the layers. This module sees all the others, so they are held here. */
@AnalyzeClasses(packages = "dev.salvo", importOptions = DoNotIncludeTests.class)
class LayersTest {
    @ArchTest
    static final ArchRule EACH_LAYER_KNOWS_ONLY_THOSE_BELOW_IT = layeredArchitecture().consideringOnlyDependenciesInLayers()
        .layer("point").definedBy("dev.salvo.point..")
        .layer("engine").definedBy("dev.salvo.engine..")
        .layer("workloads").definedBy("dev.salvo.workloads..")
        .layer("syscalls").definedBy("dev.salvo.syscalls..")
        .layer("results").definedBy("dev.salvo.results..")
        .layer("jmh").definedBy("dev.salvo.jmh..")
        .whereLayer("jmh").mayNotBeAccessedByAnyLayer()
        .whereLayer("results").mayOnlyBeAccessedByLayers("jmh")
        .whereLayer("workloads").mayOnlyBeAccessedByLayers("jmh")
        .whereLayer("syscalls").mayOnlyBeAccessedByLayers("jmh")
        .whereLayer("engine").mayOnlyBeAccessedByLayers("workloads", "syscalls", "jmh")
        .whereLayer("point").mayOnlyBeAccessedByLayers("workloads", "results", "jmh");

    @ArchTest
    static final ArchRule THE_VOCABULARY_KNOWS_NOTHING = classes().that().resideInAPackage("dev.salvo.point..")
        .should().onlyDependOnClassesThat().resideInAnyPackage("dev.salvo.point..", "java..");

    @ArchTest
    static final ArchRule ONLY_THE_TOP_LAYER_KNOWS_JMH = noClasses().that().resideOutsideOfPackage("dev.salvo.jmh..")
        .should().dependOnClassesThat().resideInAnyPackage("org.openjdk.jmh..", "picocli..", "one.convert..");

    @ArchTest
    static final ArchRule RESULTS_KNOW_ONLY_FILES = noClasses().that().resideInAPackage("dev.salvo.results..")
        .should().dependOnClassesThat().resideInAnyPackage("org.agrona..", "org.jctools..", "com.sun.jna..");

    @ArchTest
    static final ArchRule THE_HARDWARE_KNOWS_NO_KERNEL = noClasses().that().resideInAPackage("dev.salvo.engine..")
        .should().dependOnClassesThat().resideInAnyPackage("net.jpountz..");

    @ArchTest
    static final ArchRule ONLY_HARDWARE_PROFILES_ARE_READ_FROM_FILES = noClasses()
        .that().resideInAPackage("dev.salvo.engine..").and().resideOutsideOfPackage("dev.salvo.engine.clock")
        .should().dependOnClassesThat().resideInAnyPackage("tools.jackson..", "org.snakeyaml..");

    @ArchTest
    static final ArchRule A_PART_OF_THE_MACHINE_DOES_NOT_KNOW_THE_MACHINE = noClasses()
        .that().resideInAnyPackage("dev.salvo.engine.dvm", "dev.salvo.engine.ipi", "dev.salvo.engine.tlb",
            "dev.salvo.engine.memory", "dev.salvo.engine.probe", "dev.salvo.engine.clock", "dev.salvo.engine.host")
        .should().dependOnClassesThat().resideInAPackage("dev.salvo.engine");

    @ArchTest
    static final ArchRule NO_PACKAGES_GO_IN_CIRCLES = slices().matching("dev.salvo.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_PRODUCT_KNOWS_NO_PEER = noClasses()
        .should().dependOnClassesThat().resideInAnyPackage("com.lmax..", "dev.salvo.peers..");

    @ArchTest
    static final ArchRule NOTHING_IS_LOGGED_BEHIND_THE_USERS_BACK = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule NO_JDK_LOCK_ON_A_CORE = noClasses().that().resideInAnyPackage("dev.salvo.engine",
            "dev.salvo.engine.dvm", "dev.salvo.engine.ipi", "dev.salvo.engine.probe", "dev.salvo.engine.memory",
            "dev.salvo.workloads.kernel..",
            "dev.salvo.workloads.program")
        .should().dependOnClassesThat(resideInAPackage("java.util.concurrent.locks").and(not(type(LockSupport.class))));
}
