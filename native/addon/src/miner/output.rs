//! Events and totals as JavaScript sees them.

use napi::bindgen_prelude::{BigInt, Buffer};
use napi_derive::napi;
use pearl_core::search;

/// A winner; or with only `message` a job that could not be prepared, or the failure of a thread (no job's in particular).
#[napi(object)]
pub struct MinerEvent {
    #[napi(js_name = "type", ts_type = "'solution' | 'error' | 'failure'")]
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
            search::Event::JobFailed { job_id, error } => {
                MinerEvent::told("error", job_id, error.to_string())
            }
            search::Event::ThreadFailed { thread, message } => {
                MinerEvent::told("failure", 0, format!("{thread} panicked: {message}"))
            }
        }
    }
}

impl MinerEvent {
    fn told(kind: &str, job_id: u64, message: String) -> MinerEvent {
        MinerEvent {
            kind: kind.to_owned(),
            job_id: job_id as f64,
            message: Some(message),
            proof: None,
            hash: None,
            t_rows: None,
            t_cols: None,
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
