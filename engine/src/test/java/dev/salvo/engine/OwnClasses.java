package dev.salvo.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Loads the engine's classes anew, and knows which have been asked for: what a JVM that runs nothing else would load.
 */
final class OwnClasses extends ClassLoader {
    private static final String OURS = "dev.salvo.engine.";

    private final Set<String> loaded = new ConcurrentSkipListSet<>();

    OwnClasses() {
        super(OwnClasses.class.getClassLoader());
    }

    /** What is loaded anew, by name, when a static method without parameters of a class of ours is run. */
    static List<String> loadedBy(Class<?> ours, String method) throws ReflectiveOperationException {
        OwnClasses loader = new OwnClasses();
        Method run = loader.loadClass(ours.getName()).getDeclaredMethod(method);
        run.setAccessible(true);
        try {
            run.invoke(null);
        } catch (InvocationTargetException failed) {
            throw new AssertionError(failed.getCause());
        }
        return loader.loaded();
    }

    /** Those that have been loaded, by name. */
    private List<String> loaded() {
        return List.copyOf(loaded);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> already = findLoadedClass(name);
            return already != null ? already : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            loaded.add(name);
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
