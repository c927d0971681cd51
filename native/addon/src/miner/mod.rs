//! The miner object: jobs in, events out, no work of its own.

mod channel;
pub mod input;
mod output;

use crate::exact::need_u32;
use crate::pool::caught;
use channel::Channel;
use input::{Job, MinerOptions, job_of, options_of};
use napi::bindgen_prelude::{AsyncTask, Function};
use napi::{Env, Error, Result, Status, Task};
use napi_derive::napi;
use output::{MinerEvent, MinerStats};
use pearl_core::search;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
        self.channel.stop_waiting();
        AsyncTask::new(Stop {
            state: self.state.clone(),
            channel: self.channel.clone(),
        })
    }
}

impl Drop for Miner {
    fn drop(&mut self) {
        // Collected without having been stopped: this is JavaScript's own thread, for which no event must wait.
        self.channel.stop_waiting();
    }
}

/// The end of a miner, in the thread pool.
pub struct Stop {
    state: Arc<Mutex<State>>,
    channel: Arc<Channel>,
}

impl Stop {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The miner, if it still runs; what it has done so far is left in its place.
fn take(state: &mut State) -> Option<search::Miner> {
    let State::Running(miner) = &*state else {
        return None;
    };
    let stopped = State::Stopped(miner.stats());
    match mem::replace(state, stopped) {
        State::Running(miner) => Some(miner),
        State::Stopped(_) => None,
    }
}

impl Task for Stop {
    type Output = u64;
    type JsValue = f64;

    fn compute(&mut self) -> Result<u64> {
        caught(|| {
            // Threads of the least priority may take seconds to end: JavaScript's own must not wait for the lock meanwhile.
            let miner = take(&mut self.lock());
            if let Some(mut miner) = miner {
                miner.stop();
                *self.lock() = State::Stopped(miner.stats());
            }
            Ok(self.channel.sent())
        })
    }

    fn resolve(&mut self, _env: Env, sent: u64) -> Result<f64> {
        Ok(sent as f64)
    }
}
