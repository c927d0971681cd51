//! The noise of one matrix as a kernel wants it: for each packed position the entries of the uniform row to add and to
//! subtract, and what is there without noise.

use super::plan::{Pair, Plan, Position};
use crate::kernels::{Kernel, Words};
use crate::noise::Side;

/// Slots of the index in the message (protocol section 6).
const SLOT_UNIFORM: usize = 0;
const SLOT_PAIRS: usize = 1;

/// A 32-byte seed or key as words.
pub fn words(bytes: &[u8; 32]) -> Words<8> {
    std::array::from_fn(|i| u32::from_le_bytes(std::array::from_fn(|j| bytes[4 * i + j])))
}

/// Draws noise for one matrix.
#[derive(Clone)]
pub struct Source {
    kernel: Kernel,
    key: Words<8>,
    label: Words<8>,
    rank: u32,
}

impl Source {
    /// For the matrix and seed.
    pub fn new(kernel: Kernel, side: Side, seed: &[u8; 32], rank: u32) -> Source {
        Source {
            kernel,
            key: words(seed),
            label: words(&side.label()),
            rank,
        }
    }

    /// The first `count` pairs: equal to `noise::pairs`.
    pub fn pairs(&self, count: u32) -> Vec<Pair> {
        let mask = self.rank - 1;
        let blocks = (0..count.div_ceil(8)).step_by(16).flat_map(|first| {
            let indices = std::array::from_fn(|lane| first + lane as u32);
            (self.kernel).random_blocks(&self.key, &self.label, SLOT_PAIRS, &indices)
        });
        blocks
            .flat_map(|block| words(&block))
            .take(count as usize)
            .map(|x| {
                let first = x & mask;
                let second = first ^ (1 + ((u64::from(x) * u64::from(mask)) >> 32) as u32);
                (first as u16, second as u16)
            })
            .collect()
    }

    /// The uniform rows `row(0), row(1), ..` one after the other, as many as `out` holds: equal to `noise::uniform_row`.
    pub fn uniform_rows(&self, row: impl Fn(usize) -> u32, out: &mut [u8]) {
        let blocks = (self.rank / 32) as usize;
        for (batch, out) in out.chunks_mut(16 * 32).enumerate() {
            let indices = std::array::from_fn(|lane| {
                let block = (16 * batch + lane).min(16 * batch + out.len() / 32 - 1);
                row(block / blocks) * blocks as u32 + (block % blocks) as u32
            });
            let drawn = self
                .kernel
                .random_blocks(&self.key, &self.label, SLOT_UNIFORM, &indices);
            for (out, drawn) in out.iter_mut().zip(drawn.as_flattened()) {
                *out = (drawn & 63).wrapping_sub(32);
            }
        }
    }
}

/// Positions of the packed operand in terms of the uniform row.
#[derive(Clone)]
pub struct NoiseTable {
    kernel: Kernel,
    /// Entries to add, and entries to subtract.
    columns: (Vec<u16>, Vec<u16>),
    /// The same of what is folded in; empty where nothing is.
    folds: (Vec<u16>, Vec<u16>),
}

impl NoiseTable {
    /// B's columns: those that are left.
    pub fn of_b(kernel: Kernel, plan: &Plan, pairs: &[Pair]) -> NoiseTable {
        let column = |position: &Position| match *position {
            Position::Plain { column } | Position::Folded { column, .. } => pairs[column as usize],
            Position::Padding => (0, 0),
        };
        NoiseTable {
            kernel,
            columns: plan.positions.iter().map(column).unzip(),
            folds: Default::default(),
        }
    }

    /// A's columns, with those that are folded into them.
    pub fn of_a(kernel: Kernel, plan: &Plan, pairs: &[Pair]) -> NoiseTable {
        let fold = |position: &Position| match *position {
            Position::Folded { with, minus, .. } => {
                let (first, second) = pairs[with as usize];
                if minus {
                    (second, first)
                } else {
                    (first, second)
                }
            }
            _ => (0, 0),
        };
        let folds = if plan.is_folded() {
            plan.positions.iter().map(fold).unzip()
        } else {
            Default::default()
        };
        NoiseTable {
            folds,
            ..NoiseTable::of_b(kernel, plan, pairs)
        }
    }

    /// Adds the noise of the row with this uniform row.
    pub fn add_to(&self, row: &mut [u8], uniform: &[u8]) {
        for (add, subtract) in [&self.columns, &self.folds] {
            if !add.is_empty() {
                self.kernel.add_noise(row, uniform, add, subtract);
            }
        }
    }
}

/// Puts rows of `positions` entries into neighbouring lanes of the packed operand, from `first` on, `lanes` lanes wide, `depth`
/// bytes of each together. Group by group, so that whole cache lines are written at once.
pub fn interleave(
    rows: &[u8],
    positions: usize,
    depth: usize,
    (first, lanes): (usize, usize),
    packed: &mut [u8],
) {
    // Lengths known to the compiler make single moves of these copies.
    match depth {
        2 => interleave_groups::<2>(rows, positions, first, lanes, packed),
        4 => interleave_groups::<4>(rows, positions, first, lanes, packed),
        8 => interleave_groups::<8>(rows, positions, first, lanes, packed),
        32 => interleave_groups::<32>(rows, positions, first, lanes, packed),
        _ => interleave_groups::<64>(rows, positions, first, lanes, packed),
    }
}

fn interleave_groups<const DEPTH: usize>(
    rows: &[u8],
    positions: usize,
    first: usize,
    lanes: usize,
    packed: &mut [u8],
) {
    for (group, out) in packed.chunks_exact_mut(DEPTH * lanes).enumerate() {
        let out = out[DEPTH * first..].chunks_exact_mut(DEPTH);
        for (row, bytes) in rows.chunks_exact(positions).zip(out) {
            bytes.copy_from_slice(&row[DEPTH * group..][..DEPTH]);
        }
    }
}
