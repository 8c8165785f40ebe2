package dev.salvo.engine.clock;

import dev.salvo.engine.message.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The hardware profiles: those that are shipped, and those that somebody has written. Each is a YAML file, which
 * engine/profiles.md describes.
 *
 * <p><b>Threads.</b> Any.
 */
public final class HardwareProfiles {
    /** Ours are 8 KiB. The parser's time grows with the square of a line's length: a MiB takes seconds to refuse. */
    static final int MOST_BYTES = 256 << 10;
    private static final String FOLDER = "/profiles/";
    private static final String ENDING = ".yaml";
    private static final Pattern FACTOR = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
    private static final List<String> NAMES = shipped("index").lines().toList();

    private HardwareProfiles() {
    }

    /**
     * The profiles that are shipped.
     *
     * @return their names, in alphabetical order
     */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * A shipped profile's file, as it is: somebody who wants to write one begins with it.
     *
     * @param name one of {@link #names}
     * @return the YAML text
     * @throws BadProfileException if there is none of that name
     */
    public static String yaml(String name) {
        if (!NAMES.contains(name)) {
            throw new BadProfileException("profile " + Wording.unknown(name, NAMES)
                + ", or a file: a path with a / or ending in .yaml");
        }
        return shipped(name + ENDING);
    }

    /**
     * Reads a profile.
     *
     * @param nameOrFile one of {@link #names}, or the path of a file: something with a {@code /} in it, or that ends in
     *                   {@code .yaml} or {@code .yml}. Either may be followed by {@code :KEY=FACTOR,KEY=FACTOR…}: what
     *                   if these numbers were so many times as large?
     * @param steps      the names of the software's steps that the profile must have: these and no others
     * @return the profile
     * @throws BadProfileException if there is no such profile or it cannot be used, in one line that says why
     */
    public static HardwareProfile load(String nameOrFile, Set<String> steps) {
        String base = withoutWhatIf(nameOrFile);
        String text = isFile(base) ? text(base) : yaml(base);
        HardwareProfile profile = ProfileFile.read(isFile(base) ? Wording.shown(base, 200) : base, text, steps);
        if (isFile(base) && NAMES.contains(profile.name())
            && !profile.equals(ProfileFile.read(profile.name(), yaml(profile.name()), steps))) {
            throw new BadProfileException(Wording.shown(base, 200) + ": name: " + profile.name()
                + " is that of a profile that is shipped and is not like this one; accepted: another name");
        }
        if (base.length() == nameOrFile.length()) {
            return profile;
        }
        Set<String> changed = new HashSet<>();
        for (String change : nameOrFile.substring(base.length() + 1).split(",", -1)) {
            int equals = change.indexOf('=');
            if (equals <= 0 || !FACTOR.matcher(change.substring(equals + 1)).matches()) {
                throw new BadProfileException("profile " + Wording.quoted(nameOrFile) + ": " + Wording.quoted(change)
                    + ": must be KEY=FACTOR, as in :hopSockets=2 or :hopSockets=2,drain=0.5");
            }
            String key = change.substring(0, equals);
            if (!changed.add(key)) {
                throw new BadProfileException("profile " + Wording.quoted(nameOrFile) + ": " + Wording.quoted(key)
                    + " is there twice; accepted: once");
            }
            profile = profile.scaled(key, Double.parseDouble(change.substring(equals + 1)));
        }
        return profile;
    }

    /**
     * Where a profile that can be read is read from.
     *
     * @param nameOrFile as for {@link #load}
     * @return the file; empty if the profile is shipped
     */
    public static Optional<Path> file(String nameOrFile) {
        return Optional.of(withoutWhatIf(nameOrFile)).filter(HardwareProfiles::isFile).map(Path::of);
    }

    private static String withoutWhatIf(String nameOrFile) {
        int colon = hasEnding(nameOrFile) ? -1 : nameOrFile.lastIndexOf(':');
        return colon < 0 || colon < nameOrFile.lastIndexOf('/') ? nameOrFile : nameOrFile.substring(0, colon);
    }

    private static boolean isFile(String name) {
        return name.indexOf('/') >= 0 || hasEnding(name);
    }

    private static boolean hasEnding(String name) {
        String small = name.toLowerCase(Locale.ROOT);
        return small.endsWith(ENDING) || small.endsWith(".yml");
    }

    private static String shipped(String file) {
        try (InputStream in = HardwareProfiles.class.getResourceAsStream(FOLDER + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BadProfileException(file + ": the jar cannot be read", e);
        }
    }

    private static String text(String name) {
        String shown = Wording.shown(name, 200);
        Path file;
        try {
            file = Path.of(name);
        } catch (InvalidPathException e) {
            throw new BadProfileException(shown + ": no name of a file in this locale; accepted: LC_ALL=C.UTF-8, or a name "
                + "in ASCII", e);
        }
        if (Files.isDirectory(file)) {
            throw new BadProfileException(shown + ": a folder; accepted: a profile in YAML");
        }
        if (!Files.isRegularFile(file)) {
            throw new BadProfileException(shown + (Files.exists(file) ? ": not a regular file"
                : Files.isSymbolicLink(file) ? ": a symbolic link that leads nowhere" : ": no such file")
                + "; accepted: a profile in YAML, or one of " + String.join(", ", NAMES));
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1); // a size asked for beforehand may lie
            if (bytes.length > MOST_BYTES) {
                throw new BadProfileException(shown + ": too long; accepted: at most " + (MOST_BYTES >> 10) + " KiB");
            }
            String text = decoded(shown, bytes);
            if (text.indexOf('\0') >= 0) {
                throw new BadProfileException(shown + ": not a text; accepted: a profile in YAML");
            }
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (AccessDeniedException e) {
            throw new BadProfileException(shown + ": may not be read by this user", e);
        } catch (IOException e) {
            throw new BadProfileException(shown + ": cannot be read (" + Wording.reason(e) + ")", e);
        }
    }

    /** The text in UTF-8, or in UTF-16 where it begins with that one's byte order mark, as Windows has written it. */
    private static String decoded(String shown, byte[] bytes) {
        boolean utf16 = bytes.length > 1 && (bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff
            || bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            return (utf16 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8).newDecoder().decode(in).toString();
        } catch (CharacterCodingException e) {
            long line = 1 + new String(bytes, 0, in.position(), StandardCharsets.ISO_8859_1).chars()
                .filter(c -> c == '\n').count();
            throw new BadProfileException(shown + " line " + line + ": not a text in UTF-8; accepted: a profile in YAML", e);
        }
    }
}
