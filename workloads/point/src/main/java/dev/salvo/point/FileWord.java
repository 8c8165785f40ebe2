package dev.salvo.point;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Any text as part of the name of a file. Any thread. */
public final class FileWord {
    /** So that the longest name still makes the name of a file, with what is added while it is written. */
    private static final int LONGEST = 40;
    private static final int HASH_BYTES = 4;

    private FileWord() {
    }

    /**
     * The text as a file can be called, after a hyphen. Where that is not the text itself, a hash stands before the hyphen:
     * no text that is its own name can be taken for one that is not, and none of those for another.
     *
     * @param text any
     * @return lower-case letters, digits and hyphens, one hyphen at least; to be put behind the beginning of a name
     */
    public static String of(String text) {
        String name = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
        name = name.substring(0, Math.min(name.length(), LONGEST));
        return (name.equals(text) ? "" : hash(text)) + '-' + name;
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
