//! What has been searched: counted by each thread for itself, added up on request.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A thread's counter, alone on its cache lines (128 bytes: two lines are fetched together).
#[repr(align(128))]
#[derive(Default)]
pub struct Counter {
    tiles: AtomicU64,
    /// Of the thread that owns the counter, as the system numbers it; 0 before its start, and where the system does not tell.
    thread: AtomicU32,
}

impl Counter {
    /// Takes the counter for this thread.
    pub fn own(&self) {
        self.thread.store(super::os::thread_id(), Ordering::Relaxed);
    }

    /// Adds tiles. Only the thread that owns the counter calls this.
    pub fn add(&self, tiles: u64) {
        self.tiles.store(
            self.tiles.load(Ordering::Relaxed) + tiles,
            Ordering::Relaxed,
        );
    }

    /// Tiles so far.
    pub fn get(&self) -> u64 {
        self.tiles.load(Ordering::Relaxed)
    }

    /// What it says of its thread.
    pub fn stats(&self) -> ThreadStats {
        ThreadStats {
            tiles: self.get(),
            id: Some(self.thread.load(Ordering::Relaxed)).filter(|&id| id > 0),
        }
    }
}

/// What one thread has done since its start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ThreadStats {
    /// Tiles searched.
    pub tiles: u64,
    /// The system's number of the thread: `/proc/self/task/ID`. Linux only.
    pub id: Option<u32>,
}

/// What the miner has done since its start.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// Nominal multiply-accumulates: tiles times what one counts for in the bound, less the share that sums lose by wrapping.
    pub macs: u128,
    /// Tiles searched.
    pub tiles: u64,
    /// Attempts, whole and in part.
    pub attempts: f64,
    /// Winning tiles.
    pub wins: u64,
    /// Tiles that a kernel with centred sums took for winners, since a sum had wrapped: no error, one for some thousand
    /// winners.
    pub spoiled: u64,
    /// The kernel in use.
    pub kernel: &'static str,
    /// Kernels of this processor that failed their known-answer test and are not used.
    pub rejected_kernels: Vec<&'static str>,
    /// Threads that mine.
    pub threads: usize,
    /// Each of them.
    pub per_thread: Vec<ThreadStats>,
    /// From the last `set_job` to the first tiles of that job.
    pub job_switch_seconds: Option<f64>,
    /// Bytes of the native buffers for the present job.
    pub memory_bytes: u64,
    /// Part of the multiplications that cycle elimination saves for the present job.
    pub eliminated: f64,
    /// Why the last job could not be prepared, which only lack of memory can bring about after `set_job` took it.
    pub job_error: Option<super::JobError>,
}

/// Totals of the jobs before the present one.
#[derive(Clone, Copy, Default)]
pub struct Totals {
    /// See [`Stats`].
    pub macs: u128,
    /// See [`Stats`].
    pub tiles: u64,
    /// See [`Stats`].
    pub attempts: f64,
}

impl Totals {
    /// With so many tiles more.
    pub fn plus(self, tiles: u64, worth: Worth) -> Totals {
        Totals {
            macs: self.macs + u128::from(tiles) * u128::from(worth.macs_per_tile),
            tiles: self.tiles + tiles,
            attempts: self.attempts + tiles as f64 / worth.tiles_per_attempt.max(1) as f64,
        }
    }
}

/// What the tiles of a job are worth.
#[derive(Clone, Copy, Default)]
pub struct Worth {
    /// Nominal multiply-accumulates that one tile is credited with.
    pub macs_per_tile: u64,
    /// Tiles of an attempt.
    pub tiles_per_attempt: u64,
}
