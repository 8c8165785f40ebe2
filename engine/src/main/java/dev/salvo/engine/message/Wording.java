package dev.salvo.engine.message;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** How messages repeat what comes from elsewhere: text that somebody has written, and why the file system refused. */
public final class Wording {
    private static final int LONGEST = 60;
    /** Whatever would not show as what it is: control and formatting characters, line breaks, halves of a character. */
    private static final String UNSEEN = "[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}]+";
    /** Blanks that look like the usual one. */
    private static final Pattern LIKE_A_BLANK = Pattern.compile("[\\p{Zs}&&[^ ]]");

    private Wording() {
    }

    /**
     * The text in quotes, on one line, cut short.
     *
     * @param text anything
     * @return at most {@value #LONGEST} characters of it, without what does not show
     */
    public static String quoted(String text) {
        return '\'' + shown(text, LONGEST) + '\'';
    }

    /**
     * The text on one line, cut short.
     *
     * @param text    anything
     * @param longest how many characters there may be
     * @return the same, without what does not show
     */
    public static String shown(String text, int longest) {
        String line = LIKE_A_BLANK.matcher(text.replaceAll(UNSEEN, " "))
            .replaceAll(blank -> String.format(Locale.ROOT, "\\\\u%04x", (int) blank.group().charAt(0))).strip();
        if (line.length() <= longest) {
            return line;
        }
        int end = longest - 3;
        return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "...";
    }

    /**
     * Whether the text holds anything that does not show.
     *
     * @param text anything
     * @return whether it does
     */
    public static boolean hidesSomething(String text) {
        return !text.equals(text.replaceAll(UNSEEN, " "));
    }

    /**
     * That a name is none of those accepted, and which was perhaps meant.
     *
     * @param name     what was written
     * @param accepted what might have been
     * @return the same in words, on one line
     */
    public static String unknown(String name, Collection<String> accepted) {
        return quoted(name) + " is unknown" + nearest(name, accepted).map(word -> " (did you mean " + word + "?)").orElse("")
            + "; accepted: " + String.join(", ", accepted);
    }

    /**
     * The word that was perhaps meant.
     *
     * @param name     what was written
     * @param accepted what might have been
     * @return the nearest of these, unless all are other words
     */
    public static Optional<String> nearest(String name, Collection<String> accepted) {
        String nearest = null;
        int least = 3; // more is another word, not a slip
        if (name.length() <= LONGEST) {
            for (String candidate : accepted) {
                int distance = distance(name, candidate);
                if (distance < least && distance < candidate.length()) {
                    least = distance;
                    nearest = candidate;
                }
            }
        }
        return Optional.ofNullable(nearest);
    }

    /**
     * Why the file system refused: some of its exceptions say nothing but the file's name.
     *
     * @param failure what it threw
     * @return words without the file's name, which whoever says them names
     */
    public static String reason(IOException failure) {
        String said = failure instanceof FileSystemException refusal ? refusal.getReason() : failure.getMessage();
        if (said != null) {
            return said;
        }
        return failure instanceof AccessDeniedException ? "permission denied"
            : failure instanceof NoSuchFileException ? "no such file or folder"
            : failure instanceof NotDirectoryException ? "not a folder" : failure.getClass().getSimpleName();
    }

    /** How many letters must be put in, taken out or replaced to make one word of the other, in whatever case. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                int cost = Math.min(diagonal + (same ? 0 : 1), Math.min(row[j], row[j - 1]) + 1);
                diagonal = row[j];
                row[j] = cost;
            }
        }
        return row[b.length()];
    }
}
