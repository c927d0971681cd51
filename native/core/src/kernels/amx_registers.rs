//! The tile registers of AMX: their configuration, which is a thread's own, and the few things that are done with them.
//!
//! 0 to 3 hold sums, two times two tiles of 16 rows of 16 columns; 4 and 5 rows of A', 6 and 7 columns of B'. They keep what
//! they hold from one piece of assembly to the next, since compilers use none of them.

use std::arch::asm;
use std::cell::Cell;
use std::marker::PhantomData;

thread_local! {
    /// The bytes of a row that this thread's tile registers are configured for; 0: they are not.
    static CONFIGURED: Cell<usize> = const { Cell::new(0) };
}

/// This thread's tile registers, configured until this is dropped.
pub struct Tiles {
    /// Whether this one did it, or another that is alive.
    owns: bool,
    /// The registers are this thread's.
    _thread: PhantomData<*const ()>,
}

/// The operand of `ldtilecfg`: palette, bytes of a row and rows of each register.
#[repr(C, align(64))]
struct Configuration([u8; 64]);

impl Tiles {
    /// Configures them for `row_depth` bytes of a row of A' at a time, 32 or 64.
    ///
    /// # Safety
    /// The processor has the instructions, and the system lets this process use them.
    pub unsafe fn configured(row_depth: usize) -> Tiles {
        assert!(matches!(row_depth, 32 | 64));
        let now = CONFIGURED.get();
        assert!(now == 0 || now == row_depth, "one shape at a time");
        if now == 0 {
            let mut bytes = [0; 64];
            bytes[0] = 1;
            for register in 0..8 {
                let (rows, row_bytes) = match register {
                    4 | 5 => (16, row_depth),
                    6 | 7 => (row_depth / 4, 64),
                    _ => (16, 64),
                };
                bytes[16 + 2 * register] = row_bytes as u8;
                bytes[48 + register] = rows as u8;
            }
            let configuration = Configuration(bytes);
            // SAFETY: reads 64 bytes; they are a valid configuration.
            unsafe {
                asm!("ldtilecfg [{at}]", at = in(reg) &configuration, options(nostack, readonly))
            };
            CONFIGURED.set(row_depth);
        }
        Tiles {
            owns: now == 0,
            _thread: PhantomData,
        }
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        if self.owns {
            // SAFETY: they were configured, so the instruction is there.
            unsafe { asm!("tilerelease", options(nostack, nomem)) };
            CONFIGURED.set(0);
        }
    }
}

/// What this thread's registers are configured for; 0: they are not.
pub fn row_depth_now() -> usize {
    CONFIGURED.get()
}

/// Sums of a strip: 32 rows of 32 columns.
#[derive(Clone)]
#[repr(C, align(64))]
pub struct Sums(pub [i32; 32 * 32]);

/// All sums become zero.
///
/// # Safety
/// The registers are configured.
#[inline]
pub unsafe fn clear() {
    // SAFETY: registers only.
    unsafe {
        asm!(
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            options(nostack, nomem),
        );
    }
}

/// The sums go on with these.
///
/// # Safety
/// The registers are configured.
#[inline]
pub unsafe fn load(sums: &Sums) {
    // SAFETY: reads two times two tiles of sixteen rows of 64 bytes, the 4 KiB of `sums`.
    unsafe {
        asm!(
            "tileloadd tmm0, [{sums} + {stride}]",
            "tileloadd tmm1, [{sums} + {stride} + 64]",
            "tileloadd tmm2, [{sums} + {stride} + 2048]",
            "tileloadd tmm3, [{sums} + {stride} + 2112]",
            sums = in(reg) sums,
            stride = in(reg) 128usize,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            options(nostack, readonly),
        );
    }
}

/// Writes the sums down.
///
/// # Safety
/// The registers are configured.
#[inline]
pub unsafe fn store(sums: &mut Sums) {
    // SAFETY: writes two times two tiles of sixteen rows of 64 bytes, the 4 KiB of `sums`.
    unsafe {
        asm!(
            "tilestored [{sums} + {stride}], tmm0",
            "tilestored [{sums} + {stride} + 64], tmm1",
            "tilestored [{sums} + {stride} + 2048], tmm2",
            "tilestored [{sums} + {stride} + 2112], tmm3",
            sums = in(reg) sums,
            stride = in(reg) 128usize,
            options(nostack),
        );
    }
}

/// Four loads, four multiplications.
///
/// # Safety
/// The registers are configured for `row_depth`, and `a` and `b` have 32 times as many bytes.
#[inline]
pub unsafe fn multiply(a: *const u8, b: *const u8, row_depth: usize) {
    // SAFETY: reads what the caller promises: sixteen rows and as many below; every fourth part of `row_depth` rows of 128.
    unsafe {
        asm!(
            "tileloadd tmm6, [{b} + {column}]",
            "tileloadd tmm4, [{a} + {row}]",
            "tdpbusd tmm0, tmm4, tmm6",
            "tileloadd tmm7, [{b} + {column} + 64]",
            "tdpbusd tmm1, tmm4, tmm7",
            "tileloadd tmm5, [{below} + {row}]",
            "tdpbusd tmm2, tmm5, tmm6",
            "tdpbusd tmm3, tmm5, tmm7",
            a = in(reg) a,
            below = in(reg) a.wrapping_add(16 * row_depth),
            b = in(reg) b,
            row = in(reg) row_depth,
            column = in(reg) 128usize,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack, readonly),
        );
    }
}

/// Multiply-accumulates of one iteration of [`peak`].
pub const PEAK_MACS: u64 = 4 * 16 * 16 * 64;

/// Nothing but the instruction itself, on the four sums of a strip.
///
/// # Safety
/// The processor has the instructions, and the system lets this process use them.
pub unsafe fn peak(iterations: u64) {
    // SAFETY: registers only, configured here unless they are already; the counter ends the loop.
    unsafe {
        let now = CONFIGURED.get();
        let _tiles = Tiles::configured(if now == 0 { 64 } else { now });
        asm!(
            "2:",
            "tdpbusd tmm0, tmm4, tmm6",
            "tdpbusd tmm1, tmm4, tmm7",
            "tdpbusd tmm2, tmm5, tmm6",
            "tdpbusd tmm3, tmm5, tmm7",
            "dec {count}",
            "jnz 2b",
            count = inout(reg) iterations.max(1) => _,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            options(nostack, nomem),
        );
    }
}
