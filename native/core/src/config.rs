//! The mining configuration: the shape of the product that a job is mined with, and the key that binds
//! header and shape (protocol section 2).

use crate::header::Header;
use crate::pattern::{MAX_PERIOD, Pattern};
use crate::refusal::{Reason, Refusal};

/// Length of the serialised configuration in bytes.
pub const CONFIG_LEN: usize = 52;
/// Smallest rank that any rule allows.
pub const MIN_RANK: u16 = 32;
/// Smallest rank under the rank penalty, and the rank that the penalised bound is scaled to.
pub const PENALTY_RANK: u16 = 128;
/// Largest rank.
pub const MAX_RANK: u16 = 1024;
/// Largest `(h + w) * (k - k mod r)`.
const MAX_OPENED: u64 = 1 << 22;

/// `k`, rank and the two patterns. The fields that dense work leaves constant are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MiningConfig {
    /// Common dimension of the product.
    pub k: u32,
    /// Noise rank `r`.
    pub rank: u16,
    /// Rows of A in a tile.
    pub rows: Pattern,
    /// Columns of B (rows of BT) in a tile.
    pub cols: Pattern,
}

impl MiningConfig {
    /// The 52 bytes that the job key hashes: `k u32 | rank u16 | mma_type u16 = 0 | rows[6] | cols[6] | 0^32`.
    pub fn to_bytes(&self) -> [u8; CONFIG_LEN] {
        let mut bytes = [0; CONFIG_LEN];
        bytes[0..4].copy_from_slice(&self.k.to_le_bytes());
        bytes[4..6].copy_from_slice(&self.rank.to_le_bytes());
        bytes[8..14].copy_from_slice(&self.rows.to_bytes());
        bytes[14..20].copy_from_slice(&self.cols.to_bytes());
        bytes
    }

    /// The part of `k` that is mined: `k - k mod r`, zero when the rank is.
    pub fn used_k(&self) -> u32 {
        self.k - self.k.checked_rem(u32::from(self.rank)).unwrap_or(self.k)
    }

    /// Checks every constraint of section 2 for matrices of `m` and `n` rows.
    ///
    /// # Errors
    /// `rank`, `common_dim`, `tile`, `dims` or `rows`, whichever is met first in this order.
    pub fn validate(&self, m: u32, n: u32, rank_penalty: bool) -> Result<(), Refusal> {
        self.validate_rank(rank_penalty)?;
        self.validate_common_dim()?;
        self.validate_tile()?;
        for (name, side, pattern) in [("m", m, &self.rows), ("n", n, &self.cols)] {
            if side > MAX_PERIOD {
                return Err(Reason::Dims.because(format!("{name} is {side}, above 2^24")));
            }
            if side <= pattern.max() {
                let least = pattern.max() + 1;
                return Err(
                    Reason::Rows.because(format!("{name} is {side}: one tile alone needs {least}"))
                );
            }
        }
        Ok(())
    }

    fn validate_rank(&self, rank_penalty: bool) -> Result<(), Refusal> {
        let rank = self.rank;
        if !rank.is_power_of_two() || !(MIN_RANK..=MAX_RANK).contains(&rank) {
            return Err(
                Reason::Rank.because(format!("rank {rank} is not a power of two in 32..=1024"))
            );
        }
        if rank_penalty && rank < PENALTY_RANK {
            return Err(Reason::Rank.because(format!(
                "rank {rank} is below 128, which the rank penalty forbids"
            )));
        }
        Ok(())
    }

    fn validate_common_dim(&self) -> Result<(), Refusal> {
        let (k, r) = (self.k, u32::from(self.rank));
        let refuse = |what: &str| Err(Reason::CommonDim.because(format!("k {k} {what}")));
        if !k.is_multiple_of(64) {
            return refuse("is not a multiple of 64");
        }
        if !(1024..=65536).contains(&k) {
            return refuse("is not in 1024..=65536");
        }
        if k < 16 * r {
            return refuse("is below 16 times the rank");
        }
        if k > 4 * r * r {
            return refuse("is above 4 times the square of the rank");
        }
        Ok(())
    }

    fn validate_tile(&self) -> Result<(), Refusal> {
        let (h, w) = (self.rows.size(), self.cols.size());
        let refuse = |what: &str| Err(Reason::Tile.because(format!("a tile of {h} x {w} {what}")));
        if !h.is_multiple_of(2) || !w.is_multiple_of(2) {
            return refuse("has an odd side");
        }
        if !(32..=256).contains(&(u64::from(h) * u64::from(w))) {
            return refuse("does not have 32..=256 entries");
        }
        if u64::from(h + w) * u64::from(self.used_k()) > MAX_OPENED {
            return refuse("opens more than 2^22 entries");
        }
        Ok(())
    }
}

/// `B3(header || config)`: the key of every commitment of a job.
pub fn job_key(header: &Header, config: &MiningConfig) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(header).update(&config.to_bytes());
    *hasher.finalize().as_bytes()
}
