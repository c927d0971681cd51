//! What a job asks for, checked before anything is built from it.

use crate::config::{MiningConfig, PENALTY_RANK};
use crate::header::Header;
use crate::merkle::{self, CHUNK_LEN};
use crate::pattern::Pattern;
use crate::refusal::Refusal;
use crate::seeds::CERT_VERSIONS;
use crate::target::{self, Bound, U256};
use std::fmt;

/// Longest base64 proof that the gateway's 1 MiB line has room for, the request around it included.
pub const MAX_PROOF_CHARACTERS: u64 = (1 << 20) - 1024;

/// The matrices' sizes and how they are cut into tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Rows of A.
    pub m: u32,
    /// Columns of B.
    pub n: u32,
    /// Common dimension, rank and tile.
    pub config: MiningConfig,
}

impl Shape {
    /// A shape from its six parameters.
    pub fn new(m: u32, n: u32, k: u32, rank: u16, rows: Pattern, cols: Pattern) -> Shape {
        let config = MiningConfig {
            k,
            rank,
            rows,
            cols,
        };
        Shape { m, n, config }
    }

    /// Whether the bound of the rank penalty is used: always where the rank allows it (protocol section 7).
    pub fn rank_penalty(&self) -> bool {
        self.config.rank >= PENALTY_RANK
    }

    /// Multiply-accumulates that one tile counts for.
    pub fn macs_per_tile(&self) -> u64 {
        let MiningConfig {
            k,
            rank,
            rows,
            cols,
            ..
        } = self.config;
        target::factor(rows.size(), cols.size(), k, rank.into(), false)
    }

    /// Characters of the longest base64 proof.
    fn proof_characters(&self) -> u64 {
        let MiningConfig { k, rows, cols, .. } = self.config;
        let bytes: u64 = [(self.m, rows), (self.n, cols)]
            .into_iter()
            .map(|(side, pattern)| {
                // Rows that do not begin with a chunk may touch one more chunk each than rows that do.
                let row = (u64::from(k)).div_ceil(CHUNK_LEN as u64) + 1;
                let leaves = (row * u64::from(pattern.size())).min(merkle::leaf_count(side, k));
                let depth = u64::from(merkle::leaf_count(side, k).ilog2() + 1);
                let path = 32 * depth * u64::from(pattern.size());
                leaves * (CHUNK_LEN as u64 + 16) + path + 8 * u64::from(pattern.size()) + 128
            })
            .sum();
        (bytes + 64).div_ceil(3) * 4
    }
}

/// Work as a gateway gives it, with the shape to mine it in.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// The caller's number for it; comes back with each solution.
    pub id: u64,
    /// The incomplete header.
    pub header: Header,
    /// Certificate version 1, 2 or 3.
    pub cert_version: u32,
    /// What `target * factor` is compared with.
    pub target: U256,
    /// The shape.
    pub shape: Shape,
    /// Mine on although every ticket wins (tests). Otherwise such a job is refused.
    pub allow_saturated: bool,
}

/// Why a job cannot be mined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobError {
    /// The shape breaks a rule of the protocol.
    Shape(Refusal),
    /// No rules are known for this certificate version.
    CertVersion(u32),
    /// No ticket can win.
    ZeroTarget,
    /// Every ticket would win: `target * factor` is above 2^256 - 1.
    TargetOverflow,
    /// A proof would be longer than a gateway takes.
    ProofTooLarge {
        /// Characters of base64.
        characters: u64,
    },
    /// Even the smallest buffers are larger than the bound on memory.
    Memory {
        /// Bytes that this shape needs at least.
        needed: u64,
    },
}

impl JobError {
    /// The stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            JobError::Shape(_) => "SHAPE_INVALID",
            JobError::CertVersion(_) => "CERT_VERSION_UNKNOWN",
            JobError::ZeroTarget => "TARGET_ZERO",
            JobError::TargetOverflow => "TARGET_OVERFLOW",
            JobError::ProofTooLarge { .. } => "PROOF_TOO_LARGE",
            JobError::Memory { .. } => "MEMORY_TOO_SMALL",
        }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JobError::Shape(refusal) => write!(f, "the shape is not valid: {}", refusal.message),
            JobError::CertVersion(version) => {
                write!(f, "certificate version {version} is not one of 1, 2 and 3")
            }
            JobError::ZeroTarget => f.write_str("the target is 0, so that nothing can win"),
            JobError::TargetOverflow => f.write_str(
                "the target times a tile's work is above 2^256, so that everything would win",
            ),
            JobError::ProofTooLarge { characters } => {
                write!(
                    f,
                    "a proof of this shape takes up to {characters} characters, a gateway's line only {MAX_PROOF_CHARACTERS}"
                )
            }
            JobError::Memory { needed } => {
                let mebibytes = needed.div_ceil(1 << 20);
                write!(f, "this shape needs at least {mebibytes} MiB of memory")
            }
        }
    }
}

impl std::error::Error for JobError {}

impl Job {
    /// Checks everything that can be wrong with a job, and returns its bound.
    ///
    /// # Errors
    /// Each of [`JobError`] but `Memory`.
    pub fn validate(&self) -> Result<Bound, JobError> {
        if !CERT_VERSIONS.contains(&self.cert_version) {
            return Err(JobError::CertVersion(self.cert_version));
        }
        let Shape { m, n, config } = self.shape;
        let penalty = self.shape.rank_penalty();
        config.validate(m, n, penalty).map_err(JobError::Shape)?;
        let characters = self.shape.proof_characters();
        if characters > MAX_PROOF_CHARACTERS {
            return Err(JobError::ProofTooLarge { characters });
        }
        if self.target == U256::ZERO {
            return Err(JobError::ZeroTarget);
        }
        let (h, w) = (config.rows.size(), config.cols.size());
        let factor = target::factor(h, w, config.k, config.rank.into(), penalty);
        let bound = target::bound(self.target, factor);
        if bound.overflowed && !self.allow_saturated {
            return Err(JobError::TargetOverflow);
        }
        Ok(bound)
    }
}
