package dev.salvo.jmh.cli;

import dev.salvo.results.Reason;
import dev.salvo.results.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Predicate;

/** A file that an option names, to be written when the work is done; looked at before it begins, lest it be in vain. */
final class OutputFile {
    private OutputFile() {
    }

    /**
     * Checks that a file can be written. Writes nothing.
     *
     * @param option the option that names it
     * @param file   the file
     * @throws BadInput if it is a folder, a link that leads nowhere or standard output, or may not be written, or its
     *                  folder is missing
     */
    static void check(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (file.toString().equals("-")) {
            throw new BadInput(option + " -: standard output is taken; accepted is the name of a file");
        }
        if (Files.isDirectory(file)) {
            throw new BadInput(option + " " + file + ": a folder; accepted is the name of a file");
        }
        if (Files.exists(file)) {
            if (!Files.isWritable(file)) {
                throw new BadInput(option + " " + file + ": may not be written by this user");
            }
        } else if (Files.isSymbolicLink(file)) {
            throw new BadInput(option + " " + file + ": a symbolic link that leads nowhere; accepted is the name of a file");
        } else if (folder == null || !Files.isDirectory(folder)) {
            throw new BadInput(option + " " + file + ": no such folder as " + folder
                + "; accepted is a file in a folder that exists");
        } else if (!Files.isWritable(folder)) {
            throw new BadInput(option + " " + file + ": the folder " + folder + " may not be written by this user");
        }
    }

    /**
     * Checks that what a command reads does not get lost by what it writes.
     *
     * @param option the option that names the file to be written
     * @param file   that file
     * @param read   files and folders that the command reads
     * @throws BadInput if the file is one of those, or stands in one
     */
    static void checkIsNotRead(String option, Path file, List<Path> read) {
        if (!Files.exists(file)) {
            return;
        }
        for (Path each : read) {
            try {
                if (Files.exists(each) && (Files.isSameFile(file, each) || isIn(each, file))) {
                    throw new BadInput(option + " " + file + ": is itself read, " + (Files.isDirectory(each)
                        ? "as a part of " + each + "," : "as " + each + ",") + " and would be lost; accepted is another "
                        + "file");
                }
            } catch (IOException failure) {
                throw new BadInput(option + " " + file + ": cannot be compared with " + each + " (" + Reason.of(failure)
                    + ")", failure);
            }
        }
    }

    /**
     * Checks that a file is none of those that another option's folder will get, by which it would be replaced.
     *
     * @param option the option that names the file
     * @param file   the file, which has been {@link #check checked}
     * @param other  the option that names the folder
     * @param folder the folder, which need not be there yet
     * @param names  whether a file of that name will be written into it
     * @throws BadInput if it is
     */
    static void checkIsNotAlsoWritten(String option, Path file, String other, Path folder, Predicate<String> names) {
        if (!Files.isDirectory(folder) || Files.exists(file) && !Files.isRegularFile(file)) {
            return;
        }
        try {
            Path real = Files.exists(file) ? file.toRealPath()
                : file.toAbsolutePath().getParent().resolve(file.getFileName());
            if (names.test(real.getFileName().toString()) && Files.isSameFile(real.getParent(), folder)) {
                throw new BadInput(option + " " + file + ": is a file of " + other + ", too, and one would replace the other; "
                    + "accepted is another file");
            }
        } catch (IOException failure) {
            throw new BadInput(option + " " + file + ": cannot be compared with " + folder + " (" + Reason.of(failure) + ")",
                failure);
        }
    }

    /** A pipe has no real path, and stands in no folder that is read. */
    private static boolean isIn(Path folder, Path file) throws IOException {
        return Files.isDirectory(folder) && Files.isRegularFile(file) && file.toRealPath().startsWith(folder.toRealPath());
    }

    /**
     * Writes it, replacing what was there, which stays if that fails.
     *
     * @param option the option that names it
     * @param file   the file
     * @param text   what to write
     * @throws BadInput if it cannot be written after all
     */
    static void write(String option, Path file, String text) {
        try {
            replace(file, text);
        } catch (IOException failure) {
            throw new BadInput(option + " " + file + ": cannot be written (" + Reason.of(failure) + ")", failure);
        }
    }

    private static void replace(Path file, String text) throws IOException {
        if (!Files.exists(file)) {
            WholeFile.write(file, half -> Files.writeString(half, text), StandardCopyOption.REPLACE_EXISTING);
            return;
        }
        if (!Files.isRegularFile(file)) { // a device or a pipe, which need not have a real path
            Files.writeString(file, text);
            return;
        }
        Path real = file.toRealPath(); // what is replaced is what a link leads to, and not the link
        if (Files.isWritable(real.getParent())) {
            WholeFile.write(real, half -> {
                Files.writeString(half, text);
                Files.setPosixFilePermissions(half, Files.getPosixFilePermissions(real));
            }, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.writeString(file, text); // there is no other way
        }
    }

    /**
     * Makes a folder, with those above it, unless there is one.
     *
     * @param option the option that names it
     * @param folder the folder
     * @throws BadInput if it cannot be made, or may not be written
     */
    static void makeFolder(String option, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new BadInput(option + " " + folder + ": cannot be made a folder (" + Reason.of(failure) + ")", failure);
        }
        if (!Files.isWritable(folder)) {
            throw new BadInput(option + " " + folder + ": may not be written by this user");
        }
    }

    /**
     * Writes what stands beside the main thing, which is there and shown all the same: if it cannot be written, says so.
     *
     * @param option the option that names it
     * @param file   the file
     * @param text   what to write
     * @return whether it was written; if not, something that was asked for is missing, and the exit code is 1
     */
    static boolean writeBeside(String option, Path file, String text) {
        try {
            write(option, file, text);
            return true;
        } catch (BadInput failure) {
            System.err.println("salvo: " + failure.getMessage() + Umask.remark(failure.getMessage()));
            return false;
        }
    }
}
