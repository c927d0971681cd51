//! The root of each of the miner's threads: a panic there is an event and the end of the miner, never a thread that is
//! silently gone.

use super::control::Control;
use super::event::{Event, OnEvent};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a thread's body. If it panics, all threads of the miner are told to end and the owner is told why; if telling
/// panics too, the process is aborted, since it would never be noticed.
pub fn run(control: &Control, on_event: &OnEvent, body: impl FnOnce(&Control, &OnEvent)) {
    // Unwind safe: what the body may have left half done is the state, which from here on is only read for its totals, and
    // the job's buffers, which are not read again.
    let Err(payload) = catch_unwind(AssertUnwindSafe(|| body(control, on_event))) else {
        return;
    };
    let told = catch_unwind(AssertUnwindSafe(|| {
        control.change(|state| state.stopping = true);
        let thread = std::thread::current();
        on_event(Event::ThreadFailed {
            thread: thread.name().unwrap_or_default().to_owned(),
            message: words(&*payload).to_owned(),
        });
    }));
    if told.is_err() {
        eprintln!("a mining thread failed, and so did telling it: the process ends");
        std::process::abort();
    }
}

/// What a panic said: `panic!` leaves one of two types.
fn words(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("it did not say why")
}
