//! The miner object: jobs in, events out, no work of its own.
//!
//! Mining threads hand their events to JavaScript through a weak thread-safe function, which does not keep the process
//! alive. At most [`MAX_WAITING`] events wait there: beyond that the threads wait for JavaScript, not memory.

use crate::exact::{invalid, need_header, need_u32, need_u32s, need_u256};
use napi::bindgen_prelude::{AsyncTask, BigInt, Buffer, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Env, Error, Result, Status, Task};
use napi_derive::napi;
use pearl_core::kernels::Isa;
use pearl_core::pattern::Pattern;
use pearl_core::search;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Events that may wait for JavaScript before the mining threads do.
const MAX_WAITING: u64 = 64;
/// How often a waiting thread looks again.
const WAIT: Duration = Duration::from_millis(2);
/// Largest integer that a double holds exactly, with all below it.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// How to mine.
#[napi(object)]
pub struct MinerOptions {
    pub threads: f64,
    pub kernel: Option<String>,
    pub memory_bytes: f64,
    #[napi(ts_type = "'constant' | 'random'")]
    pub matrices: String,
    pub idle_priority: bool,
}

/// Sizes, rank, and the index lists of a tile's rows and columns.
#[napi(object)]
pub struct Shape {
    pub m: f64,
    pub n: f64,
    pub k: f64,
    pub rank: f64,
    pub rows: Vec<f64>,
    pub cols: Vec<f64>,
}

/// What to mine.
#[napi(object)]
pub struct Job {
    pub id: f64,
    pub header: Buffer,
    pub cert_version: f64,
    pub target: BigInt,
    pub shape: Shape,
    pub allow_saturated: Option<bool>,
}

/// A winner, or with only `message` a job that could not be prepared.
#[napi(object)]
pub struct MinerEvent {
    #[napi(js_name = "type", ts_type = "'solution' | 'error'")]
    pub kind: String,
    pub job_id: f64,
    pub message: Option<String>,
    pub proof: Option<Buffer>,
    pub hash: Option<Buffer>,
    pub t_rows: Option<u32>,
    pub t_cols: Option<u32>,
}

impl From<search::Event> for MinerEvent {
    fn from(event: search::Event) -> MinerEvent {
        match event {
            search::Event::Solution(solution) => MinerEvent {
                kind: "solution".to_owned(),
                job_id: solution.job_id as f64,
                message: None,
                proof: Some(solution.proof.into()),
                hash: Some(solution.hash.to_vec().into()),
                t_rows: Some(solution.t_rows),
                t_cols: Some(solution.t_cols),
            },
            search::Event::JobFailed { job_id, error } => MinerEvent {
                kind: "error".to_owned(),
                job_id: job_id as f64,
                message: Some(error.to_string()),
                proof: None,
                hash: None,
                t_rows: None,
                t_cols: None,
            },
        }
    }
}

/// Totals since the start, and the state of the present job.
#[napi(object, use_nullable = true)]
pub struct MinerStats {
    pub macs: BigInt,
    pub tiles: BigInt,
    pub attempts: f64,
    pub wins: BigInt,
    pub kernel: String,
    pub threads: u32,
    pub eliminated: f64,
    pub rejected_kernels: Vec<String>,
    pub memory_bytes: f64,
    pub job_switch_seconds: Option<f64>,
    pub job_error: Option<String>,
}

impl From<search::Stats> for MinerStats {
    fn from(stats: search::Stats) -> MinerStats {
        MinerStats {
            macs: BigInt {
                sign_bit: false,
                words: vec![stats.macs as u64, (stats.macs >> 64) as u64],
            },
            tiles: stats.tiles.into(),
            attempts: stats.attempts,
            wins: stats.wins.into(),
            kernel: stats.kernel.to_owned(),
            threads: stats.threads as u32,
            eliminated: stats.eliminated,
            rejected_kernels: stats
                .rejected_kernels
                .into_iter()
                .map(str::to_owned)
                .collect(),
            memory_bytes: stats.memory_bytes as f64,
            job_switch_seconds: stats.job_switch_seconds,
            job_error: stats.job_error.map(|error| error.to_string()),
        }
    }
}

/// The way to JavaScript, and how many events have gone either end of it.
struct Channel {
    sent: AtomicU64,
    received: Arc<AtomicU64>,
    stopping: AtomicBool,
    callback: ThreadsafeFunction<search::Event, (), MinerEvent, Status, false, true>,
}

impl Channel {
    fn new(on_event: Function<'_, MinerEvent, ()>) -> Result<Channel> {
        let received = Arc::new(AtomicU64::new(0));
        let count = received.clone();
        let callback = on_event
            .build_threadsafe_function::<search::Event>()
            .callee_handled::<false>()
            .weak::<true>()
            .build_callback(move |context| {
                count.fetch_add(1, Ordering::Relaxed);
                Ok(MinerEvent::from(context.value))
            })?;
        Ok(Channel {
            sent: AtomicU64::new(0),
            received,
            stopping: AtomicBool::new(false),
            callback,
        })
    }

    /// Called on a mining thread.
    fn send(&self, event: search::Event) {
        // An event may be received before it is counted as sent.
        let waiting = || {
            self.sent
                .load(Ordering::Relaxed)
                .saturating_sub(self.received.load(Ordering::Relaxed))
        };
        // While stopping nobody waits: the thread that joins us may be the one that JavaScript runs on.
        while waiting() >= MAX_WAITING && !self.stopping.load(Ordering::Relaxed) {
            std::thread::sleep(WAIT);
        }
        if self
            .callback
            .call(event, ThreadsafeFunctionCallMode::NonBlocking)
            == Status::Ok
        {
            self.sent.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The running miner, or what it had done when it was stopped.
enum State {
    Running(search::Miner),
    Stopped(search::Stats),
}

/// Threads that mine until they are stopped.
#[napi]
pub struct Miner {
    state: Arc<Mutex<State>>,
    channel: Arc<Channel>,
}

impl Miner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running<T>(&self, act: impl FnOnce(&search::Miner) -> T) -> Option<T> {
        match &*self.lock() {
            State::Running(miner) => Some(act(miner)),
            State::Stopped(_) => None,
        }
    }
}

fn job_of(job: Job) -> Result<search::Job> {
    let Job {
        id,
        header,
        cert_version,
        target,
        shape,
        allow_saturated,
    } = job;
    if !(0.0..=MAX_SAFE).contains(&id) || id.fract() != 0.0 {
        return Err(invalid(format!("a job's id is a safe integer, not {id}")));
    }
    let pattern = |name: &str, indices: &[f64]| {
        Pattern::from_indices(&need_u32s(name, indices)?)
            .map_err(|error| invalid(format!("{name}: {error}")))
    };
    let rank = u16::try_from(need_u32("rank", shape.rank)?)
        .map_err(|_| invalid("the rank is above 65535"))?;
    Ok(search::Job {
        id: id as u64,
        header: need_header(&header)?,
        cert_version: need_u32("certVersion", cert_version)?,
        target: need_u256("target", &target)?,
        shape: search::Shape::new(
            need_u32("m", shape.m)?,
            need_u32("n", shape.n)?,
            need_u32("k", shape.k)?,
            rank,
            pattern("rows", &shape.rows)?,
            pattern("cols", &shape.cols)?,
        ),
        allow_saturated: allow_saturated.unwrap_or(false),
    })
}

fn options_of(options: &MinerOptions) -> Result<search::MinerOptions> {
    let kernel = options.kernel.as_deref().map(|name| {
        Isa::from_name(name).ok_or_else(|| {
            invalid(format!(
                "there is no kernel called {name} on this architecture"
            ))
        })
    });
    Ok(search::MinerOptions {
        threads: need_u32("threads", options.threads)? as usize,
        kernel: kernel.transpose()?,
        // The cast saturates; a ceiling beyond all memory is none.
        memory_bytes: options.memory_bytes as u64,
        matrices: match options.matrices.as_str() {
            "constant" => search::Matrices::Constant,
            "random" => search::Matrices::Random,
            other => {
                return Err(invalid(format!(
                    "matrices are constant or random, not {other}"
                )));
            }
        },
        block_rows: None,
        idle_priority: options.idle_priority,
    })
}

#[napi]
impl Miner {
    /// Starts the threads, which wait for a job. Throws when the kernel asked for is not there or fails its self-test.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        options: MinerOptions,
        #[napi(ts_arg_type = "(event: MinerEvent) => void")] on_event: Function<'_, MinerEvent, ()>,
    ) -> Result<Miner> {
        let options = options_of(&options)?;
        let channel = Arc::new(Channel::new(on_event)?);
        let sender = channel.clone();
        let miner = search::Miner::start(options, Box::new(move |event| sender.send(event)))
            .map_err(|error| Error::new(Status::GenericFailure, error.to_string()))?;
        Ok(Miner {
            state: Arc::new(Mutex::new(State::Running(miner))),
            channel,
        })
    }

    /// Replaces the job. Throws, with a code of the search's own, when it cannot be mined; the old one then goes on.
    #[napi(catch_unwind)]
    pub fn set_job(&self, job: Job) -> std::result::Result<(), Error<String>> {
        let named = |code: &str, message: String| Error::new(code.to_owned(), message);
        let job = job_of(job).map_err(|error| named("SHAPE_INVALID", error.reason))?;
        match self.running(|miner| miner.set_job(job)) {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(named(error.code(), error.to_string())),
            None => Err(named("STOPPED", "the miner has been stopped".to_owned())),
        }
    }

    /// Ends the job; the threads wait for another.
    #[napi(catch_unwind)]
    pub fn clear_job(&self) {
        self.running(search::Miner::clear_job);
    }

    /// Rests until `resume`.
    #[napi(catch_unwind)]
    pub fn pause(&self) {
        self.running(search::Miner::pause);
    }

    /// Goes on.
    #[napi(catch_unwind)]
    pub fn resume(&self) {
        self.running(search::Miner::resume);
    }

    /// Works only so many percent of the time.
    #[napi(catch_unwind)]
    pub fn set_duty(&self, percent: f64) -> Result<()> {
        let percent = need_u32("percent", percent)?.clamp(1, 100);
        self.running(|miner| miner.set_duty(percent));
        Ok(())
    }

    /// What has been done so far, also after the end.
    #[napi(catch_unwind)]
    pub fn stats(&self) -> MinerStats {
        match &*self.lock() {
            State::Running(miner) => miner.stats().into(),
            State::Stopped(stats) => stats.clone().into(),
        }
    }

    /// Ends the threads in the background and resolves with the number of events sent in all, so that the caller can wait
    /// for the last of them.
    #[napi(catch_unwind, ts_return_type = "Promise<number>")]
    pub fn stop(&self) -> AsyncTask<Stop> {
        self.channel.stopping.store(true, Ordering::Relaxed);
        AsyncTask::new(Stop {
            state: self.state.clone(),
            channel: self.channel.clone(),
        })
    }
}

impl Drop for Miner {
    fn drop(&mut self) {
        // Collected without having been stopped: this is JavaScript's own thread, for which no event must wait.
        self.channel.stopping.store(true, Ordering::Relaxed);
    }
}

/// The end of a miner, in the thread pool.
pub struct Stop {
    state: Arc<Mutex<State>>,
    channel: Arc<Channel>,
}

impl Task for Stop {
    type Output = u64;
    type JsValue = f64;

    fn compute(&mut self) -> Result<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Running(miner) = &mut *state {
            miner.stop();
            let stats = miner.stats();
            *state = State::Stopped(stats);
        }
        Ok(self.channel.sent.load(Ordering::Relaxed))
    }

    fn resolve(&mut self, _env: Env, sent: u64) -> Result<f64> {
        Ok(sent as f64)
    }
}
