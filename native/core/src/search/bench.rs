//! How fast the miner is, against what the processor could do at most: whole attempts alternated with a register-only
//! loop of the same instruction, both in processor time of the thread that runs them.

use super::attempt::Attempt;
use super::buffer::Buffer;
use super::context::Context;
use super::layout::Limits;
use super::matrix::Matrices;
use super::numa;
use super::operands::Operands;
use super::os::thread_cpu_seconds;
use super::parallel::Parallel;
use super::shape::{Job, JobError, Shape};
use super::sweep::{Scratch, Sink};
use super::worker::parts;
use crate::jackpot::tile_words;
use crate::kernels::Kernel;
use crate::target::U256;
use std::time::Instant;

/// How long a job lasts: the part of its set-up that a run is charged for is that of the run in this.
/// (Blocks come every 194 s, and pools send jobs more often.)
const JOB_SECONDS: f64 = 30.0;
/// Processor time of the miner, and of the peak loop, before the other has its turn.
const SLICE_SECONDS: f64 = 0.1;
const PEAK_SECONDS: f64 = 0.025;
/// Processor time of the scalar loop.
const SCALAR_SECONDS: f64 = 2.0;

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct BenchOptions {
    /// The kernel.
    pub kernel: Kernel,
    /// Threads at once.
    pub threads: usize,
    /// The shape.
    pub shape: Shape,
    /// The matrices.
    pub matrices: Matrices,
    /// Bound on the native buffers.
    pub memory_bytes: u64,
    /// Rows of A' at a time.
    pub block_rows: Option<usize>,
    /// Save multiplications by cycle elimination where matrices and kernel allow it.
    pub eliminate: bool,
    /// Processor time of the miner on each thread.
    pub seconds: f64,
    /// Measure the scalar reference loop too.
    pub scalar: bool,
}

/// What came out.
#[derive(Clone, Copy, Debug)]
pub struct BenchResult {
    /// Nominal multiply-accumulates a second of whole attempts, noise, hashing and set-up included; all threads.
    pub macs_per_second: f64,
    /// The same of the register-only loop. `None` for the scalar kernel.
    pub peak_macs_per_second: Option<f64>,
    /// Of the scalar reference loop, one thread.
    pub scalar_macs_per_second: Option<f64>,
    /// Attempts searched, in part or whole.
    pub attempts: f64,
    /// Processor time of the miner, all threads, set-up included.
    pub seconds: f64,
    /// Part of the multiplications that cycle elimination saves.
    pub eliminated: f64,
    /// Bytes of native buffers.
    pub memory_bytes: u64,
}

impl BenchResult {
    /// Nominal rate over peak rate.
    pub fn fraction_of_peak(&self) -> Option<f64> {
        self.peak_macs_per_second
            .map(|peak| self.macs_per_second / peak)
    }
}

/// One thread's measurement.
struct Slices<'a> {
    kernel: Kernel,
    cancelled: &'a (dyn Fn() -> bool + Sync),
    wanted: f64,
    /// When the present slice began, in this thread's processor time.
    since: f64,
    /// When that clock was last read.
    looked: Instant,
    mined_seconds: f64,
    tiles: u64,
    /// A column block is being packed; what one took, spread over the tiles that it serves.
    packing: bool,
    pack_seconds_per_tile: f64,
    peak_macs: u64,
    peak_seconds: f64,
}

impl Slices<'_> {
    /// Ends the present slice, and lets the peak loop run for a while.
    fn alternate(&mut self, mined: f64) {
        self.mined_seconds += mined;
        let before = thread_cpu_seconds();
        // About a millisecond at a time at the fastest rate known.
        while thread_cpu_seconds() - before < PEAK_SECONDS {
            let Some(macs) = self.kernel.peak(1 << 28) else {
                break;
            };
            self.peak_macs += macs;
        }
        let now = thread_cpu_seconds();
        self.peak_seconds += now - before;
        self.since = now;
        self.looked = Instant::now();
    }
}

impl Sink for Slices<'_> {
    fn searched(&mut self, tiles: u64) -> bool {
        self.tiles += tiles;
        self.goes_on()
    }

    fn goes_on(&mut self) -> bool {
        // Reading the thread's clock is a system call; the wall clock says when it is worth it.
        if self.packing || self.looked.elapsed().as_secs_f64() < SLICE_SECONDS {
            return !(self.cancelled)();
        }
        self.looked = Instant::now();
        let mined = thread_cpu_seconds() - self.since;
        let ends = self.mined_seconds + mined >= self.wanted;
        if ends || mined >= SLICE_SECONDS {
            self.alternate(mined);
        }
        !ends && !(self.cancelled)()
    }

    fn packing(&mut self) {
        self.packing = true;
        let now = thread_cpu_seconds();
        self.mined_seconds += now - self.since;
        self.since = now;
    }

    fn packed(&mut self, tiles: u64) {
        self.packing = false;
        let now = thread_cpu_seconds();
        self.pack_seconds_per_tile = (now - self.since) / tiles as f64;
        self.since = now;
    }

    fn won(&mut self, _: &Attempt, _: u32, _: u32, _: [u8; 32]) {}
}

/// Measures. `Ok(None)` when it was cancelled.
///
/// # Errors
/// Every [`JobError`].
pub fn bench(
    options: &BenchOptions,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Option<BenchResult>, JobError> {
    let job = Job {
        id: 0,
        header: [0x5a; 76],
        cert_version: 3,
        // Next to nothing wins, as on a real network.
        target: U256::from_limbs([1, 0, 0, 0]),
        shape: options.shape,
        allow_saturated: false,
    };
    let nodes = numa::nodes();
    let limits = Limits {
        threads: options.threads,
        memory_bytes: options.memory_bytes,
        cache_bytes: super::os::second_level_cache_bytes(options.kernel.most_cache()),
        block_rows: options.block_rows,
        eliminate: options.eliminate,
        nodes: &nodes,
    };
    let parallel = Parallel {
        threads: 1,
        idle_priority: false,
        cancelled,
    };
    let operands = Operands::of(options.matrices, options.kernel, 1);
    let mut buffers = Vec::new();
    // The first preparation touches the buffers' pages, which a miner does once in its life; the second is measured.
    let Some(first) = Context::prepare(
        job,
        options.kernel,
        operands.clone(),
        &limits,
        &mut buffers,
        &parallel,
    )?
    else {
        return Ok(None);
    };
    buffers = first.into_buffers();
    let before = thread_cpu_seconds();
    let Some(context) = Context::prepare(
        job,
        options.kernel,
        operands,
        &limits,
        &mut buffers,
        &parallel,
    )?
    else {
        return Ok(None);
    };
    let setup = thread_cpu_seconds() - before;

    let measured: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..options.threads)
            .map(|index| {
                let (context, nodes) = (&context, &nodes);
                scope.spawn(move || {
                    let node = numa::node_of(nodes, index, options.threads);
                    if let Some(node) = nodes.get(node) {
                        numa::stay_on(node);
                    }
                    mine(context, options, node, cancelled)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("it does not panic"))
            .collect()
    });
    if cancelled() {
        return Ok(None);
    }
    let worth = context.worth();
    // Set-up is charged pro rata: a job's over the life of a job, a column block's over the tiles it serves.
    let setup = setup * options.seconds / JOB_SECONDS / options.threads as f64;
    let seconds = |slices: &Slices<'_>| {
        slices.mined_seconds + slices.tiles as f64 * slices.pack_seconds_per_tile + setup
    };
    let rate = |slices: &Slices<'_>| (slices.tiles * worth.macs_per_tile) as f64 / seconds(slices);
    let tiles: u64 = measured.iter().map(|slices| slices.tiles).sum();
    let peak = measured
        .iter()
        .map(|slices| slices.peak_macs as f64 / slices.peak_seconds)
        .sum();
    Ok(Some(BenchResult {
        macs_per_second: measured.iter().map(rate).sum(),
        peak_macs_per_second: (measured[0].peak_macs > 0).then_some(peak),
        scalar_macs_per_second: options.scalar.then(|| scalar_rate(cancelled)),
        attempts: tiles as f64 / worth.tiles_per_attempt as f64,
        seconds: measured.iter().map(seconds).sum(),
        eliminated: context.eliminated(),
        memory_bytes: context.layout.memory_bytes,
    }))
}

/// One thread: attempts one after the other, as a mining thread takes them.
fn mine<'a>(
    context: &Context,
    options: &BenchOptions,
    node: usize,
    cancelled: &'a (dyn Fn() -> bool + Sync),
) -> Slices<'a> {
    let mut slices = Slices {
        kernel: options.kernel,
        cancelled,
        wanted: options.seconds,
        since: 0.0,
        looked: Instant::now(),
        mined_seconds: 0.0,
        tiles: 0,
        packing: false,
        pack_seconds_per_tile: 0.0,
        peak_macs: 0,
        peak_seconds: 0.0,
    };
    let Ok(mut scratch) = Scratch::new(context, Buffer::empty(), node) else {
        return slices;
    };
    slices.since = thread_cpu_seconds();
    let mut attempt = context.attempt();
    while parts(context, &attempt, &mut scratch, &mut slices) {
        match context.attempt_after(&attempt) {
            Some(next) => attempt = next,
            None => break,
        }
    }
    slices
}

/// The reference loop on one 16x16 tile of k = 2048, again and again.
fn scalar_rate(cancelled: &(dyn Fn() -> bool + Sync)) -> f64 {
    let rows: Vec<Vec<i8>> = (0..16)
        .map(|row| (0..2048).map(|l| ((row + 3 * l) % 127) as i8).collect())
        .collect();
    let before = thread_cpu_seconds();
    let mut macs = 0.0;
    while thread_cpu_seconds() - before < SCALAR_SECONDS && !cancelled() {
        std::hint::black_box(tile_words(std::hint::black_box(&rows), &rows, 2048, 128));
        macs += 16.0 * 16.0 * 2048.0;
    }
    macs / (thread_cpu_seconds() - before)
}
