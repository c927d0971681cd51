//! The PlainProof: a winning tile's rows of A and BT, opened against their commitments, and its one serialisation
//! (bincode 1, fixed-width little-endian integers; protocol section 8).

use crate::merkle::{CHUNK_LEN, Node};
use crate::refusal::{Reason, Refusal};

/// What a miner submits. Any values at all: `verify` judges them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainProof {
    /// Rows of A.
    pub m: u64,
    /// Columns of B.
    pub n: u64,
    /// Common dimension.
    pub k: u64,
    /// Noise rank.
    pub noise_rank: u64,
    /// The opened rows of A.
    pub a: MatrixProof,
    /// The opened rows of BT.
    pub bt: MatrixProof,
}

/// Some rows of a matrix, opened against its commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixProof {
    /// The opened leaves' bytes, each 1024.
    pub leaf_data: Vec<Vec<u8>>,
    /// Which leaves, ascending.
    pub leaf_indices: Vec<u64>,
    /// Leaves in the whole tree.
    pub total_leaves: u64,
    /// The commitment.
    pub root: Node,
    /// What else the root's path needs.
    pub siblings: Vec<Node>,
    /// The tile's rows, ascending.
    pub row_indices: Vec<u64>,
}

impl PlainProof {
    /// The bytes on the wire, before base64.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.encoded_len());
        for value in [self.m, self.n, self.k, self.noise_rank] {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        self.a.encode(&mut bytes);
        self.bt.encode(&mut bytes);
        bytes.push(0); // no mixture-of-experts part
        bytes
    }

    /// Length of [`encode`](Self::encode) in bytes.
    pub fn encoded_len(&self) -> usize {
        4 * 8 + self.a.encoded_len() + self.bt.encoded_len() + 1
    }

    /// Decodes exactly one proof. The last byte (no mixture-of-experts part) may be missing, as in legacy proofs.
    ///
    /// Every length is checked against the bytes that are left before anything is allocated.
    ///
    /// # Errors
    /// `decode`, or `moe` when the last part is present.
    pub fn decode(bytes: &[u8]) -> Result<PlainProof, Refusal> {
        let mut reader = Reader {
            bytes,
            length: bytes.len(),
        };
        let proof = PlainProof {
            m: reader.u64()?,
            n: reader.u64()?,
            k: reader.u64()?,
            noise_rank: reader.u64()?,
            a: MatrixProof::decode(&mut reader)?,
            bt: MatrixProof::decode(&mut reader)?,
        };
        match reader.bytes {
            [] | [0] => Ok(proof),
            [0, rest @ ..] => {
                Err(Reason::Decode.because(format!("{} bytes follow the proof", rest.len())))
            }
            [tag, ..] => Err(Reason::Moe.because(format!(
                "the mixture-of-experts tag is {tag}, dense proofs have 0"
            ))),
        }
    }

    /// Decodes strict base64 of a proof.
    ///
    /// # Errors
    /// `base64`, and those of [`decode`](Self::decode).
    pub fn decode_base64(text: &[u8]) -> Result<PlainProof, Refusal> {
        PlainProof::decode(&decode_text(text)?)
    }
}

/// The bytes of a proof's strict base64 text.
///
/// # Errors
/// `base64`.
pub fn decode_text(text: &[u8]) -> Result<Vec<u8>, Refusal> {
    crate::base64::decode(text).ok_or_else(|| {
        Reason::Base64.because("the proof is not standard base64 with padding and nothing else")
    })
}

impl MatrixProof {
    fn encode(&self, bytes: &mut Vec<u8>) {
        let length = |bytes: &mut Vec<u8>, length: usize| {
            bytes.extend_from_slice(&(length as u64).to_le_bytes())
        };
        length(bytes, self.leaf_data.len());
        for leaf in &self.leaf_data {
            length(bytes, leaf.len());
            bytes.extend_from_slice(leaf);
        }
        length(bytes, self.leaf_indices.len());
        self.leaf_indices
            .iter()
            .for_each(|index| bytes.extend_from_slice(&index.to_le_bytes()));
        bytes.extend_from_slice(&self.total_leaves.to_le_bytes());
        bytes.extend_from_slice(&self.root);
        length(bytes, self.siblings.len());
        self.siblings
            .iter()
            .for_each(|sibling| bytes.extend_from_slice(sibling));
        length(bytes, self.row_indices.len());
        self.row_indices
            .iter()
            .for_each(|row| bytes.extend_from_slice(&row.to_le_bytes()));
    }

    fn encoded_len(&self) -> usize {
        let leaves: usize = self.leaf_data.iter().map(|leaf| 8 + leaf.len()).sum();
        leaves
            + 8 * self.leaf_indices.len()
            + 32 * self.siblings.len()
            + 8 * self.row_indices.len()
            + 5 * 8
            + 32
    }

    fn decode(reader: &mut Reader<'_>) -> Result<MatrixProof, Refusal> {
        Ok(MatrixProof {
            leaf_data: reader.vec(8, |reader| {
                let length = reader.count(1)?;
                Ok(reader.take(length)?.to_vec())
            })?,
            leaf_indices: reader.vec(8, Reader::u64)?,
            total_leaves: reader.u64()?,
            root: reader.array()?,
            siblings: reader.vec(32, Reader::array)?,
            row_indices: reader.vec(8, Reader::u64)?,
        })
    }

    /// The i-th opened leaf, if its data is exactly one chunk.
    pub fn chunk(&self, i: usize) -> Option<&[u8; CHUNK_LEN]> {
        self.leaf_data.get(i)?.as_slice().try_into().ok()
    }
}

/// What is left of the bytes.
struct Reader<'a> {
    bytes: &'a [u8],
    /// Of the whole, for messages.
    length: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Refusal> {
        let (taken, rest) = self
            .bytes
            .split_at_checked(count)
            .ok_or_else(|| self.too_short())?;
        self.bytes = rest;
        Ok(taken)
    }

    fn too_short(&self) -> Refusal {
        let at = self.length - self.bytes.len();
        Reason::Decode.because(format!(
            "the {} bytes end inside the field at byte {at}",
            self.length
        ))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u64(&mut self) -> Result<u64, Refusal> {
        self.array().map(u64::from_le_bytes)
    }

    /// A length, which so many elements of at least `element_len` bytes must still follow.
    fn count(&mut self, element_len: usize) -> Result<usize, Refusal> {
        let count = self.u64()?;
        match usize::try_from(count) {
            Ok(count) if count <= self.bytes.len() / element_len => Ok(count),
            _ => Err(self.too_short()),
        }
    }

    fn vec<T>(
        &mut self,
        element_len: usize,
        element: impl Fn(&mut Self) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let count = self.count(element_len)?;
        let mut elements = Vec::with_capacity(count);
        for _ in 0..count {
            elements.push(element(self)?);
        }
        Ok(elements)
    }
}
