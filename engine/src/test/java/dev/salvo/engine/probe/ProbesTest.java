package dev.salvo.engine.probe;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

/** Several probes of one core. */
class ProbesTest {
    /** Fails if something comes to be told, or asked for, that several probes do not hand on. */
    @Test
    void whateverAProbeIsToldOrAskedForIsHandedOn() {
        for (Method method : Probe.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())) {
                assertDoesNotThrow(() -> Probes.class.getDeclaredMethod(method.getName(), method.getParameterTypes()));
            }
        }
    }
}
