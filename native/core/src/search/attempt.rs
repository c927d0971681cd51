//! One pair (A, B): a nonce, the seed it leads to, A's noise, and the counter that deals out its parts.

use super::noise_table::{NoiseTable, Source, words};
use super::plan::{Plan, Position};
use super::shape::Job;
use crate::kernels::{Centred, Kernel, Words};
use crate::noise::Side;
use crate::seeds;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, Weak};

/// One attempt.
pub struct Attempt {
    /// What is in A's first row; `None` when A is mined on as it is.
    pub nonce: Option<u64>,
    /// Key of the ticket hashes.
    pub key: Words<8>,
    pub(super) source: Source,
    pub(super) table: NoiseTable,
    /// Rows of A in the order of a plan that folds columns: the first, which has the nonce, and all others.
    /// Empty without folds, where rows come from the matrix as they are.
    pub(super) folded_rows: [Vec<u8>; 2],
    taken: AtomicUsize,
    /// The attempt after this one, once it is made.
    pub(super) next: OnceLock<Weak<Attempt>>,
}

impl Attempt {
    /// The attempt that `hash_a` leads to.
    pub fn new(
        kernel: Kernel,
        job: &Job,
        plan: &Plan,
        b_seed: &[u8; 32],
        hash_a: &[u8; 32],
        nonce: Option<u64>,
    ) -> Attempt {
        let config = job.shape.config;
        let is_signed = kernel.centred() != Some(Centred::Raised) && kernel.base() == 0;
        let seed = seeds::a_noise_seed(job.cert_version, b_seed, hash_a, job.shape.m);
        let source = Source::new(kernel, Side::A, &seed, config.rank.into());
        Attempt {
            nonce,
            key: words(&seed),
            table: NoiseTable::of_a(kernel, plan, &source.pairs(config.used_k())),
            source,
            folded_rows: if plan.is_folded() {
                [nonce, None].map(|nonce| folded_row(is_signed, plan, nonce.unwrap_or(0)))
            } else {
                Default::default()
            },
            taken: AtomicUsize::new(0),
            next: OnceLock::new(),
        }
    }

    /// The number of the next part that no thread has taken: threads never wait for each other.
    pub fn take(&self) -> usize {
        // Relaxed: the number is all that threads have to agree on.
        self.taken.fetch_add(1, Ordering::Relaxed)
    }
}

/// A constant row in the order of the plan, a fold being a single entry. As unsigned bytes, 64 and 64 make 128, and 64
/// less 64 is stored as 128 too, which the corrections take off again. Where 64 itself is a raised 0, so are both 128.
fn folded_row(is_signed: bool, plan: &Plan, nonce: u64) -> Vec<u8> {
    let (plain, folded) = if is_signed { (0, 0) } else { (64, 128) };
    let bit = |column: u32| (nonce.checked_shr(column).unwrap_or(0) & 1) as u8;
    let entry = |position: &Position| match *position {
        Position::Plain { column } => u8::wrapping_sub(plain, bit(column)),
        Position::Folded {
            column,
            with,
            minus,
        } => {
            let other = if minus {
                bit(with)
            } else {
                bit(with).wrapping_neg()
            };
            u8::wrapping_sub(folded, bit(column)).wrapping_add(other)
        }
        Position::Padding => plain,
    };
    plan.positions.iter().map(entry).collect()
}
