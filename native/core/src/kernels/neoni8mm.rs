//! ARM with the matrix extension: `smmla`, 2x8 by 8x2, an 8x12 tile in 24 accumulators of 2x2 sums.

use super::neon::fold_unit;
use super::tile::{Ahead, Folded, Geometry, Tile};
use std::arch::aarch64::*;
use std::arch::asm;

/// Four pairs of rows by six pairs of columns; eight columns of `k` lie together.
pub const GEOMETRY: Geometry = Geometry {
    rows: 8,
    cols: 12,
    lanes: 12,
    depth: 8,
    row_depth: 8,
};

/// See [`Tile`]; A' is signed. Corrections are never needed: constant matrices are 0 here.
///
/// # Safety
/// The processor has the instructions, and `tile.check(GEOMETRY)` passed.
#[target_feature(enable = "neon,i8mm")]
pub unsafe fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    // Lanes of an accumulator: (row 0, column 0), (0, 1), (1, 0), (1, 1) of its pair of rows and of columns.
    let mut acc = [[vdupq_n_s32(0); 6]; 4];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    let mut ahead = Ahead::new(tile);
    for (step, &groups) in (tile.groups.iter())
        .enumerate()
        .filter(|(_, groups)| **groups > 0)
    {
        ahead.begin_step();
        macro_rules! rows {
            ($a:literal, $($acc:literal $b:literal)*) => {
                concat!($("smmla v", $acc, ".4s, v", $a, ".16b, v", $b, ".16b\n",)*)
            };
        }
        // SAFETY: `check` has seen that the operands have 64 and 96 bytes for each group of each step, which is what the
        // loop reads; prefetches of any address are harmless.
        unsafe {
            asm!(
                "2:",
                "ldp q24, q25, [{b}], #32",
                "ldp q26, q27, [{b}], #32",
                "ldp q28, q29, [{b}], #32",
                "ldp q30, q31, [{a}], #32",
                "prfm pldl2keep, [{ahead}]",
                rows!("30", "0" "24" "1" "25" "2" "26" "3" "27" "4" "28" "5" "29"),
                rows!("31", "6" "24" "7" "25" "8" "26" "9" "27" "10" "28" "11" "29"),
                "ldp q30, q31, [{a}], #32",
                rows!("30", "12" "24" "13" "25" "14" "26" "15" "27" "16" "28" "17" "29"),
                rows!("31", "18" "24" "19" "25" "20" "26" "21" "27" "22" "28" "23" "29"),
                "add {line}, {ahead}, #64",
                "cmp {line}, {end}",
                "csel {ahead}, {line}, {ahead}, ls",
                "subs {groups}, {groups}, #1",
                "b.ne 2b",
                a = inout(reg) a,
                b = inout(reg) b,
                ahead = inout(reg) ahead.next,
                end = in(reg) ahead.end,
                line = out(reg) _,
                groups = inout(reg) usize::from(groups) => _,
                inout("v0") acc[0][0], inout("v1") acc[0][1], inout("v2") acc[0][2],
                inout("v3") acc[0][3], inout("v4") acc[0][4], inout("v5") acc[0][5],
                inout("v6") acc[1][0], inout("v7") acc[1][1], inout("v8") acc[1][2],
                inout("v9") acc[1][3], inout("v10") acc[1][4], inout("v11") acc[1][5],
                inout("v12") acc[2][0], inout("v13") acc[2][1], inout("v14") acc[2][2],
                inout("v15") acc[2][3], inout("v16") acc[2][4], inout("v17") acc[2][5],
                inout("v18") acc[3][0], inout("v19") acc[3][1], inout("v20") acc[3][2],
                inout("v21") acc[3][3], inout("v22") acc[3][4], inout("v23") acc[3][5],
                out("v24") _, out("v25") _, out("v26") _, out("v27") _,
                out("v28") _, out("v29") _, out("v30") _, out("v31") _,
                options(nostack, readonly),
            );
        }
        for (unit, pairs) in acc.chunks_exact(tile.unit / 2).enumerate() {
            let mut sums = [vdupq_n_u64(0); 6];
            for pair in pairs {
                for (sum, &columns) in sums.iter_mut().zip(pair) {
                    *sum = veorq_u64(*sum, vreinterpretq_u64_s32(columns));
                }
            }
            // The two rows of a pair lie in the two halves of an accumulator.
            let both = |v: usize| {
                let (left, right) = (sums[2 * v], sums[2 * v + 1]);
                vreinterpretq_u32_u64(veorq_u64(vzip1q_u64(left, right), vzip2q_u64(left, right)))
            };
            fold_unit([both(0), both(1), both(2)], unit, step, tile, folded);
        }
    }
}

/// Multiply-accumulates of one iteration of [`peak`].
pub const PEAK_MACS: u64 = 24 * 32;

/// Nothing but the instruction itself, on registers: 24 independent accumulators, as in the tile.
///
/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "neon,i8mm")]
pub unsafe fn peak(iterations: u64) {
    super::peak::neon_loop!(iterations, "smmla v\\acc\\().4s, v24.16b, v27.16b");
}
