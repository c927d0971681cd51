//! How mining threads hand their events to JavaScript: through a weak thread-safe function, which does not keep the process
//! alive. At most [`MAX_WAITING`] events wait there: beyond that the threads wait for JavaScript, not memory.

use super::output::MinerEvent;
use napi::bindgen_prelude::Function;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Result, Status};
use pearl_core::search;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Events that may wait for JavaScript before the mining threads do.
const MAX_WAITING: u64 = 64;
/// How often a waiting thread looks again.
const WAIT: Duration = Duration::from_millis(2);

/// The way to JavaScript, and how many events have gone either end of it.
pub struct Channel {
    sent: AtomicU64,
    received: Arc<AtomicU64>,
    stopping: AtomicBool,
    callback: ThreadsafeFunction<search::Event, (), MinerEvent, Status, false, true>,
}

impl Channel {
    /// A channel to this callback.
    pub fn new(on_event: Function<'_, MinerEvent, ()>) -> Result<Channel> {
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

    /// Hands an event over; waits while too many are on their way. Called on a thread of the miner.
    pub fn send(&self, event: search::Event) {
        // An event may be received before it is counted as sent.
        let waiting = || {
            self.sent
                .load(Ordering::Relaxed)
                .saturating_sub(self.received.load(Ordering::Relaxed))
        };
        // While stopping nothing waits: the thread that joins us may be the one that JavaScript runs on.
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

    /// From now on no thread waits, so that the threads can be joined.
    pub fn stop_waiting(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Events handed over so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}
