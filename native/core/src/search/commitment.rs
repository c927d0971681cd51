//! The commitment to a matrix that is not stored: its chunk tree, kept from nodes of 64 chunks upwards.
//!
//! A whole tree is 64 bytes for each kilobyte of the matrix, 32 MiB at the largest preset; what lies below 64 KiB is
//! hashed again in the few places that a proof opens.

use super::parallel::Parallel;
use crate::merkle::{CHUNK_LEN, Node, Tree, leaf_count, leaf_node};
use blake3::hazmat::HasherExt;

/// Chunks below each node that is kept.
const GROUP_CHUNKS: usize = 64;

/// Writes bytes of the padded matrix from an offset on.
pub type Fill<'a> = &'a (dyn Fn(u64, &mut [u8]) + Sync);

/// The upper part of a chunk tree.
#[derive(Clone)]
pub struct Commitment {
    key: [u8; 32],
    leaves: u64,
    /// Chunks in a group: 1 in small trees, which are kept whole.
    group: usize,
    top: Tree,
}

impl Commitment {
    /// Commits to `rows` rows of `k` bytes, at least two chunks in all. `None` when it was cancelled.
    pub fn build(
        key: &[u8; 32],
        rows: u32,
        k: u32,
        parallel: &Parallel<'_>,
        fill: Fill<'_>,
    ) -> Option<Commitment> {
        let leaves = leaf_count(rows, k);
        let group = if leaves <= GROUP_CHUNKS as u64 {
            1
        } else {
            GROUP_CHUNKS
        };
        let mut nodes = vec![[0; 32]; leaves.div_ceil(group as u64) as usize];
        let complete = parallel.for_each(nodes.iter_mut().enumerate(), |nodes| {
            let mut bytes = vec![0; group * CHUNK_LEN];
            for (index, node) in nodes {
                *node = group_node(key, leaves, group, index, &mut bytes, fill);
            }
        });
        complete.then(|| Commitment {
            key: *key,
            leaves,
            group,
            top: Tree::from_leaf_nodes(key, nodes),
        })
    }

    /// How many chunks.
    pub fn leaves(&self) -> u64 {
        self.leaves
    }

    /// The commitment.
    pub fn root(&self) -> Node {
        self.top.root()
    }

    /// The commitment after the chunk with this byte has changed: one group and its path.
    pub fn replace_at(&mut self, byte: u64, fill: Fill<'_>) -> Node {
        let index = byte as usize / CHUNK_LEN / self.group;
        let mut bytes = [0; GROUP_CHUNKS * CHUNK_LEN];
        let bytes = &mut bytes[..self.group * CHUNK_LEN];
        let node = group_node(&self.key, self.leaves, self.group, index, bytes, fill);
        self.top.replace_leaf_node(index as u64, node)
    }

    /// The siblings that open the given chunks, ascending, in the order of protocol section 8.
    pub fn open(&self, leaf_indices: &[u64], fill: Fill<'_>) -> Vec<Node> {
        let group = self.group as u64;
        let mut groups: Vec<u64> = leaf_indices.iter().map(|index| index / group).collect();
        groups.dedup();
        let mut levels: Vec<Vec<Node>> = vec![Vec::new(); self.group.ilog2() as usize];
        for &index in groups.iter().filter(|_| group > 1) {
            let first = index * group;
            let chunks = (self.leaves - first).min(group);
            let nodes = (first..first + chunks).map(|leaf| {
                let mut chunk = [0; CHUNK_LEN];
                fill(leaf * CHUNK_LEN as u64, &mut chunk);
                leaf_node(&self.key, leaf, &chunk)
            });
            let opened: Vec<u64> = (leaf_indices.iter())
                .filter(|&&leaf| leaf / group == index)
                .map(|leaf| leaf - first)
                .collect();
            let below = Tree::from_leaf_nodes(&self.key, nodes.collect()).open_by_level(&opened);
            for (level, siblings) in levels.iter_mut().zip(below) {
                level.extend(siblings);
            }
        }
        levels.push(self.top.open(&groups));
        levels.concat()
    }
}

/// The node above one group of chunks, the last of which may be short.
fn group_node(
    key: &[u8; 32],
    leaves: u64,
    group: usize,
    index: usize,
    bytes: &mut [u8],
    fill: Fill<'_>,
) -> Node {
    let first = (index * group) as u64;
    let chunks = (leaves - first).min(group as u64) as usize;
    let bytes = &mut bytes[..chunks * CHUNK_LEN];
    let offset = first * CHUNK_LEN as u64;
    fill(offset, bytes);
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.set_input_offset(offset);
    hasher.update(bytes);
    hasher.finalize_non_root()
}
