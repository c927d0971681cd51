//! One whole attempt on the calling thread: what tests and benchmarks need, by the same code that the miner runs.

use super::attempt::Attempt;
use super::buffer::Buffer;
use super::context::Context;
use super::layout::Limits;
use super::matrix::Matrix;
use super::operands::Operands;
use super::parallel::Parallel;
use super::shape::{Job, JobError};
use super::solution::Solution;
use super::sweep::{Scratch, Sink};
use super::worker::parts;
use crate::kernels::Kernel;
use std::sync::Arc;

/// What to search, and how.
#[derive(Clone, Debug)]
pub struct WholeAttempt {
    /// The kernel.
    pub kernel: Kernel,
    /// A without its nonce.
    pub a: Matrix,
    /// B, transposed.
    pub bt: Matrix,
    /// The nonce, or A as it is.
    pub nonce: Option<u64>,
    /// Bound on the native buffers.
    pub memory_bytes: u64,
    /// Rows of A' at a time.
    pub block_rows: Option<usize>,
    /// Save multiplications by cycle elimination where matrices and kernel allow it.
    pub eliminate: bool,
}

/// A winning tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its place among the tiles of A's rows and of B's columns.
    pub place: (u32, u32),
    /// Its first row and column.
    pub start: (u32, u32),
    /// Its hash, little-endian.
    pub hash: [u8; 32],
}

/// The winners of an attempt, in the order of their places.
pub struct Searched {
    context: Context,
    attempt: Arc<Attempt>,
    /// All of them.
    pub found: Vec<Found>,
    /// How many tiles were searched.
    pub tiles: u64,
}

impl Searched {
    /// The proof for one of the winners.
    pub fn prove(&self, found: &Found) -> Solution {
        let (row, col) = found.place;
        Solution::new(&self.context, &self.attempt, row, col, found.hash)
    }

    /// The share of tickets that sums are expected to lose by wrapping.
    pub fn spoiled_share(&self) -> f64 {
        self.context.spoiled_share()
    }

    /// Bytes of the native buffers, as the layout has planned them.
    pub fn memory_bytes(&self) -> u64 {
        self.context.layout.memory_bytes
    }
}

struct Collector<'a> {
    context: &'a Context,
    found: Vec<Found>,
    tiles: u64,
}

impl Sink for Collector<'_> {
    fn searched(&mut self, tiles: u64) -> bool {
        self.tiles += tiles;
        true
    }

    fn goes_on(&mut self) -> bool {
        true
    }

    fn won(&mut self, _: &Attempt, row: u32, col: u32, hash: [u8; 32]) {
        self.found.push(Found {
            place: (row, col),
            start: (self.context.rows.start(row), self.context.cols.start(col)),
            hash,
        });
    }
}

/// Searches every tile of one attempt.
///
/// # Errors
/// Every [`JobError`].
pub fn search_whole(job: Job, whole: &WholeAttempt) -> Result<Searched, JobError> {
    let operands = Operands {
        a: whole.a.clone(),
        bt: whole.bt.clone(),
        first_nonce: whole.nonce,
    };
    let limits = Limits {
        threads: 1,
        memory_bytes: whole.memory_bytes,
        cache_bytes: super::os::second_level_cache_bytes(whole.kernel.most_cache()),
        block_rows: whole.block_rows,
        eliminate: whole.eliminate,
        nodes: &[],
    };
    let parallel = Parallel {
        threads: 1,
        idle_priority: false,
        cancelled: &|| false,
    };
    let context = Context::prepare(
        job,
        whole.kernel,
        operands,
        &limits,
        &mut Vec::new(),
        &parallel,
    )?;
    let context = context.expect("it is never cancelled");
    let no_memory = |_| JobError::Memory {
        needed: context.layout.memory_bytes,
    };
    let mut scratch = Scratch::new(&context, Buffer::empty(), 0).map_err(no_memory)?;
    let mut sink = Collector {
        context: &context,
        found: Vec::new(),
        tiles: 0,
    };
    let attempt = context.attempt();
    parts(&context, &attempt, &mut scratch, &mut sink);
    let Collector {
        mut found, tiles, ..
    } = sink;
    found.sort();
    Ok(Searched {
        context,
        attempt,
        found,
        tiles,
    })
}
