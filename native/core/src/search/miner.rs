//! The miner as its owner sees it: give it jobs, hear of solutions. One thread prepares jobs, the others mine.

use super::context::Context;
use super::control::{Control, Current, Request};
use super::event::{Event, OnEvent};
use super::guarded;
use super::layout::Limits;
use super::matrix::Matrices;
use super::numa::{self, Node};
use super::operands::Operands;
use super::parallel::Parallel;
use super::shape::{Job, JobError};
use super::stats::Stats;
use super::worker;
use crate::kernels::{Isa, Kernel};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Instant;

/// How to mine.
#[derive(Clone, Copy, Debug)]
pub struct MinerOptions {
    /// Threads that mine, at least one.
    pub threads: usize,
    /// `None`: the fastest that passes its known-answer test.
    pub kernel: Option<Isa>,
    /// Bound on the native buffers.
    pub memory_bytes: u64,
    /// What to mine on.
    pub matrices: Matrices,
    /// Rows of A' that a thread packs at a time; `None` takes what suits most processors.
    pub block_rows: Option<usize>,
    /// Save multiplications by cycle elimination where matrices and kernel allow it.
    pub eliminate: bool,
    /// Run the threads only when nothing else wants the processor.
    pub idle_priority: bool,
}

/// Why a miner cannot start.
#[derive(Debug)]
pub enum StartError {
    /// No threads were asked for.
    NoThreads,
    /// This processor does not have the kernel that was asked for.
    KernelMissing(Isa),
    /// The kernel that was asked for gives wrong results here; or all do, and this is the last.
    KernelFailed(Isa),
    /// The system gives no thread.
    Thread(std::io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::NoThreads => f.write_str("at least one thread is needed"),
            StartError::KernelMissing(isa) => {
                write!(f, "this processor cannot run the kernel {}", isa.name())
            }
            StartError::KernelFailed(isa) => {
                write!(
                    f,
                    "the kernel {} fails its known-answer test on this processor",
                    isa.name()
                )
            }
            StartError::Thread(error) => write!(f, "the system gives no thread: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// Chooses a kernel; also the names of those that failed their test.
///
/// # Errors
/// A kernel that was asked for is missing or fails; or every one fails.
pub fn choose_kernel(asked: Option<Isa>) -> Result<(Kernel, Vec<&'static str>), StartError> {
    if let Some(isa) = asked {
        let kernel = Kernel::new(isa).ok_or(StartError::KernelMissing(isa))?;
        return if kernel.self_test() {
            Ok((kernel, Vec::new()))
        } else {
            Err(StartError::KernelFailed(isa))
        };
    }
    let mut rejected = Vec::new();
    for kernel in Kernel::all() {
        if kernel.self_test() {
            return Ok((kernel, rejected));
        }
        rejected.push(kernel.name());
    }
    // Plain integer code went wrong: nothing that this machine computes can be trusted.
    Err(StartError::KernelFailed(Isa::Scalar))
}

/// A running miner. Dropping it stops it.
pub struct Miner {
    control: Arc<Control>,
    threads: Vec<JoinHandle<()>>,
    kernel: Kernel,
    rejected: Vec<&'static str>,
}

impl Miner {
    /// Starts the threads; they wait for a job.
    ///
    /// # Errors
    /// Every [`StartError`].
    pub fn start(options: MinerOptions, on_event: Box<OnEvent>) -> Result<Miner, StartError> {
        if options.threads == 0 {
            return Err(StartError::NoThreads);
        }
        let (kernel, rejected) = choose_kernel(options.kernel)?;
        let control = Arc::new(Control::new(options.threads));
        let on_event: Arc<OnEvent> = on_event.into();
        let mut miner = Miner {
            control: control.clone(),
            threads: Vec::new(),
            kernel,
            rejected,
        };
        let nodes: Arc<[Node]> = numa::nodes().into();
        let own = nodes.clone();
        // If a later thread cannot be had, dropping `miner` ends the earlier ones.
        miner.spawn("pearl-setup", &on_event, move |control, on_event| {
            prepare_jobs(control, kernel, options, &own, on_event)
        })?;
        for index in 0..options.threads {
            let name = format!("pearl-mine-{index}");
            let nodes = nodes.clone();
            miner.spawn(&name, &on_event, move |control, on_event| {
                worker::run(control, index, &nodes, options.idle_priority, on_event)
            })?;
        }
        Ok(miner)
    }

    fn spawn(
        &mut self,
        name: &str,
        on_event: &Arc<OnEvent>,
        body: impl FnOnce(&Control, &OnEvent) + Send + 'static,
    ) -> Result<(), StartError> {
        let (control, on_event) = (self.control.clone(), on_event.clone());
        let thread = Builder::new()
            .name(name.into())
            .spawn(move || guarded::run(&control, &*on_event, body))
            .map_err(StartError::Thread)?;
        self.threads.push(thread);
        Ok(())
    }

    /// Replaces the job. Returns at once; work on the old one ends within milliseconds.
    ///
    /// # Errors
    /// Every [`JobError`] but `Memory`; the old job then goes on.
    pub fn set_job(&self, job: Job) -> Result<(), JobError> {
        job.validate()?;
        self.control.change(|state| {
            state.requests += 1;
            state.current = None;
            state.job_switch = None;
            state.job_error = None;
            state.request = Some(Request {
                job,
                number: state.requests,
                at: Instant::now(),
            });
        });
        Ok(())
    }

    /// Ends the job; the threads wait for another.
    pub fn clear_job(&self) {
        self.control.change(|state| {
            state.request = None;
            state.current = None;
        });
    }

    /// Stops working until [`resume`](Self::resume); jobs may come meanwhile.
    pub fn pause(&self) {
        self.control.change(|state| state.paused = true);
    }

    /// Goes on with the job there is.
    pub fn resume(&self) {
        self.control.change(|state| state.paused = false);
    }

    /// Works only so many percent of the time, 1..=100.
    pub fn set_duty(&self, percent: u32) {
        self.control.set_duty(percent);
    }

    /// What has been done so far.
    pub fn stats(&self) -> Stats {
        self.control
            .stats(self.kernel.name(), self.rejected.clone())
    }

    /// Ends all threads and waits for them, which takes milliseconds. No event comes after it has returned.
    pub fn stop(&mut self) {
        self.control.change(|state| state.stopping = true);
        for thread in self.threads.drain(..) {
            // What can go wrong in a thread is told as an event by `guarded`.
            let _ = thread.join();
        }
    }
}

impl Drop for Miner {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The set-up thread: takes requests, waits until no thread uses the last job's buffers, prepares, publishes.
fn prepare_jobs(
    control: &Control,
    kernel: Kernel,
    options: MinerOptions,
    nodes: &[Node],
    on_event: &OnEvent,
) {
    if options.idle_priority {
        super::os::yield_to_everything();
    }
    let limits = Limits {
        threads: options.threads,
        memory_bytes: options.memory_bytes,
        cache_bytes: super::os::second_level_cache_bytes(kernel.most_cache()),
        block_rows: options.block_rows,
        eliminate: options.eliminate,
        nodes,
    };
    let mut buffers = Vec::new();
    let mut last: Option<Arc<Context>> = None;
    loop {
        let taken = control.wait_for(|state| {
            if state.stopping {
                return Some(None);
            }
            let request = state.request.filter(|_| !state.paused)?;
            (state.resting == options.threads).then(|| Some((request, control.epoch())))
        });
        let Some((request, epoch)) = taken else {
            return;
        };
        // Everyone rests, so this is the last reference.
        if let Some(context) = last.take().and_then(Arc::into_inner) {
            buffers = context.into_buffers();
        }
        crate::fault::panic_at("prepare");
        let entropy = RandomState::new().hash_one(request.job.header);
        let prepared = Context::prepare(
            request.job,
            kernel,
            Operands::of(options.matrices, kernel, entropy),
            &limits,
            &mut buffers,
            &Parallel {
                threads: options.threads,
                idle_priority: options.idle_priority,
                cancelled: &|| control.epoch() != epoch,
            },
        );
        let failed = control.change(|state| {
            // The request stays until it is served: it may have been replaced, withdrawn or paused meanwhile.
            if state.request.is_none_or(|now| now.number != request.number) {
                return None;
            }
            match prepared {
                Ok(Some(context)) => {
                    let context = Arc::new(context);
                    last = Some(context.clone());
                    control.count_for(state, context.worth());
                    state.request = None;
                    state.current = Some(Current {
                        context,
                        requested: request.at,
                    });
                    None
                }
                Ok(None) => None,
                Err(error) => {
                    state.job_error = Some(error.clone());
                    state.request = None;
                    Some(error)
                }
            }
        });
        if let Some(error) = failed {
            on_event(Event::JobFailed {
                job_id: request.job.id,
                error,
            });
        }
    }
}
