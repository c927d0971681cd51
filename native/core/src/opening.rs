//! One matrix's half of a proof: the rules on its declared tree, rows and leaves, the rows themselves and the root
//! (protocol section 8). The checks that cost little come apart from those that hash.

use crate::merkle::{self, CHUNK_LEN, Chunk, Node, Tree};
use crate::noise::Side;
use crate::pattern::Pattern;
use crate::proof::MatrixProof;
use crate::refusal::{Reason, Refusal};

/// Largest and smallest entry of a matrix.
const SIGNAL: std::ops::RangeInclusive<i8> = -64..=64;

/// Opens ascending `rows` of a matrix of rows of `k` bytes: what a miner submits of it.
///
/// `read(i, chunk)` writes leaf `i` of the padded matrix as it was when `tree` was built.
pub fn open(
    tree: &Tree,
    rows: impl Iterator<Item = u32> + Clone,
    k: u32,
    mut read: impl FnMut(u64, &mut Chunk),
) -> MatrixProof {
    let leaf_indices: Vec<u64> = merkle::leaves_of_rows(rows.clone(), k).collect();
    let mut leaf = |index: &u64| {
        let mut chunk = [0; CHUNK_LEN];
        read(*index, &mut chunk);
        chunk.to_vec()
    };
    MatrixProof {
        leaf_data: leaf_indices.iter().map(&mut leaf).collect(),
        siblings: tree.open(&leaf_indices),
        leaf_indices,
        total_leaves: tree.leaves(),
        root: tree.root(),
        row_indices: rows.map(u64::from).collect(),
    }
}

/// A half of a proof with the job's view of its matrix.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// Which matrix.
    pub side: Side,
    /// What was submitted.
    pub proof: &'a MatrixProof,
    /// Rows of the whole matrix.
    pub rows: u32,
    /// Bytes in a row.
    pub k: u32,
}

impl Opening<'_> {
    fn refuse<T>(&self, reason: Reason, what: std::fmt::Arguments<'_>) -> Result<T, Refusal> {
        Err(reason.because(format!("{}: {what}", self.side.name())))
    }

    /// The declared number of leaves is that of the matrix.
    pub fn check_total_leaves(&self) -> Result<(), Refusal> {
        let (declared, needed) = (
            self.proof.total_leaves,
            merkle::leaf_count(self.rows, self.k),
        );
        if declared != needed {
            return self.refuse(
                Reason::TotalLeaves,
                format_args!("the tree has {needed} leaves, not {declared}"),
            );
        }
        Ok(())
    }

    /// There are rows, and all of them lie in the matrix.
    pub fn check_rows(&self) -> Result<(), Refusal> {
        if self.proof.row_indices.is_empty() {
            return self.refuse(Reason::Rows, format_args!("no row is opened"));
        }
        match self
            .proof
            .row_indices
            .iter()
            .find(|&&row| row >= u64::from(self.rows))
        {
            Some(row) => self.refuse(
                Reason::Rows,
                format_args!("row {row} of a matrix of {} rows", self.rows),
            ),
            None => Ok(()),
        }
    }

    /// The tile's pattern and offset, recovered from the rows. Call after [`check_rows`](Self::check_rows).
    pub fn pattern(&self) -> Result<(Pattern, u32), Refusal> {
        // check_rows has seen that every index is below `rows`, a u32.
        let rows: Vec<u32> = self
            .proof
            .row_indices
            .iter()
            .map(|&row| row as u32)
            .collect();
        let offset = rows.first().copied().unwrap_or(0);
        let relative: Option<Vec<u32>> = rows.iter().map(|row| row.checked_sub(offset)).collect();
        let Some(relative) = relative else {
            return self.refuse(Reason::Pattern, format_args!("the rows are not ascending"));
        };
        match Pattern::from_indices(&relative) {
            Err(error) => self.refuse(Reason::Pattern, format_args!("{error}")),
            Ok(pattern) => Ok((pattern, offset)),
        }
    }

    /// The tile starts at a valid offset.
    pub fn check_offset(&self, pattern: &Pattern, offset: u32) -> Result<(), Refusal> {
        if !pattern.is_valid_offset(offset) {
            return self.refuse(
                Reason::Offset,
                format_args!("no tile starts at row {offset}"),
            );
        }
        Ok(())
    }

    fn row_numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.proof.row_indices.iter().map(|&row| row as u32)
    }

    /// Exactly the leaves that the rows touch, each of 1024 bytes, and as many siblings as they need.
    pub fn check_leaves(&self) -> Result<(), Refusal> {
        let MatrixProof {
            leaf_data,
            leaf_indices,
            siblings,
            total_leaves,
            ..
        } = self.proof;
        if !merkle::leaves_of_rows(self.row_numbers(), self.k).eq(leaf_indices.iter().copied()) {
            return self.refuse(
                Reason::LeafIndices,
                format_args!("the leaves are not exactly those of the rows"),
            );
        }
        if leaf_data.len() != leaf_indices.len() {
            let (indices, data) = (leaf_indices.len(), leaf_data.len());
            return self.refuse(
                Reason::MerkleShape,
                format_args!("{indices} leaves but the data of {data}"),
            );
        }
        if let Some(leaf) = leaf_data.iter().find(|leaf| leaf.len() != CHUNK_LEN) {
            return self.refuse(
                Reason::MerkleShape,
                format_args!("a leaf of {} bytes", leaf.len()),
            );
        }
        let (given, needed) = (
            siblings.len(),
            merkle::sibling_count(*total_leaves, leaf_indices),
        );
        if given != needed {
            return self.refuse(
                Reason::MerkleSiblings,
                format_args!("{given} siblings where {needed} are needed"),
            );
        }
        Ok(())
    }

    /// The first `used_k` entries of each opened row, as committed to, all in [-64, 64].
    /// Call after [`check_leaves`](Self::check_leaves).
    pub fn signal(&self, used_k: u32) -> Result<Vec<Vec<i8>>, Refusal> {
        let mut rows = Vec::with_capacity(self.proof.row_indices.len());
        for row in self.row_numbers() {
            let start = u64::from(row) * u64::from(self.k);
            let entries = self.bytes(start, used_k as usize);
            if let Some(entry) = entries.iter().find(|entry| !SIGNAL.contains(entry)) {
                return self.refuse(
                    Reason::Signal,
                    format_args!("row {row} has an entry {entry} outside [-64, 64]"),
                );
            }
            rows.push(entries);
        }
        Ok(rows)
    }

    /// `length` bytes of the matrix from `start`, all of which lie in opened leaves.
    fn bytes(&self, start: u64, length: usize) -> Vec<i8> {
        let chunk = CHUNK_LEN as u64;
        let mut skip = (start % chunk) as usize;
        // The leaves of one row are neighbours, also in the ascending list.
        let first = self
            .proof
            .leaf_indices
            .partition_point(|&index| index < start / chunk);
        let mut bytes = Vec::with_capacity(length);
        for leaf in &self.proof.leaf_data[first..] {
            let part = &leaf[skip..];
            let part = &part[..part.len().min(length - bytes.len())];
            bytes.extend(part.iter().map(|&byte| byte as i8));
            if bytes.len() == length {
                break;
            }
            skip = 0;
        }
        bytes
    }

    /// Leaves and siblings lead to the declared root, which is the commitment to the matrix.
    /// Call after [`check_leaves`](Self::check_leaves).
    pub fn check_root(&self, job_key: &[u8; 32]) -> Result<Node, Refusal> {
        let proof = self.proof;
        let chunks: Option<Vec<_>> = (0..proof.leaf_indices.len())
            .map(|i| proof.chunk(i))
            .collect();
        let root = chunks.and_then(|chunks| {
            merkle::root_of_opening(
                job_key,
                proof.total_leaves,
                &proof.leaf_indices,
                |i| chunks[i],
                &proof.siblings,
            )
        });
        if root != Some(proof.root) {
            return self.refuse(
                Reason::Root,
                format_args!("the opened leaves do not lead to the declared root"),
            );
        }
        Ok(proof.root)
    }
}
