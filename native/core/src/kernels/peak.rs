//! The yardstick: how fast the multiplying instruction itself can go, measured with nothing around it.

/// An assembly loop that applies one instruction to accumulators 0 to 23 (`{}` in its text) so many times. What the
/// registers hold does not matter; the two named ones are its operands and are zeroed first.
#[cfg(target_arch = "x86_64")]
macro_rules! register_loop {
    ($iterations:expr, $instruction:literal, $x:ident, $y:ident) => {
        // SAFETY: registers only, all of them declared; the counter ends the loop.
        unsafe {
            core::arch::asm!(
                concat!("vpxorq ", stringify!($x), ",", stringify!($x), ",", stringify!($x)),
                concat!("vpxorq ", stringify!($y), ",", stringify!($y), ",", stringify!($y)),
                "2:",
                ".irp acc,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23",
                $instruction,
                ".endr",
                "dec {count}",
                "jnz 2b",
                count = inout(reg) ($iterations).max(1) => _,
                out("zmm0") _, out("zmm1") _, out("zmm2") _, out("zmm3") _,
                out("zmm4") _, out("zmm5") _, out("zmm6") _, out("zmm7") _,
                out("zmm8") _, out("zmm9") _, out("zmm10") _, out("zmm11") _,
                out("zmm12") _, out("zmm13") _, out("zmm14") _, out("zmm15") _,
                out("zmm16") _, out("zmm17") _, out("zmm18") _, out("zmm19") _,
                out("zmm20") _, out("zmm21") _, out("zmm22") _, out("zmm23") _,
                out("zmm24") _, out("zmm25") _,
                options(nomem, nostack),
            )
        }
    };
}
#[cfg(target_arch = "x86_64")]
pub(crate) use register_loop;
