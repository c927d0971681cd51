//! ARM with the dot product extension: `sdot`, an 8x12 tile in 24 accumulators, 5 loads for 24 multiplications.

use super::neon::fold_unit;
use super::tile::{Ahead, Folded, Geometry, MAX_ROWS, Tile};
use std::arch::aarch64::*;
use std::arch::asm;

/// Eight rows by three vectors of four columns.
pub const GEOMETRY: Geometry = Geometry {
    rows: 8,
    cols: 12,
    lanes: 12,
    depth: 4,
    row_depth: 4,
};

/// See [`Tile`]; A' is signed. Corrections are never needed: constant matrices are 0 here.
///
/// # Safety
/// The processor has the instructions, and `tile.check(GEOMETRY)` passed.
#[target_feature(enable = "neon,dotprod")]
pub unsafe fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    let mut acc = [[vdupq_n_s32(0); 3]; MAX_ROWS];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    let mut ahead = Ahead::new(tile);
    for (step, &groups) in (tile.groups.iter())
        .enumerate()
        .filter(|(_, groups)| **groups > 0)
    {
        ahead.begin_step();
        macro_rules! row {
            ($half:literal, $lane:literal, $x:literal, $y:literal, $z:literal) => {
                concat!(
                    "sdot v",
                    $x,
                    ".4s, v24.16b, v",
                    $half,
                    ".4b[",
                    $lane,
                    "]\n",
                    "sdot v",
                    $y,
                    ".4s, v25.16b, v",
                    $half,
                    ".4b[",
                    $lane,
                    "]\n",
                    "sdot v",
                    $z,
                    ".4s, v26.16b, v",
                    $half,
                    ".4b[",
                    $lane,
                    "]",
                )
            };
        }
        // SAFETY: `check` has seen that the operands have 32 and 48 bytes for each group of each step, which is what the
        // loop reads; prefetches of any address are harmless.
        unsafe {
            asm!(
                "2:",
                "ldp q27, q28, [{a}], #32",
                "ldp q24, q25, [{b}], #32",
                "ldr q26, [{b}], #16",
                "prfm pldl2keep, [{ahead}]",
                row!("27", "0", "0", "1", "2"),
                row!("27", "1", "3", "4", "5"),
                row!("27", "2", "6", "7", "8"),
                row!("27", "3", "9", "10", "11"),
                row!("28", "0", "12", "13", "14"),
                row!("28", "1", "15", "16", "17"),
                row!("28", "2", "18", "19", "20"),
                row!("28", "3", "21", "22", "23"),
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
                inout("v3") acc[1][0], inout("v4") acc[1][1], inout("v5") acc[1][2],
                inout("v6") acc[2][0], inout("v7") acc[2][1], inout("v8") acc[2][2],
                inout("v9") acc[3][0], inout("v10") acc[3][1], inout("v11") acc[3][2],
                inout("v12") acc[4][0], inout("v13") acc[4][1], inout("v14") acc[4][2],
                inout("v15") acc[5][0], inout("v16") acc[5][1], inout("v17") acc[5][2],
                inout("v18") acc[6][0], inout("v19") acc[6][1], inout("v20") acc[6][2],
                inout("v21") acc[7][0], inout("v22") acc[7][1], inout("v23") acc[7][2],
                out("v24") _, out("v25") _, out("v26") _, out("v27") _, out("v28") _,
                options(nostack, readonly),
            );
        }
        for (unit, rows) in acc.chunks_exact(tile.unit).enumerate() {
            let mut sums = [vdupq_n_u32(0); 3];
            for row in rows {
                for (sum, &row) in sums.iter_mut().zip(row) {
                    *sum = veorq_u32(*sum, vreinterpretq_u32_s32(row));
                }
            }
            fold_unit(sums, unit, step, tile, folded);
        }
    }
}

/// Multiply-accumulates of one iteration of [`peak`].
pub const PEAK_MACS: u64 = 24 * 16;

/// Nothing but the instruction itself, on registers: 24 independent accumulators, as in the tile.
///
/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "neon,dotprod")]
pub unsafe fn peak(iterations: u64) {
    super::peak::neon_loop!(iterations, "sdot v\\acc\\().4s, v24.16b, v27.4b[0]");
}
