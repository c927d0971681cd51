//! 256-bit targets, their compact form, and the bound that a ticket has to meet (protocol section 7).

use crate::config::PENALTY_RANK;
use std::fmt;

/// An unsigned 256-bit integer: four limbs, **least significant first**, so that it must not be compared limb by limb
/// from the front; `Ord` does it right.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct U256([u64; 4]);

impl U256 {
    /// 0.
    pub const ZERO: U256 = U256([0; 4]);
    /// 2^256 - 1.
    pub const MAX: U256 = U256([u64::MAX; 4]);

    /// From limbs, least significant first.
    pub const fn from_limbs(limbs: [u64; 4]) -> U256 {
        U256(limbs)
    }

    /// The limbs, least significant first.
    pub const fn limbs(&self) -> [u64; 4] {
        self.0
    }

    /// From 32 bytes, least significant first: how a jackpot hash is read.
    pub fn from_le_bytes(bytes: &[u8; 32]) -> U256 {
        let mut limbs = [0; 4];
        for (limb, eight) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
            *limb = eight
                .iter()
                .rev()
                .fold(0, |value, &byte| value << 8 | u64::from(byte));
        }
        U256(limbs)
    }

    /// From 32 bytes, most significant first: how people write targets.
    pub fn from_be_bytes(bytes: &[u8; 32]) -> U256 {
        let mut reversed = *bytes;
        reversed.reverse();
        U256::from_le_bytes(&reversed)
    }

    /// 32 bytes, least significant first.
    pub fn to_le_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (eight, limb) in bytes.chunks_exact_mut(8).zip(self.0) {
            eight.copy_from_slice(&limb.to_le_bytes());
        }
        bytes
    }

    /// 32 bytes, most significant first.
    pub fn to_be_bytes(self) -> [u8; 32] {
        let mut bytes = self.to_le_bytes();
        bytes.reverse();
        bytes
    }

    /// The exact product with `factor`, or `None` when it is above 2^256 - 1.
    pub fn checked_mul(self, factor: u64) -> Option<U256> {
        let mut carry = 0u128;
        let limbs = self.0.map(|limb| {
            let product = u128::from(limb) * u128::from(factor) + carry;
            carry = product >> 64;
            product as u64
        });
        (carry == 0).then_some(U256(limbs))
    }
}

impl Ord for U256 {
    fn cmp(&self, other: &U256) -> std::cmp::Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}

impl PartialOrd for U256 {
    fn partial_cmp(&self, other: &U256) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::LowerHex for U256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .rev()
            .try_for_each(|limb| write!(f, "{limb:016x}"))
    }
}

impl fmt::Debug for U256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{self:x}")
    }
}

/// The target of a block: `mantissa * 256^(exponent - 3)` **modulo 2^256**.
///
/// A mantissa of zero, the sign bit, and an exponent of zero all give 0. An exponent below 3 shifts right.
pub fn target_from_nbits(nbits: u32) -> U256 {
    let (exponent, mantissa) = ((nbits >> 24) as usize, nbits & 0x007f_ffff);
    if nbits & 0x0080_0000 != 0 || exponent == 0 {
        return U256::ZERO;
    }
    let mut bytes = [0; 32];
    // Byte i of the mantissa has the weight 256^(exponent - 3 + i); what falls off either end is lost.
    for (i, byte) in mantissa.to_le_bytes().into_iter().take(3).enumerate() {
        if let Some(slot) = (exponent + i)
            .checked_sub(3)
            .and_then(|at| bytes.get_mut(at))
        {
            *slot = byte;
        }
    }
    U256::from_le_bytes(&bytes)
}

/// The compact form of a target, rounded down to what 23 bits of mantissa can hold.
pub fn nbits_from_target(target: U256) -> u32 {
    let bytes = target.to_be_bytes();
    let Some(first) = bytes.iter().position(|&byte| byte != 0) else {
        return 0;
    };
    // A mantissa whose top bit is set would read as negative: it starts with a zero byte then.
    let first = if bytes[first] & 0x80 != 0 {
        first as isize - 1
    } else {
        first as isize
    };
    let digit = |i: isize| {
        usize::try_from(first + i)
            .ok()
            .and_then(|at| bytes.get(at))
            .map_or(0, |&b| u32::from(b))
    };
    ((32 - first) as u32) << 24 | digit(0) << 16 | digit(1) << 8 | digit(2)
}

/// How many multiply-accumulates one ticket of an `h x w` tile counts for. A rank of zero counts nothing.
///
/// Unpenalised `h*w * (k - k mod r)`; under the rank penalty `h*w * ((k - k mod r) / r) * 128`, the division first.
pub fn factor(h: u32, w: u32, k: u32, r: u32, rank_penalty: bool) -> u64 {
    let steps = u64::from(k.checked_div(r).unwrap_or(0));
    let columns = if rank_penalty {
        steps * u64::from(PENALTY_RANK)
    } else {
        steps * u64::from(r)
    };
    (u64::from(h) * u64::from(w)).saturating_mul(columns)
}

/// The largest winning ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// `target * factor`, saturated at 2^256 - 1.
    pub value: U256,
    /// The true product is larger: every ticket would win. A verifier goes on, a miner refuses such a job.
    pub overflowed: bool,
}

/// Scales a target to one ticket.
pub fn bound(target: U256, factor: u64) -> Bound {
    match target.checked_mul(factor) {
        Some(value) => Bound {
            value,
            overflowed: false,
        },
        None => Bound {
            value: U256::MAX,
            overflowed: true,
        },
    }
}

/// Is the ticket with this jackpot hash at or below the bound?
pub fn wins(hash: &[u8; 32], bound: &Bound) -> bool {
    U256::from_le_bytes(hash) <= bound.value
}
