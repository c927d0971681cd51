//! AVX2: `vpmaddubsw`, a 4x16 tile in 8 accumulators. Two products of pairs are summed in 16 bits before they are
//! widened, which is exact for constant matrices: 4 * 127 * 63 = 32004. General operands take the plain form.

use super::avx2::{clear_rest, fold_step};
use super::tile::{Ahead, Folded, Geometry, Tile};
use std::arch::asm;
use std::arch::x86_64::*;

/// Four rows by two vectors of eight columns.
pub const GEOMETRY: Geometry = Geometry {
    rows: 4,
    cols: 16,
    lanes: 16,
    depth: 4,
};

/// See [`Tile`]; A' is signed.
///
/// # Safety
/// The processor has AVX2, and `tile.check(GEOMETRY)` passed.
#[target_feature(enable = "avx2")]
pub unsafe fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    // SAFETY: as promised to this function.
    unsafe {
        match tile.unit {
            4 => tile_of_units::<4>(tile, folded),
            _ => tile_of_units::<2>(tile, folded),
        }
    }
}

/// Each unit has code of its own, into which the fold is inlined: called, it would cost a spill of all accumulators.
///
/// # Safety
/// As [`tile`].
#[target_feature(enable = "avx2")]
unsafe fn tile_of_units<const UNIT: usize>(tile: &Tile<'_>, folded: &mut Folded) {
    let mut acc = [[_mm256_setzero_si256(); 2]; 4];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    let mut ahead = Ahead::new(tile);
    for (step, &groups) in tile.groups.iter().enumerate() {
        let groups = usize::from(groups);
        ahead.begin_step();
        // SAFETY: `check` has seen that the operands have 16 and 64 bytes for each group of each step.
        unsafe {
            if tile.small && groups >= 2 {
                small(&mut acc, a, b, groups / 2, &mut ahead);
            }
            let done = if tile.small { groups / 2 * 2 } else { 0 };
            for group in done..groups {
                general(&mut acc, a.add(16 * group), b.add(64 * group));
            }
            a = a.add(16 * groups);
            b = b.add(64 * groups);
        }
        fold_step::<2, UNIT, false>(&acc, step, tile, folded);
    }
    clear_rest(GEOMETRY.cols, tile, folded);
}

/// Pairs of groups, A' in [0, 127] and B' in [-63, 63].
///
/// # Safety
/// `a` and `b` have 32 and 128 bytes for each pair, and there is at least one.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn small(
    acc: &mut [[__m256i; 2]; 4],
    a: *const u8,
    b: *const u8,
    pairs: usize,
    ahead: &mut Ahead,
) {
    macro_rules! row {
        ($first:literal, $second:literal, $x:literal, $y:literal) => {
            concat!(
                "vpbroadcastd ymm10, dword ptr [{a} + ",
                $first,
                "]\n",
                "vpbroadcastd ymm11, dword ptr [{a} + ",
                $second,
                "]\n",
                "vpmaddubsw ymm12, ymm10, ymm8\n",
                "vpmaddubsw ymm13, ymm11, ymmword ptr [{b} + 64]\n",
                "vpmaddubsw ymm10, ymm10, ymm9\n",
                "vpmaddubsw ymm11, ymm11, ymmword ptr [{b} + 96]\n",
                "vpaddw ymm12, ymm12, ymm13\n",
                "vpaddw ymm10, ymm10, ymm11\n",
                "vpmaddwd ymm12, ymm12, ymm15\n",
                "vpmaddwd ymm10, ymm10, ymm15\n",
                "vpaddd ymm",
                $x,
                ", ymm",
                $x,
                ", ymm12\n",
                "vpaddd ymm",
                $y,
                ", ymm",
                $y,
                ", ymm10",
            )
        };
    }
    // SAFETY: reads what the caller promises; prefetches of any address are harmless.
    unsafe {
        asm!(
            "2:",
            "vmovdqu ymm8, ymmword ptr [{b}]",
            "vmovdqu ymm9, ymmword ptr [{b} + 32]",
            "prefetcht1 [{ahead}]",
            row!("0", "16", "0", "1"),
            row!("4", "20", "2", "3"),
            row!("8", "24", "4", "5"),
            row!("12", "28", "6", "7"),
            "add {a}, 32",
            "add {b}, 128",
            "lea {line}, [{ahead} + 64]",
            "cmp {line}, {end}",
            "cmovbe {ahead}, {line}",
            "dec {pairs}",
            "jnz 2b",
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            ahead = inout(reg) ahead.next,
            end = in(reg) ahead.end,
            line = out(reg) _,
            pairs = inout(reg) pairs => _,
            inout("ymm0") acc[0][0], inout("ymm1") acc[0][1], inout("ymm2") acc[1][0], inout("ymm3") acc[1][1],
            inout("ymm4") acc[2][0], inout("ymm5") acc[2][1], inout("ymm6") acc[3][0], inout("ymm7") acc[3][1],
            out("ymm8") _, out("ymm9") _, out("ymm10") _, out("ymm11") _, out("ymm12") _, out("ymm13") _,
            in("ymm15") _mm256_set1_epi16(1),
            options(nostack, readonly),
        );
    }
}

/// One group, both operands in [-127, 127]: |A'| is the unsigned operand and B' takes A's sign, so that a pair sums to at
/// most 2 * 127 * 127.
///
/// # Safety
/// `a` and `b` have 16 and 64 bytes.
#[target_feature(enable = "avx2")]
unsafe fn general(acc: &mut [[__m256i; 2]; 4], a: *const u8, b: *const u8) {
    let ones = _mm256_set1_epi16(1);
    for (row, acc) in acc.iter_mut().enumerate() {
        // SAFETY: four rows of four bytes.
        let a = _mm256_set1_epi32(unsafe { a.add(4 * row).cast::<i32>().read_unaligned() });
        for (v, acc) in acc.iter_mut().enumerate() {
            // SAFETY: two vectors of 32 bytes.
            let b = unsafe { _mm256_loadu_si256(b.add(32 * v).cast()) };
            let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(a), _mm256_sign_epi8(b, a));
            *acc = _mm256_add_epi32(*acc, _mm256_madd_epi16(pairs, ones));
        }
    }
}

/// Multiply-accumulates of one iteration of [`peak`].
pub const PEAK_MACS: u64 = 8 * 32;

/// The plain form on registers alone: `vpmaddubsw`, `vpmaddwd`, `vpaddd`, the yardstick of other miners. Summing two
/// products first goes beyond it.
///
/// # Safety
/// The processor has AVX2.
#[target_feature(enable = "avx2")]
pub unsafe fn peak(iterations: u64) {
    super::peak::maddubs_loop!(iterations, "ymm", "0,1,2,3,4,5,6,7");
}
