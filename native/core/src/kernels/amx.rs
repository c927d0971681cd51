//! AMX: `tdpbusd` multiplies 16 rows by 16 columns, 64 products each, in one instruction. A 32x32 tile of sums stays in four of
//! the eight tile registers, two take A' and two B' (`amx_registers.rs`).
//!
//! What limits it is the second-level cache, so a row block goes over `k` in parts: as much of the panel as the first-level
//! cache holds against every strip, then the next part. The sums of each strip are kept meanwhile. Sums reach the vector
//! registers through memory, so each step is XORed while the next one is multiplied.

use super::amx_kept::{Kept, Line};
use super::amx_registers::{Sums, clear, load, multiply, row_depth_now, store};
use super::block::{Block, Done};
use super::tile::{Geometry, WORDS, rotation};
use std::arch::x86_64::*;

/// Two tile registers each way. A' as a tile register has it: 64 bytes of a row, or a whole step where that is shorter.
pub const GEOMETRY: Geometry = Geometry {
    rows: 32,
    cols: 32,
    lanes: 32,
    depth: 4,
    row_depth: 64,
};

/// How much of a panel to work on at a time: two thirds of the first-level cache of all processors with AMX.
const PART_BYTES: usize = 32 << 10;

/// See [`Kernel::ready`](super::Kernel::ready); A' is unsigned.
///
/// # Safety
/// The processor has AVX-512 besides, and this thread's tile registers are configured for the block.
pub unsafe fn block(block: &Block<'_>, kept: &mut Kept, done: &mut Done<'_>) {
    // SAFETY: passed on.
    unsafe {
        match (block.unit, block.form.corrections().is_empty()) {
            (16, true) => parts::<16, false>(block, kept, done),
            (16, false) => parts::<16, true>(block, kept, done),
            (8, true) => parts::<8, false>(block, kept, done),
            (8, false) => parts::<8, true>(block, kept, done),
            (4, true) => parts::<4, false>(block, kept, done),
            (4, false) => parts::<4, true>(block, kept, done),
            (_, true) => parts::<2, false>(block, kept, done),
            (_, false) => parts::<2, true>(block, kept, done),
        }
    }
}

/// A part of `k` after the other, and every strip in each.
///
/// # Safety
/// As [`block`].
#[target_feature(enable = "avx512f")]
unsafe fn parts<const UNIT: usize, const CORRECTED: bool>(
    block: &Block<'_>,
    kept: &mut Kept,
    done: &mut Done<'_>,
) {
    let steps = block.groups.len();
    let step_len = GEOMETRY.depth * usize::from(block.groups[0]);
    let row_depth = GEOMETRY.row_depth_of(block.groups[0]);
    let strip_bytes = GEOMETRY.rows * step_len * steps;
    let strips = block.a.len() / strip_bytes;
    let corrections = block.form.corrections();
    assert!(steps >= WORDS && block.groups.iter().all(|groups| *groups == block.groups[0]));
    assert_eq!(row_depth_now(), row_depth);
    assert!(step_len.is_multiple_of(row_depth) && block.width == GEOMETRY.cols);
    assert!(block.a.len() == strips * strip_bytes && strips.is_multiple_of(block.joined));
    assert_eq!(block.b.len(), GEOMETRY.cols * step_len * steps);
    assert!(corrections.is_empty() || corrections.len() == GEOMETRY.cols * steps);
    assert!(block.unit == UNIT);
    let lines = GEOMETRY.rows / UNIT * WORDS * GEOMETRY.cols / 16;
    if kept.sums.len() < strips {
        kept.sums.resize(strips, [Sums([0; _]), Sums([0; _])]);
    }
    if kept.words.len() < strips / block.joined * lines {
        kept.words
            .resize(strips / block.joined * lines, Line([0; 16]));
    }
    let part_steps = (PART_BYTES / (GEOMETRY.cols * step_len)).max(1);
    let ahead = (block
        .prefetch
        .len()
        .div_ceil(strips * steps.div_ceil(part_steps)))
    .next_multiple_of(64)
    .max(64);
    let mut prefetch = block.prefetch.chunks(ahead);
    for first in (0..steps).step_by(part_steps) {
        let last = (first + part_steps).min(steps);
        for strip in 0..strips {
            let group = strip / block.joined;
            for line in prefetch.next().unwrap_or(&[]).chunks(64) {
                #[allow(unused_unsafe, reason = "Rust 1.89 has it unsafe")]
                // SAFETY: prefetches of any address are harmless.
                unsafe {
                    _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast())
                };
            }
            let sums = &mut kept.sums[strip];
            let mut fold = Fold::<UNIT, CORRECTED> {
                words: &mut kept.words[group * lines..][..lines],
                accumulate: !strip.is_multiple_of(block.joined),
                corrections,
                steps,
            };
            // SAFETY: the registers are configured, says the caller; sums are 4 KiB; the operands have the lengths that were
            // asserted above.
            unsafe {
                if first == 0 {
                    clear();
                } else {
                    load(&sums[(first - 1) % 2]);
                }
                let mut a =
                    block.a[strip * strip_bytes + GEOMETRY.rows * step_len * first..].as_ptr();
                let mut b = block.b[GEOMETRY.cols * step_len * first..].as_ptr();
                for step in first..last {
                    let mut halves = 0..2;
                    for _ in 0..step_len / row_depth {
                        multiply(a, b, row_depth);
                        a = a.add(GEOMETRY.rows * row_depth);
                        b = b.add(GEOMETRY.cols * row_depth);
                        if step > 0
                            && let Some(half) = halves.next()
                        {
                            fold.half(half, step - 1, &sums[(step - 1) % 2]);
                        }
                    }
                    if step > 0 {
                        halves.for_each(|half| fold.half(half, step - 1, &sums[(step - 1) % 2]));
                    }
                    store(&mut sums[step % 2]);
                }
                if last == steps {
                    (0..2).for_each(|half| fold.half(half, steps - 1, &sums[(steps - 1) % 2]));
                }
            }
            if last == steps && (strip + 1).is_multiple_of(block.joined) {
                let words = &kept.words[group * lines..][..lines];
                // SAFETY: a line is sixteen words and nothing else.
                let words =
                    unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), 16 * lines) };
                done(strip + 1 - block.joined, words);
            }
        }
    }
}

/// XORs the sums of a step into the jackpots of a strip.
struct Fold<'a, const UNIT: usize, const CORRECTED: bool> {
    words: &'a mut [Line],
    /// Another strip has been there before.
    accumulate: bool,
    corrections: &'a [i32],
    steps: usize,
}

impl<const UNIT: usize, const CORRECTED: bool> Fold<'_, UNIT, CORRECTED> {
    /// The upper or the lower sixteen rows.
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn half(&mut self, half: usize, step: usize, sums: &Sums) {
        let rotation = _mm512_set1_epi32(rotation(step, self.steps) as i32);
        let fresh = step < WORDS && !self.accumulate;
        let (rows, _) = sums.0.as_chunks::<16>();
        for unit in half * (16 / UNIT)..(half + 1) * (16 / UNIT) {
            for v in 0..2 {
                let mut x = _mm512_setzero_si512();
                for row in unit * UNIT..(unit + 1) * UNIT {
                    // SAFETY: sixteen sums, and sixteen corrections for each vector of each step.
                    unsafe {
                        let mut sum = _mm512_loadu_si512(rows[2 * row + v].as_ptr().cast());
                        if CORRECTED {
                            let corrections = &self.corrections[32 * step + 16 * v..][..16];
                            let corrections = _mm512_loadu_si512(corrections.as_ptr().cast());
                            sum = _mm512_sub_epi32(sum, corrections);
                        }
                        x = _mm512_xor_si512(x, sum);
                    }
                }
                x = _mm512_rolv_epi32(x, rotation);
                let line = &mut self.words[2 * (unit * WORDS + step % WORDS) + v].0;
                // SAFETY: a line has sixteen words.
                unsafe {
                    if !fresh {
                        x = _mm512_xor_si512(x, _mm512_loadu_si512(line.as_ptr().cast()));
                    }
                    _mm512_storeu_si512(line.as_mut_ptr().cast(), x);
                }
            }
        }
    }
}
