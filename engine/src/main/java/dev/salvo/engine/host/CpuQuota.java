package dev.salvo.engine.host;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The CPU time that control groups leave to this process, in CPUs.
 *
 * <p>A group's limit binds all groups below it, so the process's own group and every one above are read and the
 * smallest limit wins; hosts that mount version 1 beside version 2 have a path in each. The mount table says where a
 * hierarchy is, and which of its groups is the top of what this process can see: a container often sees only its own.
 */
final class CpuQuota {
    private static final String GROUPS = "proc/self/cgroup";
    private static final String MOUNTS = "proc/self/mountinfo";

    private final HostFiles files;

    private CpuQuota(HostFiles files) {
        this.files = files;
    }

    /** The smallest quota over period of all groups that this process is in; infinite if none sets one. */
    static double read(HostFiles files) {
        return new CpuQuota(files).smallest();
    }

    private double smallest() {
        double quota = Double.POSITIVE_INFINITY;
        for (String line : files.lines(GROUPS)) {
            String[] group = line.split(":", 3); // hierarchy number, controllers (none in version 2), path
            if (group.length != 3 || !group[2].startsWith("/")) {
                throw files.malformed(GROUPS, line, "number:controllers:/path");
            }
            boolean version2 = group[1].isEmpty();
            if (version2 || List.of(group[1].split(",")).contains("cpu")) {
                quota = Math.min(quota, smallestUpwards(version2, group[2]));
            }
        }
        return quota;
    }

    private double smallestUpwards(boolean version2, String group) {
        Path top = null;
        Path own = null;
        for (String line : files.lines(MOUNTS)) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" "); // id, parent, device, root, mount point, …
            String[] type = halves.length < 2 ? new String[0] : halves[1].split(" "); // type, source, options
            if (mount.length < 5 || type.length < 3) {
                throw files.malformed(MOUNTS, line, "the fields of proc(5)");
            }
            boolean carriesCpu = version2 ? type[0].equals("cgroup2")
                : type[0].equals("cgroup") && Arrays.asList(type[2].split(",")).contains("cpu");
            if (carriesCpu) {
                Path root = Path.of(mount[3]);
                Path mountPoint = Path.of(mount[4]);
                Path path = Path.of(group).normalize();
                if (path.startsWith(root)) {
                    top = mountPoint;
                    own = mountPoint.resolve(root.relativize(path)).normalize();
                    break;
                }
                if (top == null) {
                    // The group lies outside what is mounted here: the top that is mounted is the nearest to it.
                    top = mountPoint;
                    own = mountPoint;
                }
            }
        }
        double quota = Double.POSITIVE_INFINITY;
        for (Path at = own; at != null && at.startsWith(top); at = at.getParent()) {
            String directory = at.toString().substring(1);
            quota = Math.min(quota, version2 ? ofVersion2(directory) : ofVersion1(directory));
        }
        return quota;
    }

    private double ofVersion2(String directory) {
        String path = directory + "/cpu.max";
        return files.text(path).map(text -> {
            String[] words = text.split(" ");
            if (words.length != 2) {
                throw files.malformed(path, text, "quota and period in microseconds, or max and period");
            }
            return words[0].equals("max") ? Double.POSITIVE_INFINITY
                : (double) microseconds(path, words[0]) / microseconds(path, words[1]);
        }).orElse(Double.POSITIVE_INFINITY);
    }

    private double ofVersion1(String directory) {
        String quotaPath = directory + "/cpu.cfs_quota_us";
        String periodPath = directory + "/cpu.cfs_period_us";
        return files.text(quotaPath).filter(quota -> !quota.equals("-1"))
            .map(quota -> (double) microseconds(quotaPath, quota)
                / microseconds(periodPath, files.text(periodPath).orElse("")))
            .orElse(Double.POSITIVE_INFINITY);
    }

    private long microseconds(String path, String text) {
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw files.malformed(path, text, "a positive number of microseconds");
        }
        return Long.parseLong(text);
    }
}
