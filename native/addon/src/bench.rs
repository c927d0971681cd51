//! A measurement of the miner against the processor's peak, in the thread pool and cancellable.

use crate::exact::{invalid, need_u32};
use crate::miner::input::{Shape, kernel_of, matrices_of, need_threads, shape_of};
use crate::pool::caught;
use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Error, Result, Status, Task};
use napi_derive::napi;
use pearl_core::search::{bench, choose_kernel};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Longest measurement: a mistyped number must not occupy the machine for a day.
const MAX_SECONDS: f64 = 3600.0;

/// What to measure.
#[napi(object)]
pub struct BenchOptions {
    /// A kernel by name; the best one otherwise.
    pub kernel: Option<String>,
    pub threads: f64,
    pub shape: Shape,
    #[napi(ts_type = "'constant' | 'random'")]
    pub matrices: String,
    pub memory_bytes: f64,
    /// Rows of A' made at a time; the kernel's own choice otherwise.
    pub block_rows: Option<f64>,
    /// Use cycle elimination where kernel and matrices allow it.
    pub eliminate: bool,
    /// Processor time of the miner on each thread, at most 3600.
    pub seconds: f64,
    /// Measure the scalar reference loop for 2 s too.
    pub scalar: bool,
}

/// What came out. Rates are nominal multiply-accumulates per second of processor time, all threads together.
#[napi(object, use_nullable = true)]
pub struct BenchResult {
    pub kernel: String,
    /// Of whole attempts, with noise, hashing and set-up.
    pub macs_per_second: f64,
    /// Of the register-only loop, in turns with the attempts; null for the scalar kernel.
    pub peak_macs_per_second: Option<f64>,
    /// Of the scalar reference loop on one thread; null when not asked for.
    pub scalar_macs_per_second: Option<f64>,
    /// Searched, with the fraction of the last.
    pub attempts: f64,
    /// Processor time of the miner, all threads.
    pub seconds: f64,
    /// Share of the multiplications that cycle elimination saves, 0 to 1.
    pub eliminated: f64,
    pub memory_bytes: f64,
}

/// One measurement.
#[napi]
pub struct Bench {
    options: bench::BenchOptions,
    cancelled: Arc<AtomicBool>,
}

#[napi]
impl Bench {
    /// Throws when the options make no sense or the kernel is not there.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: BenchOptions) -> Result<Bench> {
        let kernel = match options.kernel.as_deref() {
            Some(name) => kernel_of(name)?,
            None => {
                choose_kernel(None)
                    .map_err(|error| invalid(error.to_string()))?
                    .0
            }
        };
        if !(options.seconds > 0.0 && options.seconds <= MAX_SECONDS) {
            return Err(invalid(
                "a measurement lasts more than 0 and at most 3600 seconds",
            ));
        }
        let threads = need_threads(options.threads)?;
        let block_rows = options.block_rows.map(|rows| need_u32("blockRows", rows));
        Ok(Bench {
            options: bench::BenchOptions {
                kernel,
                threads,
                shape: shape_of(&options.shape)?,
                matrices: matrices_of(&options.matrices)?,
                memory_bytes: options.memory_bytes as u64,
                block_rows: block_rows.transpose()?.map(|rows| rows as usize),
                eliminate: options.eliminate,
                seconds: options.seconds,
                scalar: options.scalar,
            },
            cancelled: Arc::new(AtomicBool::new(false)),
        })
    }

    /// Measures in the thread pool; resolves with null when it was cancelled.
    #[napi(catch_unwind, ts_return_type = "Promise<BenchResult | null>")]
    pub fn run(&self) -> AsyncTask<Run> {
        AsyncTask::new(Run {
            options: self.options,
            cancelled: self.cancelled.clone(),
        })
    }

    /// Ends `run` within milliseconds.
    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

/// The measurement in the thread pool.
pub struct Run {
    options: bench::BenchOptions,
    cancelled: Arc<AtomicBool>,
}

impl Task for Run {
    type Output = Option<bench::BenchResult>;
    type JsValue = Option<BenchResult>;

    fn compute(&mut self) -> Result<Self::Output> {
        caught(|| {
            bench::bench(&self.options, &|| self.cancelled.load(Ordering::Relaxed))
                .map_err(|error| Error::new(Status::GenericFailure, error.to_string()))
        })
    }

    fn resolve(&mut self, _: Env, output: Self::Output) -> Result<Self::JsValue> {
        Ok(output.map(|result| BenchResult {
            kernel: self.options.kernel.name().to_owned(),
            macs_per_second: result.macs_per_second,
            peak_macs_per_second: result.peak_macs_per_second,
            scalar_macs_per_second: result.scalar_macs_per_second,
            attempts: result.attempts,
            seconds: result.seconds,
            eliminated: result.eliminated,
            memory_bytes: result.memory_bytes as f64,
        }))
    }
}
