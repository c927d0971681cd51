//! Any shape, target and version as a job: refused with a reason, or one that every number is finite for.
#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use pearl_core::config::{CONFIG_LEN, MiningConfig, job_key};
use pearl_core::pattern::Pattern;
use pearl_core::search::{Job, Shape};
use pearl_core::target::U256;

#[derive(Arbitrary, Debug)]
struct Input {
    m: u32,
    n: u32,
    k: u32,
    rank: u16,
    /// Makes ranks and common dimensions that the rules allow.
    tame: bool,
    rows: [u8; 6],
    cols: [u8; 6],
    header: [u8; 76],
    cert_version: u8,
    target: [u64; 4],
    rank_penalty: bool,
}

fuzz_target!(|input: Input| {
    let (Ok(rows), Ok(cols)) = (
        Pattern::from_bytes(input.rows),
        Pattern::from_bytes(input.cols),
    ) else {
        return;
    };
    let (k, rank) = if input.tame {
        (input.k % 1100 * 64, 1 << (input.rank % 12))
    } else {
        (input.k, input.rank)
    };
    let config = MiningConfig {
        k,
        rank,
        rows,
        cols,
    };
    assert_eq!(config.to_bytes().len(), CONFIG_LEN);
    assert!(config.used_k() <= k);
    let _ = config.validate(input.m, input.n, input.rank_penalty);
    let job = Job {
        id: 0,
        header: input.header,
        cert_version: input.cert_version.into(),
        target: U256::from_limbs(input.target),
        shape: Shape::new(input.m, input.n, k, rank, rows, cols),
        allow_saturated: false,
    };
    match job.validate() {
        Ok(bound) => {
            assert!(!bound.overflowed);
            assert!(job.shape.macs_per_tile() > 0);
            assert_ne!(job_key(&job.header, &config), [0; 32]);
        }
        Err(error) => assert!(!error.code().is_empty() && !error.to_string().is_empty()),
    }
});
