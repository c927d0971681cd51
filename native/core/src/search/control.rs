//! What the miner's threads are told and tell each other: one lock for what changes with a job, one atomic that the hot
//! loop reads.

use super::context::Context;
use super::shape::{Job, JobError};
use super::stats::{Counter, Stats, Totals, Worth};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// A job that has been asked for, and when.
#[derive(Clone, Copy)]
pub struct Request {
    pub job: Job,
    /// Which request it is.
    pub number: u64,
    pub at: Instant,
}

/// A job that is being mined.
#[derive(Clone)]
pub struct Current {
    pub context: Arc<Context>,
    pub requested: Instant,
}

/// What the lock protects.
#[derive(Default)]
pub struct State {
    /// Not yet taken up by the set-up thread.
    pub request: Option<Request>,
    /// How many there have been.
    pub requests: u64,
    /// Being mined. Only the set-up thread puts something here.
    pub current: Option<Current>,
    pub paused: bool,
    pub stopping: bool,
    /// Workers between two jobs, which hold no reference to a context.
    pub resting: usize,
    /// Totals of the jobs before the one that the counters are counting for.
    pub totals: Totals,
    /// What a tile of that job is worth.
    pub worth: Worth,
    pub wins: u64,
    /// See [`Stats`].
    pub spoiled: u64,
    pub job_switch: Option<Duration>,
    pub job_error: Option<JobError>,
}

/// Shared by all threads of a miner.
pub struct Control {
    state: Mutex<State>,
    changed: Condvar,
    /// Raised whenever workers have to look at the state again: the abort flag of the hot loop.
    epoch: AtomicU64,
    /// Percent of the time that threads work, 1..=100.
    duty: AtomicU32,
    pub counters: Vec<Counter>,
}

impl Control {
    pub fn new(threads: usize) -> Control {
        Control {
            state: Mutex::default(),
            changed: Condvar::new(),
            epoch: AtomicU64::new(0),
            duty: AtomicU32::new(100),
            counters: (0..threads).map(|_| Counter::default()).collect(),
        }
    }

    /// The state. A panic elsewhere does not make it invalid: every change is a single assignment.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Changes the state, calls all threads off what they are doing and wakes those that wait.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        self.epoch.fetch_add(1, Ordering::Release);
        self.changed.notify_all();
        result
    }

    /// Wakes those that wait, without disturbing those that work.
    pub fn notify(&self) {
        self.changed.notify_all();
    }

    /// Waits until `ready` gives something.
    pub fn wait_for<T>(&self, mut ready: impl FnMut(&mut State) -> Option<T>) -> T {
        let mut state = self.lock();
        loop {
            if let Some(result) = ready(&mut state) {
                return result;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(|poisoned| poisoned.into_inner());
        }
    }

    /// Which state of affairs this is; compare with a later call.
    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    pub fn duty(&self) -> u32 {
        self.duty.load(Ordering::Relaxed)
    }

    pub fn set_duty(&self, percent: u32) {
        self.duty.store(percent.clamp(1, 100), Ordering::Relaxed);
    }

    /// Sleeps, but not past a change of epoch.
    pub fn sleep(&self, epoch: u64, duration: Duration) {
        let end = Instant::now() + duration;
        let mut state = self.lock();
        while self.epoch() == epoch {
            let Some(left) = end
                .checked_duration_since(Instant::now())
                .filter(|left| !left.is_zero())
            else {
                return;
            };
            let waited = self.changed.wait_timeout(state, left);
            state = waited.map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state);
        }
    }

    /// Begins to count for another job. Called while all workers rest.
    pub fn count_for(&self, state: &mut State, worth: Worth) {
        state.totals = self.totals(state);
        state.worth = worth;
    }

    fn totals(&self, state: &State) -> Totals {
        state
            .totals
            .plus(self.tiles() - state.totals.tiles, state.worth)
    }

    fn tiles(&self) -> u64 {
        self.counters.iter().map(Counter::get).sum()
    }

    /// Adds everything up.
    pub fn stats(&self, kernel: &'static str, rejected_kernels: Vec<&'static str>) -> Stats {
        let state = self.lock();
        let totals = self.totals(&state);
        let context = state.current.as_ref().map(|current| &current.context);
        Stats {
            macs: totals.macs,
            tiles: totals.tiles,
            attempts: totals.attempts,
            wins: state.wins,
            spoiled: state.spoiled,
            kernel,
            rejected_kernels,
            threads: self.counters.len(),
            per_thread: self.counters.iter().map(Counter::stats).collect(),
            job_switch_seconds: state.job_switch.map(|duration| duration.as_secs_f64()),
            memory_bytes: context.map_or(0, |context| context.layout.memory_bytes),
            eliminated: context.map_or(0.0, |context| context.eliminated()),
            job_error: state.job_error.clone(),
        }
    }
}
