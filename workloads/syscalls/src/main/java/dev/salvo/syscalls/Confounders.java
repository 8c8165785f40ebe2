package dev.salvo.syscalls;

import java.util.List;

/**
 * What of a host bears on what its kernel takes for a shootdown, as it tells.
 *
 * @param list each of them, in the order in which they are printed
 */
public record Confounders(List<Confounder> list) {
    /** Copies the list. */
    public Confounders {
        list = List.copyOf(list);
    }

    /**
     * One of them.
     *
     * @param name  a word, such as {@code pti}
     * @param state what the host tells of it, such as {@code on}; {@code not told} if it does not
     * @param means what that does to the figures: a sentence, empty if nothing
     */
    public record Confounder(String name, String state, String means) {
        /** The line that {@code host} prints. */
        @Override
        public String toString() {
            return name + ": " + state + (means.isEmpty() ? "" : " (" + means + ")");
        }
    }
}
