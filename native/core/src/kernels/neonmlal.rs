//! ARM without the dot product extension: `smlal`, an 8x8 tile. Constant matrices are mined with centred sums in 16 bits,
//! which are widened once a run; general ones are widened after every two products.

use super::neon::fold_unit;
use super::tile::{Ahead, Folded, Form, Geometry, MAX_ROWS, Tile, run_groups};
use std::arch::aarch64::*;
use std::arch::asm;

/// Eight rows by two vectors of four columns; two columns of `k` lie together, each with a sum of its own.
pub const GEOMETRY: Geometry = Geometry {
    rows: 8,
    cols: 8,
    lanes: 8,
    depth: 2,
    row_depth: 2,
};

/// Sums in 16 bits: two for each column.
type Sums = [[int16x8_t; 2]; MAX_ROWS];

/// See [`Tile`]; A' is signed.
///
/// # Safety
/// The processor has the instructions, and `tile.check(GEOMETRY)` passed.
#[target_feature(enable = "neon")]
pub unsafe fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    let mut totals = [[vdupq_n_s32(0); 2]; MAX_ROWS];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    let mut ahead = Ahead::new(tile);
    // Two products of general entries fit 16 bits: 2 * 127 * 127 = 32258.
    let longest = match tile.form {
        Form::Centred { .. } => run_groups(GEOMETRY.depth),
        Form::Exact { .. } => 2,
    };
    for (step, &groups) in tile.groups.iter().enumerate() {
        ahead.begin_step();
        let mut left = usize::from(groups);
        while left > 0 {
            let groups = left.min(longest);
            left -= groups;
            let mut sums = [[vdupq_n_s16(0); 2]; MAX_ROWS];
            // SAFETY: `check` has seen that both operands have 16 bytes for each group of each step.
            unsafe {
                run(&mut sums, a, b, groups, &mut ahead);
                a = a.add(16 * groups);
                b = b.add(16 * groups);
            }
            for (totals, sums) in totals.iter_mut().zip(sums) {
                for (total, sum) in totals.iter_mut().zip(sums) {
                    *total = vpadalq_s16(*total, sum);
                }
            }
        }
        for (unit, rows) in totals.chunks_exact(tile.unit).enumerate() {
            let mut sums = [vdupq_n_u32(0); 2];
            for row in rows {
                for (sum, &row) in sums.iter_mut().zip(row) {
                    *sum = veorq_u32(*sum, vreinterpretq_u32_s32(row));
                }
            }
            fold_unit(sums, unit, step, tile, folded);
        }
    }
}

/// One run: adds the products of the groups to the sums.
///
/// # Safety
/// The processor has the instructions. `a` and `b` have 16 bytes for each of the groups, of which there is at least one.
#[target_feature(enable = "neon")]
#[inline]
unsafe fn run(sums: &mut Sums, a: *const u8, b: *const u8, groups: usize, ahead: &mut Ahead) {
    macro_rules! rows {
        ($($row:literal $copy:literal $x:literal $y:literal,)*) => {
            concat!($(
                "dup v", $copy, ".8h, v17.h[", $row, "]\n",
                "smlal v", $x, ".8h, v", $copy, ".8b, v16.8b\n",
                "smlal2 v", $y, ".8h, v", $copy, ".16b, v16.16b\n",
            )*)
        };
    }
    // SAFETY: reads what the caller promises; prefetches of any address are harmless.
    unsafe {
        asm!(
            "2:",
            "ldr q16, [{b}], #16",
            "ldr q17, [{a}], #16",
            "prfm pldl2keep, [{ahead}]",
            rows!(
                "0" "18" "0" "1",
                "1" "19" "2" "3",
                "2" "20" "4" "5",
                "3" "21" "6" "7",
                "4" "18" "8" "9",
                "5" "19" "10" "11",
                "6" "20" "12" "13",
                "7" "21" "14" "15",
            ),
            "add {line}, {ahead}, #64",
            "cmp {line}, {end}",
            "csel {ahead}, {line}, {ahead}, ls",
            "subs {groups}, {groups}, #1",
            "b.ne 2b",
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            ahead = inout(reg) ahead.next,
            end = in(reg) ahead.end,
            line = out(reg) _,
            groups = inout(reg) groups => _,
            inout("v0") sums[0][0], inout("v1") sums[0][1], inout("v2") sums[1][0], inout("v3") sums[1][1],
            inout("v4") sums[2][0], inout("v5") sums[2][1], inout("v6") sums[3][0], inout("v7") sums[3][1],
            inout("v8") sums[4][0], inout("v9") sums[4][1], inout("v10") sums[5][0], inout("v11") sums[5][1],
            inout("v12") sums[6][0], inout("v13") sums[6][1], inout("v14") sums[7][0], inout("v15") sums[7][1],
            out("v16") _, out("v17") _, out("v18") _, out("v19") _, out("v20") _, out("v21") _,
            options(nostack, readonly),
        );
    }
}

/// Multiply-accumulates of one iteration of [`peak`].
pub const PEAK_MACS: u64 = 24 * 8;

/// Nothing but the instruction itself, on registers: 24 independent accumulators.
///
/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "neon")]
pub unsafe fn peak(iterations: u64) {
    super::peak::neon_loop!(iterations, "smlal v\\acc\\().8h, v24.8b, v27.8b");
}
