package dev.salvo.engine.tlb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TlbiTest {
    private static final long LAST_PAGE = (1L << 36) - 1;
    private static final int[] ASIDS = {0, 1, 0x5555, 0xaaaa, Tlbi.MAX_ASID};
    private static final long[] PAGES = {0, 1, 0x555555555L, 0xaaaaaaaaaL, LAST_PAGE};

    @Test
    void whatWasPackedIsUnpacked() {
        for (int asid : ASIDS) {
            for (long page : PAGES) {
                check(Tlbi.vae1is(asid, page), Tlbi.VAE1IS, asid, page);
                check(Tlbi.vale1is(asid, page), Tlbi.VALE1IS, asid, page);
            }
            check(Tlbi.aside1is(asid), Tlbi.ASIDE1IS, asid, 0);
        }
        check(Tlbi.vmalle1is(), Tlbi.VMALLE1IS, 0, 0);
    }

    @Test
    void aRangeCoversAsManyPagesAsTheArchitectureSays() {
        for (int scale = 0; scale <= 3; scale++) {
            for (int num = 0; num <= 31; num++) {
                long pages = (num + 1L) << (5 * scale + 1);
                for (int asid : ASIDS) {
                    for (long page : PAGES) {
                        long all = Tlbi.rvae1is(asid, page, scale, num);
                        check(all, Tlbi.RVAE1IS, asid, page);
                        assertEquals(pages, Tlbi.pages(all));
                        long last = Tlbi.rvale1is(asid, page, scale, num);
                        check(last, Tlbi.RVALE1IS, asid, page);
                        assertEquals(pages, Tlbi.pages(last));
                    }
                }
            }
        }
        assertEquals(2, Tlbi.pages(Tlbi.rvae1is(0, 0, 0, 0)));
        assertEquals(2_097_152, Tlbi.pages(Tlbi.rvae1is(0, 0, 3, 31)));
    }

    @Test
    void theCarriersBitChangesNothing() {
        long carried = Tlbi.rvale1is(Tlbi.MAX_ASID, LAST_PAGE, 3, 31) | Long.MIN_VALUE;
        assertEquals(Tlbi.RVALE1IS, Tlbi.kind(carried));
        assertEquals(Tlbi.MAX_ASID, Tlbi.asid(carried));
        assertEquals(LAST_PAGE, Tlbi.pageNumber(carried));
        assertEquals(2_097_152, Tlbi.pages(carried));
    }

    @Test
    void everyKindIsWrittenAsTheManualNamesIt() {
        assertEquals("VAE1IS asid=7 page=0x10042", Tlbi.toString(Tlbi.vae1is(7, 0x10042)));
        assertEquals("VALE1IS asid=7 page=0x10042", Tlbi.toString(Tlbi.vale1is(7, 0x10042)));
        assertEquals("RVAE1IS asid=7 page=0x10042 pages=64", Tlbi.toString(Tlbi.rvae1is(7, 0x10042, 1, 0)));
        assertEquals("RVALE1IS asid=65535 page=0xfffffffff pages=2",
            Tlbi.toString(Tlbi.rvale1is(65535, LAST_PAGE, 0, 0)));
        assertEquals("ASIDE1IS asid=7", Tlbi.toString(Tlbi.aside1is(7)));
        assertEquals("VMALLE1IS", Tlbi.toString(Tlbi.vmalle1is()));
        assertEquals("IC IVAU asid=7 page=0x10042", Tlbi.toString(Tlbi.icIvau(7, 0x10042)));
        assertEquals("kind 7 asid=0 page=0x0", Tlbi.toString(7L << 52));
    }

    @Test
    void theSameOperationForAnotherAddressSpaceDiffersInThatOnly() {
        long other = Tlbi.ofAsid(Tlbi.rvale1is(Tlbi.MAX_ASID, LAST_PAGE, 3, 31), 5);
        check(other, Tlbi.RVALE1IS, 5, LAST_PAGE);
        assertEquals(2_097_152, Tlbi.pages(other));
        check(Tlbi.ofAsid(Tlbi.aside1is(5), Tlbi.MAX_ASID), Tlbi.ASIDE1IS, Tlbi.MAX_ASID, 0);
    }

    private static void check(long tlbi, int kind, int asid, long page) {
        assertEquals(kind, Tlbi.kind(tlbi), Tlbi.toString(tlbi));
        assertEquals(asid, Tlbi.asid(tlbi), Tlbi.toString(tlbi));
        assertEquals(page, Tlbi.pageNumber(tlbi), Tlbi.toString(tlbi));
        assertEquals(0, tlbi >>> 62, "the two high bits are the carrier's: " + Tlbi.toString(tlbi));
    }
}
