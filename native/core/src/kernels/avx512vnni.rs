//! AVX512-VNNI: `vpdpbusd zmm`, an 8x48 tile in 24 accumulators, 11 loads for 24 multiplications.

use super::avx512::fold_step;
use super::tile::{Ahead, Folded, Geometry, MAX_ROWS, Tile};
use super::unrolled::unrolled;
use std::arch::asm;
use std::arch::x86_64::*;

/// Eight rows by three vectors of sixteen columns; narrower panels take two vectors or one.
pub const GEOMETRY: Geometry = Geometry {
    rows: 8,
    cols: 48,
    lanes: 16,
    depth: 4,
    row_depth: 4,
};

/// See [`Tile`]; A' is unsigned.
///
/// # Safety
/// The processor has the instructions, and `tile.check(GEOMETRY)` passed.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub unsafe fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    // SAFETY: passed on.
    unsafe {
        match (tile.width / 16, tile.form.corrections().is_empty()) {
            (3, true) => columns::<3, false>(tile, folded),
            (3, false) => columns::<3, true>(tile, folded),
            (2, true) => columns::<2, false>(tile, folded),
            (2, false) => columns::<2, true>(tile, folded),
            (_, true) => columns::<1, false>(tile, folded),
            (_, false) => columns::<1, true>(tile, folded),
        }
    }
}

/// The tile for panels of `V` vectors.
///
/// # Safety
/// As [`tile`].
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
unsafe fn columns<const V: usize, const CORRECTED: bool>(tile: &Tile<'_>, folded: &mut Folded) {
    let mut accumulators = [[_mm512_setzero_si512(); V]; MAX_ROWS];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    let mut ahead = Ahead::new(tile);
    for (step, &groups) in tile.groups.iter().enumerate() {
        ahead.begin_step();
        ahead.prefetch_step();
        // SAFETY: `check` has seen that the operands have 4 * 8 and 64 * V bytes for each group of each step.
        unsafe {
            if V == 3 && groups > 0 {
                widest(&mut accumulators, a, b, groups);
            } else {
                narrow(&mut accumulators, a, b, groups);
            }
            a = a.add(4 * MAX_ROWS * usize::from(groups));
            b = b.add(64 * V * usize::from(groups));
        }
        fold_step::<V, CORRECTED>(&accumulators, step, tile, GEOMETRY.cols, folded);
    }
}

/// The groups of one step in a full panel. Assembly, because compilers' choice of registers swings from build to build.
///
/// # Safety
/// `a` and `b` have 32 and 192 bytes for each of the groups, of which there is at least one; `V` is 3.
#[target_feature(enable = "avx512f,avx512vnni")]
#[inline]
unsafe fn widest<const V: usize>(
    acc: &mut [[__m512i; V]; MAX_ROWS],
    a: *const u8,
    b: *const u8,
    groups: u16,
) {
    macro_rules! row {
        ($at:literal, $a:literal, $x:literal, $y:literal, $z:literal) => {
            concat!(
                "vpbroadcastd zmm",
                $a,
                ", dword ptr [{a} + 32 * \\g + ",
                $at,
                "]\n",
                "vpdpbusd zmm",
                $x,
                ", zmm",
                $a,
                ", zmm24\n",
                "vpdpbusd zmm",
                $y,
                ", zmm",
                $a,
                ", zmm25\n",
                "vpdpbusd zmm",
                $z,
                ", zmm",
                $a,
                ", zmm26\n",
            )
        };
    }
    macro_rules! group {
        () => {
            concat!(
                "vmovdqu64 zmm24, zmmword ptr [{b} + 192 * \\g]\n",
                "vmovdqu64 zmm25, zmmword ptr [{b} + 192 * \\g + 64]\n",
                "vmovdqu64 zmm26, zmmword ptr [{b} + 192 * \\g + 128]\n",
                row!("0", "27", "0", "1", "2"),
                row!("4", "28", "3", "4", "5"),
                row!("8", "27", "6", "7", "8"),
                row!("12", "28", "9", "10", "11"),
                row!("16", "27", "12", "13", "14"),
                row!("20", "28", "15", "16", "17"),
                row!("24", "27", "18", "19", "20"),
                row!("28", "28", "21", "22", "23"),
            )
        };
    }
    // SAFETY: reads what the caller promises.
    unsafe {
        asm!(
            unrolled!("32", "192", group!()),
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            groups = in(reg) usize::from(groups),
            eights = out(reg) _,
            inout("zmm0") acc[0][0], inout("zmm1") acc[0][1], inout("zmm2") acc[0][2],
            inout("zmm3") acc[1][0], inout("zmm4") acc[1][1], inout("zmm5") acc[1][2],
            inout("zmm6") acc[2][0], inout("zmm7") acc[2][1], inout("zmm8") acc[2][2],
            inout("zmm9") acc[3][0], inout("zmm10") acc[3][1], inout("zmm11") acc[3][2],
            inout("zmm12") acc[4][0], inout("zmm13") acc[4][1], inout("zmm14") acc[4][2],
            inout("zmm15") acc[5][0], inout("zmm16") acc[5][1], inout("zmm17") acc[5][2],
            inout("zmm18") acc[6][0], inout("zmm19") acc[6][1], inout("zmm20") acc[6][2],
            inout("zmm21") acc[7][0], inout("zmm22") acc[7][1], inout("zmm23") acc[7][2],
            out("zmm24") _, out("zmm25") _, out("zmm26") _, out("zmm27") _, out("zmm28") _,
            options(nostack, readonly),
        );
    }
}

/// The same for the narrower panel at the end.
///
/// # Safety
/// `a` and `b` have 32 and 64 * V bytes for each of the groups.
#[target_feature(enable = "avx512f,avx512vnni")]
#[inline]
unsafe fn narrow<const V: usize>(
    acc: &mut [[__m512i; V]; MAX_ROWS],
    a: *const u8,
    b: *const u8,
    groups: u16,
) {
    for group in 0..usize::from(groups) {
        // SAFETY: one group of what the caller promises.
        unsafe {
            let (a, b) = (a.add(4 * MAX_ROWS * group), b.add(64 * V * group));
            for (row, acc) in acc.iter_mut().enumerate() {
                let row = _mm512_set1_epi32(a.add(4 * row).cast::<i32>().read_unaligned());
                for (v, acc) in acc.iter_mut().enumerate() {
                    let column = _mm512_loadu_si512(b.add(64 * v).cast());
                    *acc = _mm512_dpbusd_epi32(*acc, row, column);
                }
            }
        }
    }
}

/// Multiply-accumulates of one iteration of [`peak`].
pub const PEAK_MACS: u64 = 24 * 64;

/// Nothing but the instruction itself, on registers: 24 independent accumulators, as in the tile.
///
/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "avx512f,avx512vnni")]
pub unsafe fn peak(iterations: u64) {
    super::peak::zmm_loop!(iterations, "vpdpbusd zmm\\acc, zmm24, zmm25");
}
