//! The matrices that are mined on. The miner chooses them, so nothing is stored: any part is written when it is asked for.

use std::sync::Arc;

/// The kind of matrices to mine on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Matrices {
    /// Every entry of A is the same except for the nonce, B is zero: what makes an attempt cheapest.
    #[default]
    Constant,
    /// A and B random in [-64, 64].
    Random,
}

/// Entries of A's first row that carry the nonce, one bit each.
pub const NONCE_ENTRIES: usize = 64;

/// The contents of one matrix, row-major.
#[derive(Clone, Debug)]
pub enum Matrix {
    /// Every entry is this.
    Constant(i8),
    /// Entries drawn from a seed, uniform in [-64, 64].
    Random(u64),
    /// Entries given as they are.
    Given(Arc<[i8]>),
}

impl Matrix {
    /// Writes the entries (as bytes) from `start`, a multiple of 8 in the row-major order; what lies beyond `entries` is zero.
    pub fn fill(&self, start: u64, entries: u64, out: &mut [u8]) {
        let there = entries.saturating_sub(start).min(out.len() as u64) as usize;
        let (inside, padding) = out.split_at_mut(there);
        padding.fill(0);
        match self {
            Matrix::Constant(entry) => inside.fill(*entry as u8),
            Matrix::Given(given) => {
                for (out, &entry) in inside.iter_mut().zip(&given[start as usize..]) {
                    *out = entry as u8;
                }
            }
            Matrix::Random(seed) => {
                for (eight, index) in inside.chunks_mut(8).zip(start / 8..) {
                    let bytes =
                        split_mix(seed.wrapping_add(index.wrapping_mul(GOLDEN))).to_le_bytes();
                    for (entry, byte) in eight.iter_mut().zip(bytes) {
                        // 129 values from 256: even to within 1 in 128, which is all that is needed here.
                        *entry = (((u16::from(byte) * 129) >> 8) as u8).wrapping_sub(64);
                    }
                }
            }
        }
    }

    /// What the nonce's bits are subtracted from.
    fn nonce_base(&self) -> i8 {
        match self {
            Matrix::Constant(entry) => *entry,
            _ => 0,
        }
    }
}

/// A with its nonce: bit `i` is taken off entry `i` of the first row.
#[derive(Clone, Debug)]
pub struct Nonced<'a> {
    /// The matrix without it.
    pub matrix: &'a Matrix,
    /// `None` mines on the matrix as it is.
    pub nonce: Option<u64>,
}

impl Nonced<'_> {
    /// As [`Matrix::fill`].
    pub fn fill(&self, start: u64, entries: u64, out: &mut [u8]) {
        self.matrix.fill(start, entries, out);
        if let Some(nonce) = self.nonce
            && start < NONCE_ENTRIES as u64
        {
            let base = self.matrix.nonce_base();
            for (entry, bit) in out.iter_mut().zip(start as usize..NONCE_ENTRIES) {
                *entry = (base - (nonce >> bit & 1) as i8) as u8;
            }
        }
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's output function. Nothing secret depends on it: the entries only have to look arbitrary.
fn split_mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
