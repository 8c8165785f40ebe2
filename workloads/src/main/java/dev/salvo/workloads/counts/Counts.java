package dev.salvo.workloads.counts;

import dev.salvo.engine.CoreCounts;
import dev.salvo.engine.probe.TlbiCounts;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one core executed for an operation.
 *
 * @param tlbiVa     {@code VAE1IS}
 * @param tlbiVaLast {@code VALE1IS}
 * @param tlbiAsid   {@code ASIDE1IS}
 * @param tlbiRange  all forms of ranges
 * @param tlbiLocal  all forms for the own core only
 * @param dsbIsh     {@code DSB ISH}
 * @param dsbIshst   {@code DSB ISHST} before TLBIs; those that only publish page tables are not counted here
 * @param icIvau     {@code IC IVAU}
 */
public record Counts(long tlbiVa, long tlbiVaLast, long tlbiAsid, long tlbiRange, long tlbiLocal, long dsbIsh, long dsbIshst,
                     long icIvau) {
    static Counts of(TlbiCounts issued, CoreCounts core) {
        return new Counts(issued.tlbiVa(), issued.tlbiVaLast(), issued.tlbiAsid(), issued.tlbiRange(), core.localTlbis(),
            core.dsbIsh(), core.dsbIshst(), issued.icIvau());
    }

    /**
     * The same by the names of the counted data.
     *
     * @return in its order; what is 0 is there, too
     */
    public Map<String, Long> byName() {
        Map<String, Long> named = new LinkedHashMap<>();
        named.put("tlbiVa", tlbiVa);
        named.put("tlbiVaLast", tlbiVaLast);
        named.put("tlbiAsid", tlbiAsid);
        named.put("tlbiRange", tlbiRange);
        named.put("tlbiLocal", tlbiLocal);
        named.put("dsbIsh", dsbIsh);
        named.put("dsbIshst", dsbIshst);
        named.put("icIvau", icIvau);
        return named;
    }
}
