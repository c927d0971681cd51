//! AVX512-VNNI: `vpdpbusd zmm`, an 8x48 tile in 24 accumulators, 11 loads for 24 multiplications.

use super::tile::{Ahead, Folded, Geometry, MAX_ROWS, Tile, WORDS, rotation};
use std::arch::x86_64::*;

/// Eight rows by three vectors of sixteen columns; narrower panels take two vectors or one.
pub const GEOMETRY: Geometry = Geometry {
    rows: 8,
    cols: 48,
    lanes: 16,
};

/// See [`Tile`]; A' is unsigned.
///
/// # Safety
/// The processor has the instructions, and `tile.check(GEOMETRY)` passed.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub unsafe fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    // SAFETY: passed on.
    unsafe {
        match (tile.width / 16, tile.corrections.is_empty()) {
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
    let steps = tile.groups.len();
    let mut accumulators = [[_mm512_setzero_si512(); V]; MAX_ROWS];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    let mut ahead = Ahead::new(tile.prefetch, steps);
    for (step, &groups) in tile.groups.iter().enumerate() {
        let lines = ahead.step();
        for group in 0..usize::from(groups) {
            // A prefetch of any address is harmless; these lie in the next panel, or shortly behind it.
            if group < ahead.lines {
                _mm_prefetch::<_MM_HINT_T1>(lines.wrapping_add(64 * group).cast());
            }
            // SAFETY: `check` has seen that the operands have 4 * 8 and 64 * V bytes for each group of each step.
            unsafe {
                let mut columns = [_mm512_setzero_si512(); V];
                for (v, column) in columns.iter_mut().enumerate() {
                    *column = _mm512_loadu_si512(b.add(64 * v).cast());
                }
                for (row, accumulators) in accumulators.iter_mut().enumerate() {
                    let row = _mm512_set1_epi32(a.add(4 * row).cast::<i32>().read_unaligned());
                    for (accumulator, &column) in accumulators.iter_mut().zip(&columns) {
                        *accumulator = _mm512_dpbusd_epi32(*accumulator, row, column);
                    }
                }
                a = a.add(4 * MAX_ROWS);
                b = b.add(64 * V);
            }
        }
        let corrections = if CORRECTED {
            &tile.corrections[step * V * 16..][..V * 16]
        } else {
            &[]
        };
        match tile.unit {
            8 => fold::<V, 8, CORRECTED>(&accumulators, corrections, step, tile, folded),
            4 => fold::<V, 4, CORRECTED>(&accumulators, corrections, step, tile, folded),
            _ => fold::<V, 2, CORRECTED>(&accumulators, corrections, step, tile, folded),
        }
    }
    if !tile.accumulate && steps < WORDS {
        for unit in folded
            .0
            .chunks_exact_mut(WORDS * GEOMETRY.cols)
            .take(MAX_ROWS / tile.unit)
        {
            unit[steps * GEOMETRY.cols..].fill(0);
        }
    }
}

/// XORs each unit of rows into the jackpots after `step`.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
#[inline]
fn fold<const V: usize, const UNIT: usize, const CORRECTED: bool>(
    accumulators: &[[__m512i; V]; MAX_ROWS],
    corrections: &[i32],
    step: usize,
    tile: &Tile<'_>,
    folded: &mut Folded,
) {
    let rotation = _mm512_set1_epi32(rotation(step, tile.groups.len()) as i32);
    let fresh = step < WORDS && !tile.accumulate;
    for (unit, rows) in accumulators.chunks_exact(UNIT).enumerate() {
        let at = (unit * WORDS + step % WORDS) * GEOMETRY.cols;
        let words = &mut folded.0[at..at + 16 * V];
        for v in 0..V {
            let mut x = _mm512_setzero_si512();
            for row in rows {
                let mut sum = row[v];
                if CORRECTED {
                    // SAFETY: sixteen corrections for each vector.
                    let correction =
                        unsafe { _mm512_loadu_si512(corrections.as_ptr().add(16 * v).cast()) };
                    sum = _mm512_sub_epi32(sum, correction);
                }
                x = _mm512_xor_si512(x, sum);
            }
            x = _mm512_rolv_epi32(x, rotation);
            // SAFETY: `words` has sixteen for each vector.
            unsafe {
                let word = words.as_mut_ptr().add(16 * v);
                if !fresh {
                    x = _mm512_xor_si512(x, _mm512_loadu_si512(word.cast()));
                }
                _mm512_storeu_si512(word.cast(), x);
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
    super::peak::register_loop!(iterations, "vpdpbusd zmm\\acc, zmm24, zmm25", zmm24, zmm25);
}
