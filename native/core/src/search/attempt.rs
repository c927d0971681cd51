//! One pair (A, B): a nonce, the seed it leads to, A's noise, and the counter that deals out its parts.

use super::noise_table::{NoiseTable, Source, words};
use super::plan::Plan;
use super::shape::Job;
use crate::kernels::{Kernel, Words};
use crate::noise::Side;
use crate::seeds;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One attempt.
pub struct Attempt {
    /// What is in A's first row; `None` when A is mined on as it is.
    pub nonce: Option<u64>,
    /// Key of the ticket hashes.
    pub key: Words<8>,
    pub(super) source: Source,
    pub(super) table: NoiseTable,
    next: AtomicUsize,
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
        let seed = seeds::a_noise_seed(job.cert_version, b_seed, hash_a, job.shape.m);
        let source = Source::new(kernel, Side::A, &seed, config.rank.into());
        Attempt {
            nonce,
            key: words(&seed),
            table: NoiseTable::new(kernel, plan, &source.pairs(config.used_k())),
            source,
            next: AtomicUsize::new(0),
        }
    }

    /// The next of `parts` parts that nobody has taken: threads never wait for each other.
    pub fn take(&self, parts: usize) -> Option<usize> {
        // Relaxed: the number is all that threads have to agree on.
        let part = self.next.fetch_add(1, Ordering::Relaxed);
        (part < parts).then_some(part)
    }
}
