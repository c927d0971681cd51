//! What a miner tells its owner.

use super::shape::JobError;
use super::solution::Solution;

/// Something the owner has to know at once. Called on a thread of the miner, which it holds up.
#[derive(Clone, Debug)]
pub enum Event {
    /// A tile wins.
    Solution(Solution),
    /// A job that `set_job` took could not be prepared; nothing is mined on it.
    JobFailed {
        /// The caller's number of the job.
        job_id: u64,
        /// Only lack of memory can bring this about.
        error: JobError,
    },
    /// A thread panicked. All the others end, and nothing more is mined: the owner has to start a new miner.
    ThreadFailed {
        /// The thread's name.
        thread: String,
        /// What it said.
        message: String,
    },
}

/// What is called with each event.
pub type OnEvent = dyn Fn(Event) + Send + Sync;
