//! Events and totals as JavaScript sees them.

use napi::bindgen_prelude::{BigInt, Buffer};
use napi_derive::napi;
use pearl_core::search;

/// What the miner tells: a solution, with the serialised PlainProof before base64 and the jackpot hash (32 bytes, least
/// significant first); an error, when a job that was taken could not be prepared after all and nothing is mined on it; or
/// the failure of a thread, which ends the others too, so that only a new process mines again.
#[napi(
    discriminant = "type",
    discriminant_case = "lowercase",
    object_from_js = false
)]
pub enum MinerEvent {
    Solution {
        job_id: f64,
        proof: Buffer,
        hash: Buffer,
        t_rows: u32,
        t_cols: u32,
    },
    Error {
        job_id: f64,
        message: String,
    },
    Failure {
        message: String,
    },
}

impl From<search::Event> for MinerEvent {
    fn from(event: search::Event) -> MinerEvent {
        match event {
            search::Event::Solution(solution) => MinerEvent::Solution {
                job_id: solution.job_id as f64,
                proof: solution.proof.into(),
                hash: solution.hash.to_vec().into(),
                t_rows: solution.t_rows,
                t_cols: solution.t_cols,
            },
            search::Event::JobFailed { job_id, error } => MinerEvent::Error {
                job_id: job_id as f64,
                message: error.to_string(),
            },
            search::Event::ThreadFailed { thread, message } => MinerEvent::Failure {
                message: format!("{thread} panicked: {message}"),
            },
        }
    }
}

/// What one mining thread has done.
#[napi(object, use_nullable = true)]
pub struct ThreadStats {
    /// Tiles searched since its start.
    pub tiles: f64,
    /// The system's number of the thread: `/proc/self/task/ID`. Null where that is not Linux.
    pub id: Option<u32>,
}

/// Totals since the start, and the state of the present job.
#[napi(object, use_nullable = true)]
pub struct MinerStats {
    /// Nominal multiply-accumulates.
    pub macs: BigInt,
    pub tiles: BigInt,
    /// Attempts, with the fraction of those under way.
    pub attempts: f64,
    pub wins: BigInt,
    /// Tiles that a kernel with centred sums took for winners, since a sum had wrapped: no error, one for some thousand wins.
    pub spoiled: BigInt,
    pub kernel: String,
    pub threads: u32,
    /// Each of them.
    pub per_thread: Vec<ThreadStats>,
    /// Share of the columns that cycle elimination saves now, 0 to 1.
    pub eliminated: f64,
    /// Kernels that this processor should run but that failed their self-test.
    pub rejected_kernels: Vec<String>,
    /// Of the native buffers for the present job.
    pub memory_bytes: f64,
    /// From the last `setJob` to the first tiles of that job; null before them.
    pub job_switch_seconds: Option<f64>,
    /// Why the last job could not be prepared after all (too little memory for its shape), or null.
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
            spoiled: stats.spoiled.into(),
            kernel: stats.kernel.to_owned(),
            threads: stats.threads as u32,
            per_thread: stats
                .per_thread
                .into_iter()
                .map(|thread| ThreadStats {
                    tiles: thread.tiles as f64,
                    id: thread.id,
                })
                .collect(),
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
