//! AVX512-VNNI: `vpdpbusd zmm`, an 8x48 tile in 24 accumulators, 11 loads for 24 multiplications.

use super::tile::{Folded, Geometry, MAX_ROWS, Tile, WORDS, rotation};
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
        match (tile.width / 16, tile.unit) {
            (3, 8) => columns::<3, 8>(tile, folded),
            (3, 4) => columns::<3, 4>(tile, folded),
            (3, _) => columns::<3, 2>(tile, folded),
            (2, 8) => columns::<2, 8>(tile, folded),
            (2, 4) => columns::<2, 4>(tile, folded),
            (2, _) => columns::<2, 2>(tile, folded),
            (_, 8) => columns::<1, 8>(tile, folded),
            (_, 4) => columns::<1, 4>(tile, folded),
            (_, _) => columns::<1, 2>(tile, folded),
        }
    }
}

/// The tile for panels of `V` vectors and units of `UNIT` rows.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
unsafe fn columns<const V: usize, const UNIT: usize>(tile: &Tile<'_>, folded: &mut Folded) {
    let steps = tile.groups.len();
    let mut accumulators = [[_mm512_setzero_si512(); V]; MAX_ROWS];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    let mut prefetch = tile
        .prefetch
        .chunks(tile.prefetch.len().div_ceil(steps).max(1));
    for (step, &groups) in tile.groups.iter().enumerate() {
        let mut ahead = prefetch.next().unwrap_or(&[]).as_ptr_range();
        for _ in 0..groups {
            if ahead.start < ahead.end {
                // A prefetch of any address is harmless; these are of the next panel.
                _mm_prefetch::<_MM_HINT_T1>(ahead.start.cast());
                ahead.start = ahead.start.wrapping_add(64);
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
        let rotation = _mm512_set1_epi32(rotation(step, steps) as i32);
        let fresh = step < WORDS && !tile.accumulate;
        for v in 0..V {
            let correction = match tile.corrections.get((step * V + v) * 16..) {
                // SAFETY: sixteen corrections for each vector of each step.
                Some([first, ..]) => unsafe { _mm512_loadu_si512((first as *const i32).cast()) },
                _ => _mm512_setzero_si512(),
            };
            for (unit, rows) in accumulators.chunks_exact(UNIT).enumerate() {
                let mut x = _mm512_setzero_si512();
                for row in rows {
                    x = _mm512_xor_si512(x, _mm512_sub_epi32(row[v], correction));
                }
                let x = _mm512_rolv_epi32(x, rotation);
                let at = (unit * WORDS + step % WORDS) * GEOMETRY.cols + 16 * v;
                let word = folded.0[at..at + 16].as_mut_ptr();
                // SAFETY: the slice has sixteen words.
                unsafe {
                    let before = if fresh {
                        _mm512_setzero_si512()
                    } else {
                        _mm512_loadu_si512(word.cast())
                    };
                    _mm512_storeu_si512(word.cast(), _mm512_xor_si512(before, x));
                }
            }
        }
    }
    if !tile.accumulate && steps < WORDS {
        for unit in folded
            .0
            .chunks_exact_mut(WORDS * GEOMETRY.cols)
            .take(MAX_ROWS / UNIT)
        {
            unit[steps * GEOMETRY.cols..].fill(0);
        }
    }
}
