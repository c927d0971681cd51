//! A winning tile becomes a proof.

use super::attempt::Attempt;
use super::commitment::{Commitment, Fill};
use super::context::Context;
use super::groups::Groups;
use crate::merkle::{CHUNK_LEN, leaves_of_rows};
use crate::proof::{MatrixProof, PlainProof};
use crate::verify;

/// A winner, ready to be submitted.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The caller's number of the job.
    pub job_id: u64,
    /// The serialised PlainProof.
    pub proof: Vec<u8>,
    /// The ticket's hash, to be read as a little-endian integer.
    pub hash: [u8; 32],
    /// First row of the tile.
    pub t_rows: u32,
    /// First column of the tile.
    pub t_cols: u32,
    /// The nonce of the attempt.
    pub attempt: u64,
}

impl Solution {
    /// As [`new`](Self::new), judged by the scalar code; `None` when a sum wrapped, so that the ticket is not what the kernel
    /// took it for. Kernels with centred sums are wrong about one winner in some thousands.
    pub fn judged(
        context: &Context,
        attempt: &Attempt,
        row: u32,
        col: u32,
        hash: [u8; 32],
    ) -> Option<Solution> {
        let solution = Solution::new(context, attempt, row, col, hash);
        if context.storage.is_centred() {
            let (job, proof) = (&context.job, PlainProof::decode(&solution.proof).ok()?);
            let ticket = verify::open(&job.header, job.cert_version, false, &proof).ok()?;
            (ticket.hash == hash).then_some(())?;
        }
        Some(solution)
    }

    /// Opens both matrices at tile (`row`, `col`): some hundred microseconds.
    pub fn new(
        context: &Context,
        attempt: &Attempt,
        row: u32,
        col: u32,
        hash: [u8; 32],
    ) -> Solution {
        let shape = context.job.shape;
        let k = shape.config.k;
        let a_commitment = context.a_commitment_of(attempt.nonce);
        let fill_a = |at: u64, out: &mut [u8]| context.fill_a(attempt.nonce, at, out);
        let fill_bt = |at: u64, out: &mut [u8]| context.fill_bt(at, out);
        let proof = PlainProof {
            m: shape.m.into(),
            n: shape.n.into(),
            k: k.into(),
            noise_rank: shape.config.rank.into(),
            a: open(&a_commitment, &context.rows, row, k, &fill_a),
            bt: open(&context.bt_commitment, &context.cols, col, k, &fill_bt),
        };
        Solution {
            job_id: context.job.id,
            proof: proof.encode(),
            hash,
            t_rows: context.rows.start(row),
            t_cols: context.cols.start(col),
            attempt: attempt.nonce.unwrap_or(0),
        }
    }
}

fn open(
    commitment: &Commitment,
    groups: &Groups,
    tile: u32,
    k: u32,
    fill: Fill<'_>,
) -> MatrixProof {
    let leaf_indices: Vec<u64> = leaves_of_rows(groups.rows(tile), k).collect();
    let leaf_data = (leaf_indices.iter())
        .map(|leaf| {
            let mut chunk = vec![0; CHUNK_LEN];
            fill(leaf * CHUNK_LEN as u64, &mut chunk);
            chunk
        })
        .collect();
    MatrixProof {
        leaf_data,
        siblings: commitment.open(&leaf_indices, fill),
        leaf_indices,
        total_leaves: commitment.leaves(),
        root: commitment.root(),
        row_indices: groups.rows(tile).map(u64::from).collect(),
    }
}
