//! AVX-VNNI: `vpdpbusd ymm`, a 4x24 tile in 12 accumulators. The loop is assembly: with all sixteen registers in use,
//! compilers spill.

use super::avx2::fold_step;
use super::tile::{Ahead, Folded, Geometry, Tile};
use super::unrolled::unrolled;
use std::arch::asm;
use std::arch::x86_64::*;

/// Four rows by three vectors of eight columns.
pub const GEOMETRY: Geometry = Geometry {
    rows: 4,
    cols: 24,
    lanes: 24,
    depth: 4,
    row_depth: 4,
};

/// The tile in one of the two encodings of `vpdpbusd ymm`, which do the same: AVX-VNNI's, and that of AVX512-VNNI with
/// vector lengths, which lets processors without AVX-VNNI test this file.
macro_rules! tile_in {
    ($name:ident, $of_units:ident, $encoding:literal) => {
        /// See [`Tile`]; A' is unsigned.
        ///
        /// # Safety
        /// The processor has the instructions, and `tile.check(GEOMETRY)` passed.
        #[target_feature(enable = "avx2")]
        pub unsafe fn $name(tile: &Tile<'_>, folded: &mut Folded) {
            // SAFETY: as promised to this function.
            unsafe {
                match (tile.unit, tile.form.corrections().is_empty()) {
                    (4, true) => $of_units::<4, false>(tile, folded),
                    (4, false) => $of_units::<4, true>(tile, folded),
                    (_, true) => $of_units::<2, false>(tile, folded),
                    (_, false) => $of_units::<2, true>(tile, folded),
                }
            }
        }

        /// Each case has code of its own, into which the fold is inlined: called, it would cost a spill of all
        /// accumulators after each step, a tenth of the speed.
        ///
        /// # Safety
        /// As the tile.
        #[target_feature(enable = "avx2")]
        unsafe fn $of_units<const UNIT: usize, const CORRECTED: bool>(
            tile: &Tile<'_>,
            folded: &mut Folded,
        ) {
            let mut acc = [[_mm256_setzero_si256(); 3]; 4];
            let mut a = tile.a.as_ptr();
            let mut b = tile.b.as_ptr();
            let mut ahead = Ahead::new(tile);
            for (step, &groups) in tile.groups.iter().enumerate() {
                ahead.begin_step();
                ahead.prefetch_step();
                macro_rules! row {
                    ($at:literal, $x:literal, $y:literal, $z:literal) => {
                        concat!(
                            "vpbroadcastd ymm15, dword ptr [{a} + 16 * \\g + ", $at, "]\n",
                            $encoding, " vpdpbusd ymm", $x, ", ymm15, ymm12\n",
                            $encoding, " vpdpbusd ymm", $y, ", ymm15, ymm13\n",
                            $encoding, " vpdpbusd ymm", $z, ", ymm15, ymm14\n",
                        )
                    };
                }
                macro_rules! group {
                    () => {
                        concat!(
                            "vmovdqu ymm12, ymmword ptr [{b} + 96 * \\g]\n",
                            "vmovdqu ymm13, ymmword ptr [{b} + 96 * \\g + 32]\n",
                            "vmovdqu ymm14, ymmword ptr [{b} + 96 * \\g + 64]\n",
                            row!("0", "0", "1", "2"),
                            row!("4", "3", "4", "5"),
                            row!("8", "6", "7", "8"),
                            row!("12", "9", "10", "11"),
                        )
                    };
                }
                if groups > 0 {
                    // SAFETY: `check` has seen that the operands have 16 and 96 bytes for each group of each step,
                    // which is what the loop reads.
                    unsafe {
                        asm!(
                            unrolled!("16", "96", group!()),
                            a = inout(reg) a,
                            b = inout(reg) b,
                            groups = in(reg) usize::from(groups),
                            eights = out(reg) _,
                            inout("ymm0") acc[0][0], inout("ymm1") acc[0][1], inout("ymm2") acc[0][2],
                            inout("ymm3") acc[1][0], inout("ymm4") acc[1][1], inout("ymm5") acc[1][2],
                            inout("ymm6") acc[2][0], inout("ymm7") acc[2][1], inout("ymm8") acc[2][2],
                            inout("ymm9") acc[3][0], inout("ymm10") acc[3][1], inout("ymm11") acc[3][2],
                            out("ymm12") _, out("ymm13") _, out("ymm14") _, out("ymm15") _,
                            options(nostack, readonly),
                        );
                    }
                }
                fold_step::<3, UNIT, CORRECTED>(&acc, step, tile, folded);
            }
        }
    };
}
tile_in!(tile, tile_of_units, "{{vex}}");
#[cfg(test)]
tile_in!(tile_evex, tile_evex_of_units, "{{evex}}");

/// Multiply-accumulates of one iteration of [`peak`].
pub const PEAK_MACS: u64 = 12 * 32;

/// Nothing but the instruction itself, on registers: 12 independent accumulators, all that there are beside operands.
///
/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "avx2")]
pub unsafe fn peak(iterations: u64) {
    super::peak::ymm_loop!(iterations, "{{vex}} vpdpbusd ymm\\acc, ymm12, ymm13");
}

#[cfg(test)]
mod tests {
    use crate::kernels::Operand;
    use crate::kernels::block::by_strips;
    use crate::kernels::self_test::blocks_agree;

    #[test]
    fn the_tile_is_right_in_the_encoding_that_this_processor_has() {
        if !is_x86_feature_detected!("avx512vnni") || !is_x86_feature_detected!("avx512vl") {
            eprintln!("skipped: this processor has no vpdpbusd for 256 bits");
            return;
        }
        assert!(blocks_agree(
            super::GEOMETRY,
            Operand::Unsigned,
            None,
            |block, space, done| by_strips(
                super::GEOMETRY,
                block,
                space,
                done,
                // SAFETY: the instructions are there, and `by_strips` has checked the tile.
                |tile, folded| unsafe { super::tile_evex(tile, folded) }
            )
        ));
    }
}
