package dev.salvo.engine.host;

/** The CPU time that control groups leave to this process, in CPUs: the smallest of all their limits. */
final class CpuQuota {
    private static final String DEFAULT_PERIOD = "100000"; // µs

    private CpuQuota() {
    }

    /** The smallest quota over period of all groups that this process is in; infinite if none sets one. */
    static double read(HostFiles files) {
        double quota = Double.POSITIVE_INFINITY;
        for (ControlGroup group : ControlGroup.of("cpu", files)) {
            for (String directory : group.directories()) {
                quota = Math.min(quota, group.version2() ? ofVersion2(files, directory) : ofVersion1(files, directory));
            }
        }
        return quota;
    }

    private static double ofVersion2(HostFiles files, String directory) {
        String path = directory + "/cpu.max";
        return files.text(path).flatMap(text -> files.parse(path, text, CpuQuota::cpus))
            .orElse(Double.POSITIVE_INFINITY);
    }

    private static double ofVersion1(HostFiles files, String directory) {
        String quotaPath = directory + "/cpu.cfs_quota_us";
        String period = files.text(directory + "/cpu.cfs_period_us").orElse(DEFAULT_PERIOD);
        return files.text(quotaPath).filter(quota -> !quota.equals("-1"))
            .flatMap(quota -> files.parse(quotaPath, quota + " " + period, CpuQuota::cpus))
            .orElse(Double.POSITIVE_INFINITY);
    }

    /** A quota and a period, of the default if it is not said, as CPUs. */
    private static double cpus(String text) {
        String[] words = text.split(" +");
        if (words.length > 2) {
            throw new IllegalArgumentException(text);
        }
        long period = microseconds(words.length < 2 ? DEFAULT_PERIOD : words[1]);
        return words[0].equals("max") ? Double.POSITIVE_INFINITY : (double) microseconds(words[0]) / period;
    }

    private static long microseconds(String text) {
        if (!text.matches("[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException(text + ": must be a positive number of microseconds");
        }
        return Long.parseLong(text);
    }
}
