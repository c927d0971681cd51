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

impl Default for Sums {
    fn default() -> Sums {
        Sums([0; _])
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

/// Four loads, four multiplications, and what is done with each tile of sums right before it is multiplied: there it costs
/// nothing, anywhere else a step waits for it. What is read of A' is not put into the first-level cache (`t1`), where the
/// columns have to stay.
macro_rules! multiply {
    ($a:ident, $b:ident, $row_depth:ident, [$($zero:literal),*], [$($one:literal),*], [$($two:literal),*], [$($three:literal),*],
        $($operand:tt)*) => {
        asm!(
            "tileloadd tmm6, [{b} + {column}]",
            "tileloaddt1 tmm4, [{a} + {row}]",
            $($zero,)*
            "tdpbusd tmm0, tmm4, tmm6",
            "tileloadd tmm7, [{b} + {column} + 64]",
            $($one,)*
            "tdpbusd tmm1, tmm4, tmm7",
            "tileloaddt1 tmm5, [{below} + {row}]",
            $($two,)*
            "tdpbusd tmm2, tmm5, tmm6",
            $($three,)*
            "tdpbusd tmm3, tmm5, tmm7",
            a = in(reg) $a,
            below = in(reg) $a.wrapping_add(16 * $row_depth),
            b = in(reg) $b,
            row = in(reg) $row_depth,
            column = in(reg) 128usize,
            $($operand)*
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        )
    };
}

/// Multiplies.
///
/// # Safety
/// The registers are configured for `row_depth`, and `a` and `b` have 32 times as many bytes.
#[inline]
pub unsafe fn multiply(a: *const u8, b: *const u8, row_depth: usize) {
    // SAFETY: reads what the caller promises: sixteen rows and as many below; every fourth part of `row_depth` rows of 128.
    unsafe { multiply!(a, b, row_depth, [], [], [], [],) }
}

/// Writes the sums down as they are, and multiplies.
///
/// # Safety
/// As [`multiply`], and `before` may be written.
#[inline]
pub unsafe fn store_and_multiply(before: *mut Sums, a: *const u8, b: *const u8, row_depth: usize) {
    // SAFETY: as in `multiply`, and as in `store`.
    unsafe {
        multiply!(
            a, b, row_depth,
            ["tilestored [{before} + {column}], tmm0"],
            ["tilestored [{before} + {column} + 64], tmm1"],
            ["tilestored [{before} + {column} + 2048], tmm2"],
            ["tilestored [{before} + {column} + 2112], tmm3"],
            before = in(reg) before,
        )
    }
}

/// Writes the sums down, and multiplies for sums that begin at zero.
///
/// # Safety
/// As [`store_and_multiply`].
#[inline]
pub unsafe fn begin_at_zero(before: *mut Sums, a: *const u8, b: *const u8, row_depth: usize) {
    // SAFETY: as in `store_and_multiply`.
    unsafe {
        multiply!(
            a, b, row_depth,
            ["tilestored [{before} + {column}], tmm0", "tilezero tmm0"],
            ["tilestored [{before} + {column} + 64], tmm1", "tilezero tmm1"],
            ["tilestored [{before} + {column} + 2048], tmm2", "tilezero tmm2"],
            ["tilestored [{before} + {column} + 2112], tmm3", "tilezero tmm3"],
            before = in(reg) before,
        )
    }
}

/// Writes the sums down, and multiplies for others, which may be the same.
///
/// # Safety
/// As [`store_and_multiply`], and `sums` may be read.
#[inline]
pub unsafe fn go_on_with(
    sums: *const Sums,
    before: *mut Sums,
    a: *const u8,
    b: *const u8,
    row_depth: usize,
) {
    // SAFETY: as in `store_and_multiply`; reads the 4 KiB of `sums`.
    unsafe {
        multiply!(
            a, b, row_depth,
            ["tilestored [{before} + {column}], tmm0", "tileloadd tmm0, [{sums} + {column}]"],
            ["tilestored [{before} + {column} + 64], tmm1", "tileloadd tmm1, [{sums} + {column} + 64]"],
            ["tilestored [{before} + {column} + 2048], tmm2", "tileloadd tmm2, [{sums} + {column} + 2048]"],
            ["tilestored [{before} + {column} + 2112], tmm3", "tileloadd tmm3, [{sums} + {column} + 2112]"],
            before = in(reg) before,
            sums = in(reg) sums,
        )
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
