//! The yardstick: how fast the multiplying instructions themselves can go, measured with nothing around them. What the
//! registers hold does not matter to that, so they are not set.

/// One instruction on accumulators `zmm0` to `zmm23` (`\\acc` in its text) with the operands `zmm24` and `zmm25`.
#[cfg(target_arch = "x86_64")]
macro_rules! zmm_loop {
    ($iterations:expr, $instruction:literal) => {
        // SAFETY: registers only, all of them declared; the counter ends the loop.
        unsafe {
            core::arch::asm!(
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

/// One instruction on accumulators `ymm0` to `ymm11` with the operands `ymm12` and `ymm13`.
#[cfg(target_arch = "x86_64")]
macro_rules! ymm_loop {
    ($iterations:expr, $instruction:literal) => {
        // SAFETY: registers only, all of them declared; the counter ends the loop.
        unsafe {
            core::arch::asm!(
                "2:",
                ".irp acc,0,1,2,3,4,5,6,7,8,9,10,11",
                $instruction,
                ".endr",
                "dec {count}",
                "jnz 2b",
                count = inout(reg) ($iterations).max(1) => _,
                out("ymm0") _, out("ymm1") _, out("ymm2") _, out("ymm3") _,
                out("ymm4") _, out("ymm5") _, out("ymm6") _, out("ymm7") _,
                out("ymm8") _, out("ymm9") _, out("ymm10") _, out("ymm11") _,
                out("ymm12") _, out("ymm13") _,
                options(nomem, nostack),
            )
        }
    };
}

/// `vpmaddubsw`, `vpmaddwd`, `vpaddd` on the accumulators listed, with operands and results in registers 8 to 14.
#[cfg(target_arch = "x86_64")]
macro_rules! maddubs_loop {
    ($iterations:expr, $register:literal, $accumulators:literal) => {
        // SAFETY: registers only, all of them declared; the counter ends the loop.
        unsafe {
            core::arch::asm!(
                "2:",
                concat!(".irp acc,", $accumulators),
                concat!("vpmaddubsw ", $register, "12, ", $register, "8, ", $register, "9"),
                concat!("vpmaddwd ", $register, "13, ", $register, "12, ", $register, "10"),
                concat!("vpaddd ", $register, "\\acc, ", $register, "\\acc, ", $register, "13"),
                ".endr",
                "dec {count}",
                "jnz 2b",
                count = inout(reg) ($iterations).max(1) => _,
                out("ymm0") _, out("ymm1") _, out("ymm2") _, out("ymm3") _,
                out("ymm4") _, out("ymm5") _, out("ymm6") _, out("ymm7") _,
                out("ymm8") _, out("ymm9") _, out("ymm10") _, out("ymm12") _, out("ymm13") _,
                options(nomem, nostack),
            )
        }
    };
}
/// One instruction on accumulators `v0` to `v23` with the operands `v24` and `v27`.
#[cfg(target_arch = "aarch64")]
macro_rules! neon_loop {
    ($iterations:expr, $instruction:literal) => {
        // SAFETY: registers only, all of them declared; the counter ends the loop.
        unsafe {
            core::arch::asm!(
                "2:",
                ".irp acc,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23",
                $instruction,
                ".endr",
                "subs {count}, {count}, #1",
                "b.ne 2b",
                count = inout(reg) ($iterations).max(1) => _,
                out("v0") _, out("v1") _, out("v2") _, out("v3") _, out("v4") _, out("v5") _,
                out("v6") _, out("v7") _, out("v8") _, out("v9") _, out("v10") _, out("v11") _,
                out("v12") _, out("v13") _, out("v14") _, out("v15") _, out("v16") _, out("v17") _,
                out("v18") _, out("v19") _, out("v20") _, out("v21") _, out("v22") _, out("v23") _,
                options(nomem, nostack),
            )
        }
    };
}
#[cfg(target_arch = "aarch64")]
pub(crate) use neon_loop;
#[cfg(target_arch = "x86_64")]
pub(crate) use {maddubs_loop, ymm_loop, zmm_loop};
