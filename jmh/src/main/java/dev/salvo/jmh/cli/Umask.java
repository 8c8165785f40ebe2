package dev.salvo.jmh.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rights that this process does not give to what it makes. If they are its own user's, it cannot use what it made. */
final class Umask {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern LINE = Pattern.compile("(?m)^Umask:\\s*([0-7]{3,4})$");
    private static final int OWNERS = 0700;

    private Umask() {
    }

    /** Where a line says that permission was denied, what that may come from; empty if not from the umask. */
    static String remark(String line) {
        if (!line.toLowerCase(Locale.ROOT).contains("permission denied")) {
            return "";
        }
        try {
            return ofStatus(Files.readString(STATUS));
        } catch (IOException notLinux) { // or no /proc: then nobody knows
            return "";
        }
    }

    /** The same, of what the kernel says of the process. */
    static String ofStatus(String status) {
        Matcher umask = LINE.matcher(status);
        if (!umask.find() || (Integer.parseInt(umask.group(1), 8) & OWNERS) == 0) {
            return "";
        }
        return "; umask " + umask.group(1) + " takes files and folders from the user who makes them: accepted is one that "
            + "leaves him all, such as 022";
    }
}
