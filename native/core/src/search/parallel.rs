//! Work of a job's set-up, spread over as many threads as mine.

use super::os;
use std::sync::Mutex;

/// How set-up runs: on how many threads, at which priority, and when to give up.
#[derive(Clone, Copy)]
pub struct Parallel<'a> {
    /// At least one.
    pub threads: usize,
    /// Lower the priority of the threads it starts.
    pub idle_priority: bool,
    /// True once the result is no longer wanted.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
}

impl Parallel<'_> {
    /// Calls `work` for every item, in no particular order. False when it was cancelled before the last one.
    pub fn for_each<T: Send>(
        &self,
        items: impl Iterator<Item = T> + Send,
        work: impl Fn(&mut dyn Iterator<Item = T>) + Sync,
    ) -> bool {
        let items = Mutex::new(items);
        let next = || {
            if (self.cancelled)() {
                return None;
            }
            items.lock().ok()?.next()
        };
        let drain = || work(&mut std::iter::from_fn(next));
        std::thread::scope(|scope| {
            for _ in 1..self.threads {
                scope.spawn(|| {
                    if self.idle_priority {
                        os::yield_to_everything();
                    }
                    crate::fault::panic_at("helper");
                    drain();
                });
            }
            drain();
        });
        !(self.cancelled)()
    }
}
