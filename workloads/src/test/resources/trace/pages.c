/*
 * A small program for x86-64 that visits more pages than an L1 TLB of 32 entries or an L2 of 1024 holds, by every kind
 * of access that lackey prints, and by accesses that span two pages. There is no C library in it: the trace holds these
 * few lines and nothing else.
 */
#define PAGE 4096
#define PAGES 1300

static unsigned char memory[(PAGES + 1) * PAGE] __attribute__((aligned(PAGE)));

static unsigned long next_random(unsigned long *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* An instruction whose first two bytes end a page and whose others begin the next. */
__asm__(".balign 4096\n"
    ".skip 4094, 0x90\n"
    "spanning_code: movq $0x12345678, %rax\n"
    "ret\n");

/* A thousand pages of code, each of one instruction. */
__asm__(".balign 4096\n"
    "code_pages: .rept 1000\n"
    "ret\n"
    ".balign 4096\n"
    ".endr\n");
extern unsigned char code_pages[];

void _start(void) {
    unsigned long state = 0x9e3779b97f4a7c15UL;
    unsigned long word = 1;

    for (int i = 0; i < PAGES; i++) {
        memory[i * PAGE] = 1;                                               /* S, every page once */
    }
    for (int i = 0; i < 3000; i++) {
        volatile unsigned char *any = memory + next_random(&state) % PAGES * PAGE;
        __asm__ volatile("addb $1, %0" : "+m"(*any));                       /* M, any page */
        any = memory + next_random(&state) % 40 * PAGE;
        __asm__ volatile("movb %1, %b0" : "+r"(word) : "m"(*any));          /* L, of just too many for the L1 */
        __asm__ volatile("call *%0" : : "r"(code_pages + next_random(&state) % 1000 * PAGE) : "memory"); /* I */
    }
    for (int i = 1; i < PAGES; i++) {
        volatile unsigned long *spanning
            = (unsigned long *) (memory + i * PAGE - 1 - next_random(&state) % 7);
        __asm__ volatile("movq %1, %0" : "=r"(word) : "m"(*spanning));      /* L of two pages */
        __asm__ volatile("movq %1, %0" : "=m"(*spanning) : "r"(word));      /* S of two pages */
        __asm__ volatile("addq $1, %0" : "+m"(*spanning));                  /* M of two pages */
        __asm__ volatile("lock; addq $1, %0" : "+m"(*spanning));            /* a compare-and-swap in valgrind */
        if (i % 16 == 0) {
            __asm__ volatile("call spanning_code" : : : "rax", "memory");   /* I of two pages */
        }
    }
    __asm__ volatile("syscall" : : "a"(60), "D"(0) : "rcx", "r11", "memory");
    __builtin_unreachable();
}
