package dev.salvo.engine.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directories of a control group and of all groups above it, as far as this process can see them: the own one
 * first, as its limits bind together with those of all above. Hosts that mount version 1 beside version 2 have a group
 * in each.
 *
 * <p>The mount table says where a hierarchy is, and which of its groups is the top of what is mounted: a container
 * often sees only its own. Both paths in it and the process's own are told from the root of the process's namespace,
 * above which a name is told as {@code ..} only.
 *
 * @param version2    whether it is of version 2
 * @param directories paths below the host's root, the own first, bytes as in {@link HostFiles}
 */
record ControlGroup(boolean version2, List<String> directories) {
    private static final String GROUPS = "proc/self/cgroup";
    private static final String MOUNTS = "proc/self/mountinfo";
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-3][0-7]{2})");
    private static final String UP = "..";
    private static final int MOST_LEVELS = 8;

    /** The groups in which a controller, such as cpu, may limit this process; none if the host does not tell. */
    static List<ControlGroup> of(String controller, HostFiles files) {
        List<ControlGroup> groups = new ArrayList<>();
        for (String line : files.lines(GROUPS)) {
            String[] fields = line.split(":", 3); // hierarchy number, controllers (none in version 2), path
            if (fields.length != 3 || !fields[2].startsWith("/")) {
                files.malformed(GROUPS, line);
                continue;
            }
            boolean version2 = fields[1].isEmpty();
            if (version2 || List.of(fields[1].split(",")).contains(controller)) {
                groups.add(new ControlGroup(version2,
                    directories(files, mounts(files, version2, controller), segments(fields[2]))));
            }
        }
        return groups;
    }

    private static List<String> directories(HostFiles files, List<Mount> mounts, List<String> group) {
        List<String> nearest = List.of();
        for (Mount mount : mounts) {
            List<String> own = mount.within(files, group);
            if (own != null && files.exists(mount.directory(own))) {
                return mount.upwards(own);
            }
            if (nearest.isEmpty()) {
                // The group lies outside what is mounted here, or is hidden: what is seen of it, or the mount's top.
                nearest = mount.upwards(own == null ? List.of() : own);
            }
        }
        return nearest;
    }

    private static List<Mount> mounts(HostFiles files, boolean version2, String controller) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : files.lines(MOUNTS)) {
            // id, parent, device, root, mount point, options, any number of fields, a dash, type, source, options
            List<String> fields = Arrays.asList(line.split(" "));
            int dash = fields.indexOf("-");
            if (dash < 5 || fields.size() < dash + 4) {
                files.malformed(MOUNTS, line);
                continue;
            }
            String type = fields.get(dash + 1);
            if (version2 ? type.equals("cgroup2")
                : type.equals("cgroup") && Arrays.asList(fields.get(dash + 3).split(",")).contains(controller)) {
                mounts.add(new Mount(segments(unescape(fields.get(3))), unescape(fields.get(4))));
            }
        }
        return mounts;
    }

    /** The names of a path. What leads up is left only where it leads above the root. */
    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/")) {
            int last = segments.size() - 1;
            if (segment.equals(UP) && last >= 0 && !segments.get(last).equals(UP)) {
                segments.remove(last);
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        return segments;
    }

    /** The mount table writes a blank as {@code \040}; and so a tab, the end of a line and the backslash. */
    static String unescape(String field) {
        return ESCAPE.matcher(field).replaceAll(octal ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octal.group(1), 8))));
    }

    /** A hierarchy, or a part of it, at a place. */
    private record Mount(List<String> root, String point) {
        String directory(List<String> below) {
            String path = String.join("/", point, String.join("/", below));
            return path.substring(1, path.endsWith("/") ? path.length() - 1 : path.length());
        }

        List<String> upwards(List<String> own) {
            List<String> directories = new ArrayList<>();
            for (int names = own.size(); names >= 0; names--) {
                directories.add(directory(own.subList(0, names)));
            }
            return directories;
        }

        /** The names that lead from the mount point to a group; null if the group lies outside. */
        List<String> within(HostFiles files, List<String> group) {
            int above = levelsUp(root);
            int groupAbove = levelsUp(group);
            List<String> down = root.subList(above, root.size());
            List<String> groupDown = group.subList(groupAbove, group.size());
            if (groupAbove == above) {
                return groupDown.size() >= down.size() && groupDown.subList(0, down.size()).equals(down)
                    ? groupDown.subList(down.size(), groupDown.size()) : null;
            }
            // What is mounted begins above the namespace's root, whose own name is not told.
            int nameless = above - groupAbove - down.size();
            return nameless < 0 || nameless > MOST_LEVELS ? null
                : ofThisProcess(files, candidates(files, List.of(), nameless, groupDown));
        }

        private List<List<String>> candidates(HostFiles files, List<String> at, int nameless, List<String> below) {
            List<List<String>> candidates = new ArrayList<>();
            if (nameless == 0) {
                List<String> own = concat(at, below);
                return files.exists(directory(own)) ? List.of(own) : List.of();
            }
            for (String name : files.directories(directory(at))) {
                candidates.addAll(candidates(files, concat(at, List.of(name)), nameless - 1, below));
            }
            return candidates;
        }

        /** The one that this process is in, by its number; null if that is not told and there are several. */
        private List<String> ofThisProcess(HostFiles files, List<List<String>> candidates) {
            if (candidates.size() == 1) {
                return candidates.get(0);
            }
            List<String> pid = files.values("proc/self/status", "Pid");
            return candidates.stream().filter(own -> files.lines(directory(own) + "/cgroup.procs").containsAll(pid))
                .filter(own -> !pid.isEmpty()).findFirst().orElseGet(() -> {
                    files.odd("The host does not tell which control group below /" + directory(List.of()) + " this "
                        + "process is in; a limit that it may have is left out of account.");
                    return null;
                });
        }

        private static List<String> concat(List<String> names, List<String> more) {
            return Stream.concat(names.stream(), more.stream()).toList();
        }

        private static int levelsUp(List<String> segments) {
            return (int) segments.stream().takeWhile(UP::equals).count();
        }
    }
}
