//! Why a proof or a shape is refused: a stable reason for programs, a sentence for people.

use std::fmt;

/// The first rule that was broken. The names are those of the public test vectors and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The text is not strict base64.
    Base64,
    /// The bytes are not one serialised proof, or something follows it.
    Decode,
    /// The proof carries (or seems to carry) a mixture-of-experts part.
    Moe,
    /// A certificate version other than 1, 2 and 3.
    CertVersion,
    /// A dimension or the rank does not fit its field.
    Dims,
    /// A tree is declared with another number of leaves than its matrix has.
    TotalLeaves,
    /// No rows, or a row outside the matrix.
    Rows,
    /// The rows are not a valid pattern.
    Pattern,
    /// The tile does not start at a valid offset of its pattern.
    Offset,
    /// The rank is no power of two in range, or too small under the rank penalty.
    Rank,
    /// The common dimension `k` breaks one of its constraints.
    CommonDim,
    /// The tile is too small, too large or odd.
    Tile,
    /// The opened leaves are not exactly those that the rows touch.
    LeafIndices,
    /// Leaf data of the wrong number or length.
    MerkleShape,
    /// Siblings missing or left over.
    MerkleSiblings,
    /// The leaves and siblings do not lead to the declared root under this job's key.
    Root,
    /// An entry of an opened row outside [-64, 64].
    Signal,
    /// The jackpot hash is above the bound.
    Target,
}

impl Reason {
    /// Every reason, in the order in which `verify` meets them.
    pub const ALL: [Reason; 18] = [
        Reason::Base64,
        Reason::Decode,
        Reason::Moe,
        Reason::CertVersion,
        Reason::Dims,
        Reason::TotalLeaves,
        Reason::Rows,
        Reason::Pattern,
        Reason::Offset,
        Reason::Rank,
        Reason::CommonDim,
        Reason::Tile,
        Reason::LeafIndices,
        Reason::MerkleShape,
        Reason::MerkleSiblings,
        Reason::Signal,
        Reason::Root,
        Reason::Target,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Base64 => "base64",
            Reason::Decode => "decode",
            Reason::Moe => "moe",
            Reason::CertVersion => "cert_version",
            Reason::Dims => "dims",
            Reason::TotalLeaves => "total_leaves",
            Reason::Rows => "rows",
            Reason::Pattern => "pattern",
            Reason::Offset => "offset",
            Reason::Rank => "rank",
            Reason::CommonDim => "common_dim",
            Reason::Tile => "tile",
            Reason::LeafIndices => "leaf_indices",
            Reason::MerkleShape => "merkle_shape",
            Reason::MerkleSiblings => "merkle_siblings",
            Reason::Root => "root",
            Reason::Signal => "signal",
            Reason::Target => "target",
        }
    }

    /// A refusal for this reason with its sentence.
    pub fn because(self, message: impl Into<String>) -> Refusal {
        Refusal {
            reason: self,
            message: message.into(),
        }
    }
}

/// A refused proof or shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub reason: Reason,
    /// For people: what was found and what is needed. Not stable.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason.name(), self.message)
    }
}

impl std::error::Error for Refusal {}
