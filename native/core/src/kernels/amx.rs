//! AMX: `tdpbusd` multiplies 16 rows by 16 columns, 64 products each, in one instruction. A 32x32 tile of sums stays in four of
//! the eight tile registers, two take A' and two B' (`amx_registers.rs`).
//!
//! What limits it is the second-level cache, so a row block goes over `k` in parts: as much of the panel as the first-level
//! cache holds against every strip, then the next part. The sums of each strip are kept meanwhile. Sums reach the vector
//! registers through memory: those of a step are written down within the first multiplications of the next one, of the
//! same strip or another, and XORed after these.

use super::amx_kept::{Kept, Line};
use super::amx_registers::{
    Sums, begin_at_zero, go_on_with, multiply, row_depth_now, store, store_and_multiply,
};
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

/// How much of a panel to work on at a time: half of the first-level cache of all processors with AMX. The rest is for the sums
/// that pass, and for what the cache does not evict at once.
const PART_BYTES: usize = 24 << 10;

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
    let groups = strips / block.joined;
    if kept.sums.len() < strips {
        kept.sums.resize(strips, Sums::default());
    }
    if kept.words.len() < groups * lines {
        kept.words.resize(groups * lines, Line([0; 16]));
    }
    let (sums, words) = (kept.sums.as_mut_ptr(), &mut kept.words[..groups * lines]);
    let passing: *mut Sums = &mut kept.passing;
    let mut finish = |step: Step| {
        let group = step.strip / block.joined;
        let words = &mut words[group * lines..][..lines];
        // SAFETY: it was written before, and nothing holds a reference to it.
        let sums = unsafe { &*step.sums };
        Fold::<UNIT, CORRECTED> {
            words,
            fresh: step.number < WORDS && step.strip.is_multiple_of(block.joined),
            corrections,
            steps,
        }
        .add(step.number, sums);
        if step.number + 1 == steps && (step.strip + 1).is_multiple_of(block.joined) {
            // SAFETY: a line is sixteen words and nothing else.
            let words = unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), 16 * lines) };
            done(step.strip + 1 - block.joined, words);
        }
    };
    let part_steps = (PART_BYTES / (GEOMETRY.cols * step_len)).max(1);
    let ahead = block
        .prefetch
        .len()
        .div_ceil(strips * steps)
        .next_multiple_of(64)
        .max(64);
    let mut prefetch = block.prefetch.chunks(ahead);
    let mut before: Option<Step> = None;
    for first in (0..steps).step_by(part_steps) {
        let last = (first + part_steps).min(steps);
        for strip in 0..strips {
            let mut a = block.a[strip * strip_bytes + GEOMETRY.rows * step_len * first..].as_ptr();
            let mut b = block.b[GEOMETRY.cols * step_len * first..].as_ptr();
            for number in first..last {
                for line in prefetch.next().unwrap_or(&[]).chunks(64) {
                    #[allow(unused_unsafe, reason = "Rust 1.89 has it unsafe")]
                    // SAFETY: prefetches of any address are harmless.
                    unsafe {
                        _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast())
                    };
                }
                // SAFETY: the registers are configured, says the caller; the operands have the lengths that were asserted
                // above; there are sums for each strip, and nothing holds a reference to any.
                unsafe {
                    let kept = sums.add(strip);
                    // At the very beginning the registers hold nothing that is needed.
                    let written = before.map_or(passing, |step| step.sums);
                    if number > first {
                        store_and_multiply(written, a, b, row_depth);
                    } else if first == 0 {
                        begin_at_zero(written, a, b, row_depth);
                    } else {
                        go_on_with(kept, written, a, b, row_depth);
                    }
                    for _ in 1..step_len / row_depth {
                        a = a.add(GEOMETRY.rows * row_depth);
                        b = b.add(GEOMETRY.cols * row_depth);
                        multiply(a, b, row_depth);
                    }
                    a = a.add(GEOMETRY.rows * row_depth);
                    b = b.add(GEOMETRY.cols * row_depth);
                    let sums = if number + 1 == last { kept } else { passing };
                    if let Some(step) = before.replace(Step {
                        strip,
                        number,
                        sums,
                    }) {
                        finish(step);
                    }
                }
            }
        }
    }
    if let Some(step) = before {
        // SAFETY: as above.
        unsafe { store(&mut *step.sums) };
        finish(step);
    }
}

/// A step of a strip: its sums are in the registers until the next one begins, then here.
#[derive(Clone, Copy)]
struct Step {
    strip: usize,
    number: usize,
    sums: *mut Sums,
}

/// XORs the sums of a step into the jackpots of a strip.
struct Fold<'a, const UNIT: usize, const CORRECTED: bool> {
    words: &'a mut [Line],
    /// Nothing was XORed into these words yet.
    fresh: bool,
    corrections: &'a [i32],
    steps: usize,
}

impl<const UNIT: usize, const CORRECTED: bool> Fold<'_, UNIT, CORRECTED> {
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn add(&mut self, step: usize, sums: &Sums) {
        let rotation = _mm512_set1_epi32(rotation(step, self.steps) as i32);
        let (rows, _) = sums.0.as_chunks::<16>();
        for unit in 0..GEOMETRY.rows / UNIT {
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
                    if !self.fresh {
                        x = _mm512_xor_si512(x, _mm512_loadu_si512(line.as_ptr().cast()));
                    }
                    _mm512_storeu_si512(line.as_mut_ptr().cast(), x);
                }
            }
        }
    }
}
