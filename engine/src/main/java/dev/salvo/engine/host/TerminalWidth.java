package dev.salvo.engine.host;

import java.util.OptionalInt;

/** How wide a terminal is. Asked of the kernel, since the programs that tell it are not there everywhere. */
public final class TerminalWidth {
    private static final int COLUMNS = 1; // in struct winsize, after the rows
    private static final int SHORTS = 4;

    private TerminalWidth() {
    }

    /**
     * Asks, so that a terminal that has been resized is found as it is now. Any thread may.
     *
     * @param file the number of a file that is open, such as 2 for standard error
     * @return columns; empty if it is no terminal, or one that does not say, or where native code cannot be loaded
     */
    public static OptionalInt of(int file) {
        if (!CpuPinning.isAvailable()) {
            return OptionalInt.empty();
        }
        short[] size = new short[SHORTS];
        boolean told = Libc.ioctl(file, request(System.getProperty("os.arch")), size) == 0;
        int columns = Short.toUnsignedInt(size[COLUMNS]);
        return told && columns > 0 ? OptionalInt.of(columns) : OptionalInt.empty();
    }

    /** TIOCGWINSZ, which a few architectures number in the BSDs' way. */
    static long request(String architecture) {
        return architecture.matches("(ppc|mips|sparc|alpha).*") ? 0x4008_7468 : 0x5413;
    }
}
